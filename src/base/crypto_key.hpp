// Keys of our own that sign, and public keys of others as PEM. All functions are thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.hpp"
#include "base/signature.hpp"

namespace carillon {

// A key pair. Copies share it; what they hold is wiped when the last one goes.
class PrivateKey {
 public:
  // RSA of 2048 bits, or Ed25519 (RFC 8032). Errors: invalid for es256; unavailable where OpenSSL
  // has no random numbers.
  [[nodiscard]] static Result<PrivateKey> make(Signing signing);
  // PKCS #8 (RFC 5208) or, for RSA, PKCS #1 (RFC 8017 appendix A). Errors: invalid for anything
  // else, without a word of it.
  [[nodiscard]] static Result<PrivateKey> from_pem(const Secret& pem);

  [[nodiscard]] Signing signing() const;
  // PKCS #8 as PEM.
  [[nodiscard]] Secret pem() const;
  // SubjectPublicKeyInfo as PEM (RFC 7468 section 13).
  [[nodiscard]] std::string public_pem() const;
  // RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519. Errors: unavailable where OpenSSL cannot.
  [[nodiscard]] Result<std::string> sign(std::string_view message) const;

 private:
  struct State;
  explicit PrivateKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// A public key written as SubjectPublicKeyInfo or as PKCS #1. Errors: invalid where it is no PEM,
// no RSA key of 2048 to 8192 bits and no Ed25519 key.
[[nodiscard]] Result<PublicKey> public_key_of(std::string_view pem);

}  // namespace carillon
