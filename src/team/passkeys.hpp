// Passkeys: keys that a person's device holds, by which they sign in without a name and without a
// password.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "team/challenges.hpp"
#include "team/sign_in.hpp"
#include "team/ways_in.hpp"
#include "team/webauthn.hpp"

namespace carillon {

struct Passkey {
  std::string id;
  std::string person;  // the id
  std::string name;    // the person's word for it
  std::string party;   // the domain it is for
  bool backed_up = false;
  Micros made = 0;
  Micros used = 0;  // 0: never
};
BOOST_DESCRIBE_STRUCT(Passkey, (), (id, person, name, party, backed_up, made, used))

// What the browser is asked. State: open (ask it), or as SignIn::prove has it.
struct PasskeyRequest {
  SignedIn state = SignedIn::open;
  Micros wait = 0;
  json::object options = {};  // as navigator.credentials takes them, bytes in base64url
};

// Thread-safe: holds nothing but what it is given. `browser` is the cookie that binds a question to
// who was asked. Errors of all: those of the store and the key.
class Passkeys {
 public:
  Passkeys(Store& store, const Clock& clock, Ids& ids, Vault& vault, TeamRules rules,
           RelyingParty party, std::string organisation)
      : store_(store),
        clock_(clock),
        ids_(ids),
        party_(std::move(party)),
        organisation_(std::move(organisation)),
        people_(store, clock, ids),
        sessions_(store, clock, ids),
        challenges_(store, clock, vault),
        sign_in_(store, clock, ids, vault, rules) {}

  // Asks for any passkey of ours. State: open or wait.
  Result<PasskeyRequest> ask(const Visitor& visitor, const Secret& browser);
  // Open, wait or closed; wrong for a passkey that nobody here has. Errors: those of Challenges and
  // check_passkey.
  Result<SignInOutcome> sign_in(const PasskeyAnswer& answer, const Visitor& visitor,
                                const Secret& browser);

  // A new one for who is signed in. `name` may be empty: then it is called as the browser is.
  Result<PasskeyRequest> begin(const SignIn::Present& who, const Secret& password,
                               const std::string& name, const Secret& browser);
  // Errors: those of Challenges and check_new_passkey; conflict when somebody has it; too_large
  // beyond limits::passkeys.
  Result<Passkey> finish(const SignIn::Present& who, const PasskeyAnswer& answer,
                         const Secret& browser);

  // A passkey instead of a password for who comes by a link. Errors: those of People::of_link and
  // of the name; conflict for who has a second factor, which a passkey would pass by.
  Result<PasskeyRequest> begin_by_link(const Secret& link, const Arrival& who,
                                       const Visitor& visitor, const Secret& browser);
  // Errors: those of finish and of People::accept.
  Result<SignInOutcome> finish_by_link(const Secret& link, const PasskeyAnswer& answer,
                                       const Visitor& visitor, const Secret& browser);

 private:
  Result<json::object> options_for(Purpose purpose, const Person& person, const std::string& name,
                                   const Arrival& who, const Secret& browser);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  RelyingParty party_;
  std::string organisation_;
  People people_;
  Sessions sessions_;
  Challenges challenges_;
  SignIn sign_in_;
};

// What a person calls a passkey, trimmed. Errors: invalid. Pure.
[[nodiscard]] Result<std::string> check_passkey_name(const std::string& name);

// Those of a person, or with an empty id of all; the oldest first.
[[nodiscard]] Result<std::vector<Passkey>> list_passkeys(Store& store, const std::string& person);
// Errors: not_found, invalid.
Result<void> rename_passkey(Store& store, const std::string& id, const std::string& name);
// Errors: not_found; with `open` conflict for the only one of these ways that its person has.
Result<void> remove_passkey(Store& store, const std::string& id,
                            const std::optional<WaysOpen>& open);

}  // namespace carillon
