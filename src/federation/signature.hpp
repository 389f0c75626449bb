// Signed requests between servers of the fediverse: draft-cavage-http-signatures-12, which all of
// them speak, and RFC 9421, which the newer ones speak too. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto_key.hpp"
#include "federation/structured_fields.hpp"
#include "net/http.hpp"

namespace carillon {

enum class SignatureScheme { cavage, rfc9421 };
BOOST_DESCRIBE_ENUM(SignatureScheme, cavage, rfc9421)

// A request as its signature sees it. The views must outlive it.
struct SignedMessage {
  std::string_view method;  // "POST"
  std::string_view origin;  // "https://example.org", as the world reaches this server
  std::string_view target;  // path and query as they were sent
  std::string_view body;
  Headers headers;
};

// What a request says of its signature, before any key is known.
struct SignatureClaim {
  SignatureScheme scheme = SignatureScheme::cavage;
  std::string key_id;
  std::vector<std::string> covered;  // names, as "(request-target)" or "@method"
  std::string algorithm;             // as written; empty: the key says it
  std::vector<std::string> bases;    // the texts of which one must be signed
  std::string signature;             // bytes
};

// Reads the claim and judges all that needs no key: what must be covered (a POST: its target and
// its digest; a GET: its target and host), that the digest is the body's, that the time is within
// limits::signature_skew of `now`. Errors: not_found for a request without a signature, denied
// otherwise, with the reason.
[[nodiscard]] Result<SignatureClaim> read_claim(const SignedMessage& message, Micros now);

// Whether the holder of `key` made it, by the algorithm of the key. Errors: denied.
[[nodiscard]] Result<void> check_claim(const SignatureClaim& claim, const PublicKey& key);

// The text that is signed for these names. Errors: denied for a header that is not there and for a
// component that requests have none of. draft-cavage section 2.3; RFC 9421 section 2.5.
[[nodiscard]] Result<std::string> cavage_base(const SignedMessage& message,
                                              const std::vector<std::string>& names,
                                              const std::string& created,
                                              const std::string& expires);
[[nodiscard]] Result<std::string> rfc9421_base(const SignedMessage& message,
                                               const InnerList& input);

// Who signs: `key_id` is where others find the key, "https://example.org/actor#main-key".
struct Signer {
  std::string key_id;
  PrivateKey key;
};

// Adds date or created, digest and signature to a request that is about to be sent; what an earlier
// call added is replaced. A signature is good for an hour, but nobody should wait that long.
// Errors: invalid for an address that is none, unavailable where OpenSSL cannot sign.
[[nodiscard]] Result<void> sign_request(HttpRequest& request, SignatureScheme scheme,
                                        const Signer& signer, Micros now);

// "SHA-256=…" (RFC 3230) and "sha-256=:…:" (RFC 9530) of a body.
[[nodiscard]] std::string digest_of(std::string_view body);
[[nodiscard]] std::string content_digest_of(std::string_view body);

}  // namespace carillon
