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
inline constexpr std::size_t provider_keys = 64;      // of one provider that are looked at
inline constexpr std::size_t id_token_bytes = std::size_t{16} * 1024;
inline constexpr std::size_t provider_reply_bytes = std::size_t{256} * 1024;
inline constexpr long provider_ms = 5000;               // of each request
inline constexpr std::ptrdiff_t providers_at_once = 2;  // of the server's threads may wait for one
inline constexpr std::size_t identities = 20;           // accounts elsewhere of one person

}  // namespace carillon::limits
