// How the home shows a picture: what it is scaled to, and its address. Pure.
#pragma once

#include "base/limits.hpp"
#include "core/announcement.hpp"
#include "text/limits.hpp"

namespace carillon {

[[nodiscard]] inline ImageLimits home_image_limits() {
  return {.count = limits::media_count,
          .bytes = limits::media_home_bytes,
          .pixels = 0,
          .side = limits::media_home_side,
          .alt_length = 0};
}

// The path on the home, "/media/<digest>-1600.jpg": the number is the longest side it may have.
[[nodiscard]] inline std::string home_image_path(const Media& media, std::string_view mime) {
  return "/media/" + media.digest + "-" + std::to_string(limits::media_home_side) +
         (mime == "image/png" ? ".png" : ".jpg");
}

// Is `name`, the last part of a path, one that home_image_path makes?
[[nodiscard]] inline bool is_home_image_name(std::string_view name) {
  constexpr std::size_t digest = 64;
  return name.size() > digest && name[digest] == '-' &&
         name.substr(0, digest).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace carillon
