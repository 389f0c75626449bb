// A text as code points with their byte offsets. A byte that is not UTF-8 counts as U+FFFD.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

// Reads one code point at `at` and moves `at` behind it.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(char32_t cp, std::string& out);

struct CodePoints {
  std::vector<char32_t> cp;
  std::vector<std::uint32_t> at;  // one more than cp: the end of the text
  [[nodiscard]] std::size_t size() const { return cp.size(); }
  // The code point at `i`, or 0 beyond either end.
  [[nodiscard]] char32_t get(std::size_t i) const { return i < cp.size() ? cp[i] : 0; }
};

[[nodiscard]] CodePoints decode(std::string_view text);

// Character classes by the Unicode Character Database (ICU's version).
[[nodiscard]] bool is_letter_or_mark(char32_t c);
[[nodiscard]] bool is_decimal(char32_t c);
[[nodiscard]] bool is_punctuation(char32_t c);
[[nodiscard]] bool is_white_space(char32_t c);  // property White_Space
[[nodiscard]] bool is_word(char32_t c);         // letter, mark, decimal, connector punctuation
[[nodiscard]] bool is_alphabetic(char32_t c);
[[nodiscard]] inline bool is_ascii_alnum(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] inline bool is_ascii_alpha(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] inline bool is_ascii_digit(char32_t c) {
  return c >= '0' && c <= '9';
}

// Normalisation form C; the text itself where it is already so.
[[nodiscard]] std::string to_nfc(std::string_view text);

}  // namespace carillon
