// Every bound of the fediverse account. Sizes in bytes unless the name says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace carillon::limits {

inline constexpr std::size_t field_bytes = std::size_t{16} * 1024;  // of one structured field
inline constexpr std::size_t field_members = 1024;  // RFC 9651 section 3 asks for as many
inline constexpr std::size_t signature_headers = 64;
// How far the clock of another server may be off (docs.joinmastodon.org/spec/security).
inline constexpr Micros signature_skew = hour;

}  // namespace carillon::limits
