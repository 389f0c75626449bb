// Where a text may be cut, and how much each cut would disturb a reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "text/limits.hpp"
#include "text/split.hpp"

namespace carillon {

// Bytes [begin, end) that are never cut: a word with its punctuation, a link, code. `cost`: of a
// cut behind the piece, from 0 (a paragraph ends) to thousands (a link would lose the words that
// introduce it).
struct Piece {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int64_t cost = 0;
};

// White space at which a line may be broken: all but the no-break spaces.
[[nodiscard]] bool is_breaking_space(char32_t c);

// The pieces of the passage in order; between and around them is only breaking white space. Scripts
// that write without blanks (Chinese, Japanese, Thai, …) are cut between the words of ICU's
// dictionaries. Takes any bytes. Thread-safe.
[[nodiscard]] std::vector<Piece> pieces_of(const Passage& passage, const Limits& limits);

}  // namespace carillon
