// Moments in UTC as text. Named time zones are in base/zone.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace carillon {

// RFC 3339 in UTC with whole seconds: "2026-11-24T10:22:03Z". Pure.
[[nodiscard]] std::string iso_time(Micros at);
// The same with milliseconds: "2026-11-24T10:22:03.417Z". Pure.
[[nodiscard]] std::string iso_time_millis(Micros at);
// RFC 822 as RSS 2.0 and HTTP dates (RFC 9110) want it: "Tue, 24 Nov 2026 10:22:03 GMT". Pure.
[[nodiscard]] std::string http_time(Micros at);
// An RFC 3339 time with any offset and fraction, or an HTTP date; nothing when it is neither. Pure.
[[nodiscard]] std::optional<Micros> parse_time(std::string_view text);

// A day in UTC: "2026-11-24". Two of them compare as text. Pure.
[[nodiscard]] std::string day_of(Micros at);
// The beginning of such a day in UTC; nothing when the text is not a day of the calendar. Pure.
[[nodiscard]] std::optional<Micros> parse_day(std::string_view text);

}  // namespace carillon
