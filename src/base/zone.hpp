// Named time zones of the IANA database, as a person writes and reads them.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace carillon {

// The moment a person wrote: "2026-12-01 15:00 Europe/Paris", "2026-12-01 15:00" (in
// `default_zone`; empty: UTC), or with an offset as in RFC 3339, "2026-12-01T15:00:00+01:00" and
// "…Z". Seconds may be left out, "T" and a blank mean the same. Errors (invalid): not a time; an
// unknown zone, with the nearest name; a local time that a clock change skips or repeats, with both
// readings as RFC 3339 times; a named zone after 2037, where the database has no clock changes.
// Unavailable when this machine has no zone database. Thread-safe.
[[nodiscard]] Result<Micros> parse_when(std::string_view text, std::string_view default_zone);

// "Tue 1 Dec 2026, 15:00 Europe/Paris (UTC+1)"; in UTC when the zone is not known here. Years 1 to
// 9999; a moment outside reads as the nearer end. Thread-safe.
[[nodiscard]] std::string in_zone(Micros at, std::string_view zone);

// Whether the zone exists. Errors: invalid, with the nearest name; unavailable. Thread-safe.
[[nodiscard]] Result<void> check_zone(std::string_view zone);

}  // namespace carillon
