// What a provider of OpenID Connect says of who signed in, compared with what it must say:
// https://openid.net/specs/openid-connect-core-1_0.html section 3.1.3.7, RFC 7515, RFC 7517,
// RFC 8725. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/describe.hpp"
#include "base/signature.hpp"

namespace carillon {

struct ProviderKey {
  std::string id;  // "kid"; may be empty
  PublicKey key;
};

// Those keys of a JWK Set that can sign what we take; others are for other purposes and no error.
[[nodiscard]] std::vector<ProviderKey> provider_keys(const json::value& set);

struct TokenExpected {
  std::string issuer;
  std::string client_id;
  Secret nonce;
  Micros now = 0;
};

// Who signed in.
struct Subject {
  std::string id;    // never given to anybody else by this provider
  std::string name;  // what the provider calls them, for people to read; may be empty
};

// Errors: denied, with what is not as it must be.
[[nodiscard]] Result<Subject> check_id_token(const std::string& token,
                                             const std::vector<ProviderKey>& keys,
                                             const TokenExpected& expected);

}  // namespace carillon
