#include "text/tlds.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

#include "text/tld_table.inc"

constexpr std::size_t longest_unicode = 40;  // bytes, with room to spare

template <typename List>
bool holds(const List& list, std::string_view label) {
  return std::binary_search(list.begin(), list.end(), label);
}

bool ends_here(std::string_view text, std::size_t end) {
  if (end >= text.size()) return true;
  const char next = text[end];
  return !is_ascii_alnum(next) && next != '@' && next != '+' && next != '-';
}

void append_case_folded(std::string& out, char32_t point) {
  const auto folded = u_foldCase(static_cast<UChar32>(point), U_FOLD_CASE_DEFAULT);
  append_utf8(static_cast<char32_t>(folded), out);
}

std::size_t unicode_end(std::string_view text, std::size_t at) {
  std::string folded;
  std::size_t best = 0;
  while (folded.size() < longest_unicode) {
    const CodePoint point = code_point_at(text, at);
    if (point.size == 0 || is_white_space(point.value) || point.value == '.') break;
    append_case_folded(folded, point.value);
    at += point.size;
    if (ends_here(text, at) && (holds(unicode_tlds, folded) || holds(retired_unicode_tlds, folded)))
      best = at;
  }
  return best;
}

std::size_t punycode_end(std::string_view text, std::size_t at) {
  if (lower_ascii(text.substr(at, 4)) != "xn--") return 0;
  std::size_t end = at + 4;
  while (end < text.size() && (is_ascii_alnum(text[end]) || text[end] == '-')) ++end;
  return end > at + 4 ? end : 0;
}

}  // namespace

bool is_tld(std::string_view label) {
  std::string folded;
  for (std::size_t at = 0; at < label.size();) {
    const CodePoint point = code_point_at(label, at);
    append_case_folded(folded, point.value);
    at += point.size;
  }
  return holds(ascii_tlds, folded) || holds(unicode_tlds, folded);
}

std::size_t x_tld_end(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  std::size_t end = at;
  while (end < text.size() && is_ascii_alnum(text[end]) && end - at <= 24) ++end;
  if (end > at && ends_here(text, end)) {
    const std::string label = lower_ascii(text.substr(at, end - at));
    if (holds(ascii_tlds, label) || holds(retired_ascii_tlds, label)) return end;
  }
  if (const std::size_t puny = punycode_end(text, at); puny != 0) return puny;
  return unicode_end(text, at);
}

}  // namespace carillon
