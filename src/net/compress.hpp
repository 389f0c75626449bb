// Compressed copies of pages and answers. Pure and deterministic: the same bytes give the same
// copy.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// RFC 1952, best compression, without name and time.
[[nodiscard]] std::string gzip(std::string_view bytes);

// RFC 7932, best compression (slow: tens of milliseconds for 100 KB; only for what is kept).
[[nodiscard]] std::string brotli(std::string_view bytes);

// The same, quick: 2 ms for 180 KB of JSON, which becomes 6 KB. For what is sent once.
[[nodiscard]] std::string brotli_quick(std::string_view bytes);

}  // namespace carillon
