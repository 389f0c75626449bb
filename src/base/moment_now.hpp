// The time of now as text, for what is written far more often than once a second.
#pragma once

#include <ctime>
#include <string>

#include "base/moment.hpp"

namespace carillon {

// `Format` of the second that is now; made anew when that changes. Valid until the next call on
// this thread.
template <std::string (*Format)(Micros)>
const std::string& text_of_now() {
  thread_local std::time_t shown = -1;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != shown) {
    text = Format(now * second);
    shown = now;
  }
  return text;
}

}  // namespace carillon
