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

// The least cost of a cut that would part what belongs together: a link from the words before it,
// or a bullet from its item.
inline constexpr std::int64_t glue_cost = 2000;
// The highest cost of a cut where a sentence or a paragraph ends.
inline constexpr std::int64_t heading_cost = 30;

// Code as Markdown writes it: in backticks, or in a block between fences. Takes any bytes.
// Thread-safe.
[[nodiscard]] std::vector<Whole> code_in(std::string_view text);

// A line that opens or closes a block of code: "```" or "~~~" and more of the same.
struct Fence {
  char sign = 0;  // 0: the line is none
  std::size_t size = 0;
  bool bare = false;  // nothing behind it, so it can close
};
[[nodiscard]] Fence fence_of(std::string_view line);

// White space at which a line may be broken: all but the no-break spaces.
[[nodiscard]] bool is_breaking_space(char32_t c);

// The pieces of the passage in order; between and around them is only breaking white space. Scripts
// that write without blanks (Chinese, Japanese, Thai, …) are cut between the words of ICU's
// dictionaries. Takes any bytes. Thread-safe.
[[nodiscard]] std::vector<Piece> pieces_of(const Passage& passage, const Limits& limits);

}  // namespace carillon
