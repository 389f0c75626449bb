#include "team/totp.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "net/url.hpp"

namespace carillon {

namespace {

constexpr Micros step_time = 30 * second;

std::string upper_base32(const Secret& secret) {
  std::string out = to_base32(secret.reveal());
  for (char& c : out) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

}  // namespace

std::int64_t totp_step(Micros now) {
  return now / step_time;
}

// RFC 4226 section 5.3: four bytes from where the last half byte of the hash says.
std::string totp_code(const Secret& secret, std::int64_t step, int digits) {
  std::string counter;
  for (int shift = 56; shift >= 0; shift -= 8)
    counter += static_cast<char>(static_cast<std::uint64_t>(step) >> unsigned(shift) & 0xFFU);
  const std::string hash = hmac_sha1(secret.reveal(), counter);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(hash[at]); };
  const std::size_t at = byte(hash.size() - 1) & 0xFU;
  const std::uint32_t number = (byte(at) & 0x7FU) << 24U | std::uint32_t{byte(at + 1)} << 16U |
                               std::uint32_t{byte(at + 2)} << 8U | byte(at + 3);
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", number % modulus, digits);
}

std::optional<std::int64_t> matching_step(const Secret& secret, std::string_view code, Micros now,
                                          std::int64_t last) {
  std::string digits;
  for (const char c : code) {
    if (c != ' ') digits += c;
  }
  std::optional<std::int64_t> out;
  for (const std::int64_t beside : {-1, 0, 1}) {
    const std::int64_t step = totp_step(now) + beside;
    if (same_secret(totp_code(secret, step), digits) && step > last && !out) out = step;
  }
  return out;
}

std::string totp_words(const Secret& secret) {
  std::string out;
  for (const char c : upper_base32(secret)) {
    if (out.size() % 5 == 4) out += ' ';
    out += c;
  }
  return out;
}

std::string totp_address(const Secret& secret, const std::string& organisation,
                         const std::string& person) {
  return fmt::format("otpauth://totp/{}:{}?{}", percent_encode(organisation),
                     percent_encode(person),
                     build_query({{"secret", upper_base32(secret)}, {"issuer", organisation}}));
}

}  // namespace carillon
