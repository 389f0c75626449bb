// What a browser and an authenticator say of a passkey, compared with what they must say:
// https://www.w3.org/TR/webauthn-3/ sections 7.1 and 7.2. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/crypto.hpp"
#include "base/describe.hpp"
#include "base/signature.hpp"

namespace carillon {

// For whom passkeys are made: a domain, and the one address at which they are used.
struct RelyingParty {
  std::string id;      // "example.org"
  std::string origin;  // "https://example.org"
};

// Of organisation.url; nothing where browsers have no passkeys: without https (but for localhost),
// and for a number instead of a name.
[[nodiscard]] std::optional<RelyingParty> relying_party(const std::string& url);

// What our script sends; each but `type` is base64url.
struct PasskeyAnswer {
  std::string type;  // "public-key"
  std::string id;
  std::string client_data;
  std::string attestation;         // of a new passkey
  std::string authenticator_data;  // of signing in, as those that follow
  std::string signature;
  std::string user;  // the user handle
};
BOOST_DESCRIBE_STRUCT(PasskeyAnswer, (),
                      (type, id, client_data, attestation, authenticator_data, signature, user))

// What is known of a passkey.
struct Credential {
  std::string id;  // base64url
  PublicKey key;
  std::int64_t count = 0;  // how often it has signed; 0: it does not count
  bool eligible = false;   // it may be copied to other devices of the person
  bool backed_up = false;  // it was
};

// The challenge that an answer says it is for. Errors: denied when it says none.
[[nodiscard]] Result<Secret> challenge_of(const PasskeyAnswer& answer);

// A new passkey. What makers of authenticators attest is not asked for, so a statement of theirs is
// neither needed nor trusted. Errors: denied, with what is not as it must be.
[[nodiscard]] Result<Credential> check_new_passkey(const RelyingParty& party,
                                                   const Secret& challenge,
                                                   const PasskeyAnswer& answer);

// A sign-in by `known`, which it returns as it is now. Errors: denied, with what is not as it must
// be; conflict when the counter went back, so that there may be two of it.
[[nodiscard]] Result<Credential> check_passkey(const RelyingParty& party, const Secret& challenge,
                                               const PasskeyAnswer& answer,
                                               const Credential& known);

}  // namespace carillon
