// What was asked of a browser and is to come back from it once: the challenge of a passkey, the
// state of a sign-in with a provider, the code of an app.
#pragma once

#include <string>

#include "team/limits.hpp"
#include "team/vault.hpp"

namespace carillon {

// What an answer is good for, and for nothing else.
enum class Purpose {
  passkey_sign_in,
  passkey_add,
  passkey_link,
  provider,
  client_code,
  used_client_code  // good for nothing but to be known again
};
BOOST_DESCRIBE_ENUM(Purpose, passkey_sign_in, passkey_add, passkey_link, provider, client_code,
                    used_client_code)

// Thread-safe: holds nothing but what it is given. Errors of all: those of the store and the key.
class Challenges {
 public:
  Challenges(Store& store, const Clock& clock, Vault& vault)
      : store_(store), clock_(clock), vault_(vault) {}

  // A token of 256 bits for so many minutes. `browser` is what only who asks has: a browser its
  // cookie, an app its id. `about` is kept sealed until the answer comes.
  Result<Secret> make(Purpose purpose, const Secret& browser, const json::value& about,
                      std::int64_t minutes = limits::challenge_minutes);
  // What it was about; it is void then. Errors: denied when it was not asked of this browser for
  // this purpose, was answered already, or too long ago.
  Result<json::value> take(const Secret& token, Purpose purpose, const Secret& browser);
  // As take, but for so many minutes it can be taken once more, as `later`: about nothing until
  // note() says what came of it.
  Result<json::value> take_first(const Secret& token, Purpose purpose, const Secret& browser,
                                 Purpose later, std::int64_t minutes);
  // False when it was taken as `later` meanwhile.
  Result<bool> note(const Secret& token, Purpose later, const json::value& about);

 private:
  Store& store_;
  const Clock& clock_;
  Vault& vault_;
};

}  // namespace carillon
