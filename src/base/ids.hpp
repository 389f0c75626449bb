// Identifiers: 13 characters of the alphabet 2-7a-z that sort by time (the atproto TID form), short
// enough to type and safe in a path. https://atproto.com/specs/tid
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace carillon {

// `micros` (53 bits) and `clock_id` (10 bits) as 13 characters. Pure.
[[nodiscard]] std::string tid(Micros micros, unsigned clock_id);
[[nodiscard]] bool is_tid(std::string_view text);

// Gives ids that never repeat within the process and are unlikely to between processes (10 random
// bits besides the microsecond). Thread-safe.
class Ids {
 public:
  explicit Ids(const Clock& clock);
  [[nodiscard]] std::string next();

 private:
  const Clock& clock_;
  std::mutex mutex_;
  Micros last_ = 0;
  unsigned clock_id_;
};

}  // namespace carillon
