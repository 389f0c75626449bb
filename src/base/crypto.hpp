// The only door to OpenSSL and libsodium. All functions are thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace carillon {

[[nodiscard]] std::string random_bytes(std::size_t count);
[[nodiscard]] std::string sha256(std::string_view bytes);  // 32 bytes
// SHA-256 of what comes piece by piece. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  ~Sha256();
  void add(std::string_view bytes);
  // 32 bytes; once, and nothing is added after it.
  [[nodiscard]] std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class Curve { p256, k256 };
// Whether `signature` (r and s, 32 bytes each, s in its lower half) is ECDSA over the SHA-256 of
// `message` by the holder of `key`, a compressed point of 33 bytes.
// https://atproto.com/specs/cryptography
[[nodiscard]] bool is_signed_by(Curve curve, std::string_view key, std::string_view message,
                                std::string_view signature);

[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 bytes
// 20 bytes; only for RFC 6238, whose devices know no other.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view bytes);
// Compares in constant time; false when the sizes differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

// A value that must not be printed: it has no stream or format operator and is wiped when it goes,
// when another one takes its place, and where it was moved from.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value);
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept;
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

// A token of 256 bits that opens something, as it stands in an address or a cookie.
[[nodiscard]] Secret new_token();
// What is kept of a token. It is too long to be guessed, so a plain hash hides it.
[[nodiscard]] std::string token_hash(const Secret& token);

// Argon2id (RFC 9106) with limits::password_passes and limits::password_memory, as a text that
// holds salt and parameters (libsodium, crypto_pwhash_str). Takes about 80 ms; no more than
// limits::passwords_at_once run at a time, others wait. Errors: unavailable without the memory.
[[nodiscard]] Result<std::string> hash_password(const Secret& password);
// Whether `hash` was made of this password. Takes as long whatever the answer.
[[nodiscard]] bool is_password(const std::string& hash, const Secret& password);

inline constexpr std::size_t seal_key_bytes = 32;
// libsodium secretbox (XSalsa20-Poly1305) with a random nonce in front. `key` is seal_key_bytes
// long.
[[nodiscard]] std::string seal(const Secret& key, std::string_view plain);
// Errors: corrupt when the bytes were not sealed with this key.
[[nodiscard]] Result<Secret> unseal(const Secret& key, std::string_view sealed);

}  // namespace carillon
