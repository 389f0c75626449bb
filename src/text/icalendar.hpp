// A calendar that programs subscribe to: iCalendar, RFC 5545, with the name and the refresh
// interval of RFC 7986.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"

namespace carillon {

struct CalendarEntry {
  std::string uid;  // the same for as long as the entry is the same, wherever it moves
  std::string summary;
  std::string description;
  std::string url;
  Micros at = 0;
  Micros changed = 0;
};

// The whole calendar, in UTC. Texts may hold anything: they are escaped, and lines folded at 75
// bytes between characters. Pure.
[[nodiscard]] std::string icalendar(const std::string& name,
                                    const std::vector<CalendarEntry>& entries);

}  // namespace carillon
