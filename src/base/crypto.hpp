// The only door to OpenSSL and libsodium. All functions are thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace carillon {

[[nodiscard]] std::string random_bytes(std::size_t count);
[[nodiscard]] std::string sha256(std::string_view bytes);                             // 32 bytes
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);  // 32 bytes
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

inline constexpr std::size_t seal_key_bytes = 32;
// libsodium secretbox (XSalsa20-Poly1305) with a random nonce in front. `key` is seal_key_bytes
// long.
[[nodiscard]] std::string seal(const Secret& key, std::string_view plain);
// Errors: corrupt when the bytes were not sealed with this key.
[[nodiscard]] Result<Secret> unseal(const Secret& key, std::string_view sealed);

}  // namespace carillon
