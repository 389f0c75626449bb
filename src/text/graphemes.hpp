// Extended grapheme clusters, what a reader takes for one character, by UAX #29 of Unicode 17, GB9c
// (Indic conjuncts) included: ICU 72 knows Unicode 15 only, and Bluesky counts by the newer rules.
// https://www.unicode.org/reports/tr29/
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace carillon {

inline constexpr const char* grapheme_unicode_version = "17.0.0";

// How many clusters `text` has. A byte that is not UTF-8 is U+FFFD. Thread-safe; allocates nothing.
[[nodiscard]] std::size_t count_graphemes(std::string_view text);

// The end of the cluster that begins at byte `begin`, which must be a cluster border (0 is one).
// Thread-safe.
[[nodiscard]] std::size_t grapheme_end(std::string_view text, std::size_t begin);

// The byte offset where each cluster ends; the last is text.size(). Thread-safe.
[[nodiscard]] std::vector<std::size_t> grapheme_ends(std::string_view text);

// Calls `each(std::string_view cluster)` for every cluster in order.
template <typename Each>
void for_each_grapheme(std::string_view text, Each&& each) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = grapheme_end(text, begin);
    each(text.substr(begin, end - begin));
    begin = end;
  }
}

}  // namespace carillon
