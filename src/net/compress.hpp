// Compressed copies of prebuilt pages. Pure and deterministic: the same bytes give the same copy.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// RFC 1952, best compression, without name and time.
[[nodiscard]] std::string gzip(std::string_view bytes);

// RFC 7932, best compression (slow: tens of milliseconds for 100 KB; only for what is kept).
[[nodiscard]] std::string brotli(std::string_view bytes);

}  // namespace carillon
