// The bounds of signing in by passkeys and with providers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carillon::limits {

inline constexpr std::size_t passkeys = 20;               // of one person
inline constexpr std::size_t credential_id_bytes = 1023;  // WebAuthn Level 3, section 7.1
inline constexpr std::int64_t challenge_minutes = 5;
inline constexpr std::int64_t provider_minutes = 15;  // that signing in elsewhere may take
inline constexpr std::int64_t proof_minutes = 10;     // that signing in proves who one is

}  // namespace carillon::limits
