// One-time codes of a second factor: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which
// is what every authenticator app knows. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/crypto.hpp"

namespace carillon {

inline constexpr std::size_t totp_secret_bytes = 20;  // RFC 4226 section 4, R6

// The number of a moment's step.
[[nodiscard]] std::int64_t totp_step(Micros now);

// The code of a step, `digits` long (6 to 8).
[[nodiscard]] std::string totp_code(const Secret& secret, std::int64_t step, int digits = 6);

// The step, now's or one beside it (RFC 6238 section 5.2), whose code this is; nothing when it is
// the code of none after `last`. Blanks in the code do not count.
[[nodiscard]] std::optional<std::int64_t> matching_step(const Secret& secret, std::string_view code,
                                                        Micros now, std::int64_t last);

// The secret as people type it: base32 in groups of four.
[[nodiscard]] std::string totp_words(const Secret& secret);

// What an authenticator app reads, also out of a picture.
// https://github.com/google/google-authenticator/wiki/Key-Uri-Format
[[nodiscard]] std::string totp_address(const Secret& secret, const std::string& organisation,
                                       const std::string& person);

}  // namespace carillon
