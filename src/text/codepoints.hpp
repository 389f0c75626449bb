// Code points of UTF-8 text and what Unicode 17 says of them. A byte that is not part of
// well-formed UTF-8 reads as U+FFFD of one byte, so every function here takes any bytes. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;  // bytes; 0 only outside the text
};

// As code_point_at, for a byte that is there and is not ASCII.
[[nodiscard]] CodePoint wide_code_point_at(std::string_view text, std::size_t at);
// The code point that begins at byte `at`; size 0 when `at` is at or past the end.
[[nodiscard]] inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte < 0x80 ? CodePoint{byte, 1} : wide_code_point_at(text, at);
}
// The code point that ends before byte `end`; size 0 when `end` is 0.
[[nodiscard]] CodePoint code_point_before(std::string_view text, std::size_t end);
// Reads one code point at `at` and moves `at` behind it.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(char32_t cp, std::string& out);
// Where the code points from `at` on end that are all `member`.
[[nodiscard]] std::size_t run_end(std::string_view text, std::size_t at, bool (*member)(char32_t));
// The bytes [begin, end).
[[nodiscard]] inline std::string slice(std::string_view text, std::size_t begin, std::size_t end) {
  return std::string(text.substr(begin, end - begin));
}

// A text as code points with their byte offsets.
struct CodePoints {
  std::vector<char32_t> cp;
  std::vector<std::uint32_t> at;  // one more than cp: the end of the text
  [[nodiscard]] std::size_t size() const { return cp.size(); }
  // The code point at `i`, or 0 beyond either end.
  [[nodiscard]] char32_t get(std::size_t i) const { return i < cp.size() ? cp[i] : 0; }
};

[[nodiscard]] CodePoints decode(std::string_view text);

// Grapheme_Cluster_Break (UAX #29), with Extended_Pictographic and Indic_Conjunct_Break, which
// never meet another class that the rules tell apart, folded in.
enum class Break : std::uint8_t {
  other,
  control,
  cr,
  lf,
  extend,
  zwj,
  regional,
  prepend,
  spacing_mark,
  l,
  v,
  t,
  lv,
  lvt,
  pictographic,
  linker,           // Extend, InCB=Linker
  consonant,        // Other, InCB=Consonant
  conjunct_extend,  // Extend, InCB=Extend
};
[[nodiscard]] Break break_of(char32_t c);

[[nodiscard]] bool is_letter_or_mark(char32_t c);  // general categories L and M
[[nodiscard]] bool is_decimal(char32_t c);         // Nd
[[nodiscard]] bool is_punctuation(char32_t c);     // P
[[nodiscard]] bool is_white_space(char32_t c);     // property White_Space
[[nodiscard]] bool is_alphabetic(char32_t c);      // property Alphabetic (ICU's Unicode)
// Alphabetic, marks, decimal digits and connector punctuation: a regular expression's \w.
[[nodiscard]] bool is_word(char32_t c);
[[nodiscard]] inline bool is_ascii_alpha(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] inline bool is_ascii_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] inline bool is_ascii_alnum(char32_t c) {
  return is_ascii_alpha(c) || is_ascii_digit(c);
}
// For bytes: none of a longer sequence is a letter or digit.
[[nodiscard]] inline bool is_ascii_alpha(char c) {
  return is_ascii_alpha(static_cast<char32_t>(static_cast<unsigned char>(c)));
}
[[nodiscard]] inline bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] inline bool is_ascii_alnum(char c) {
  return is_ascii_alpha(c) || is_ascii_digit(c);
}
// A letter of a handle on most platforms.
[[nodiscard]] inline bool is_handle_char(char c) {
  return is_ascii_alnum(c) || c == '_';
}
// Byte order marks and noncharacters, which X takes in no text.
[[nodiscard]] inline bool is_refused(char32_t c) {
  return c == 0xFFFE || c == 0xFFFF || c == 0xFEFF;
}
// Whether `set` holds `c`.
[[nodiscard]] inline bool one_of(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

// Bytes of the emoji that begins at byte `at`, or 0. An emoji is what Unicode recommends for
// interchange: a keycap, a flag of a region, a character with emoji presentation or U+FE0F (and a
// skin tone), or such characters joined by U+200D in a recommended sequence (UTS #51). As on X, a
// character that is text by default counts without U+FE0F too, except (c), (R), (TM) and the chess
// pawn, and not before U+FE0E.
[[nodiscard]] std::size_t emoji_size(std::string_view text, std::size_t at);

// Length in UTF-16 units, as JavaScript counts.
[[nodiscard]] std::size_t utf16_length(std::string_view text);

// Normalisation form C; the text itself where it is already so or not UTF-8.
[[nodiscard]] std::string to_nfc(std::string_view text);

}  // namespace carillon
