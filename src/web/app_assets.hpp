// The files of the web interface as ui/build.mjs made them: they are part of the program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carillon {

// Bytes that the program holds.
struct Embedded {
  const char* begin = nullptr;
  const char* end = nullptr;
  [[nodiscard]] std::string str() const { return {begin, end}; }
};

struct AppAsset {
  std::string_view name;    // holds a digest, but for "index.html"
  std::string_view type;    // the Content-Type
  std::string_view digest;  // SHA-256 of the plain bytes, in hex
  Embedded plain;
  Embedded gzip;
  Embedded brotli;
};

// All of them; "index.html" is the page that loads the others.
[[nodiscard]] const std::vector<AppAsset>& app_assets();

// A screen of the interface, and what its script is beside that of all of them.
struct AppScreen {
  std::string_view path;  // "/app/draft/:id"; a member stands for one part of an address
  std::vector<std::string_view> files;
};

// All of them. Of those that fit an address the first is shown.
[[nodiscard]] const std::vector<AppScreen>& app_screens();

// The SHA-256, in base64, of the one script that stands in "index.html" itself
// (https://www.w3.org/TR/CSP3/#external-hash).
[[nodiscard]] std::string_view app_first_script();

}  // namespace carillon
