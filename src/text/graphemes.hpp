// Extended grapheme clusters by UAX #29 of Unicode 17, GB9c (Indic conjuncts) included; ICU 72
// knows Unicode 15 only, and Bluesky counts by the newer rules.
// https://www.unicode.org/reports/tr29/
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace carillon {

inline constexpr const char* grapheme_unicode_version = "17.0.0";

// How many user-perceived characters `text` (UTF-8) has. Thread-safe.
[[nodiscard]] std::size_t count_graphemes(std::string_view text);

// The byte offset where each cluster ends; the last is text.size(). Thread-safe.
[[nodiscard]] std::vector<std::size_t> grapheme_ends(std::string_view text);

// Is the code point Extended_Pictographic (the base of an emoji)? Thread-safe.
[[nodiscard]] bool is_pictographic(char32_t c);

}  // namespace carillon
