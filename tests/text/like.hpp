// Limits that see links and names as a platform does, and count bytes.
#pragma once

#include "text/length.hpp"
#include "text/limits.hpp"

namespace carillon {

inline Limits like(const std::string& platform) {
  Limits out;
  out.platform = platform;
  out.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()); };
  out.entities = platform == "x"         ? x_entities
                 : platform == "bluesky" ? bluesky_entities
                                         : mastodon_entities;
  return out;
}

inline const std::vector<std::string> platforms{"x", "mastodon", "bluesky"};

}  // namespace carillon
