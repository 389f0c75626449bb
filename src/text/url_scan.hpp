// The pieces of URL recognition that X and Mastodon share: domains, paths, queries.
#pragma once

#include <cstddef>

#include "text/codepoints.hpp"

namespace carillon::url_scan {

inline constexpr unsigned tld_in_use = 1;
inline constexpr unsigned tld_of_x = 2;

// Flags of a top-level domain (any case), 0 when there is none such.
[[nodiscard]] unsigned tld_flags(std::string_view name);

// A code point that may stand in a domain label (X's rule: anything but punctuation, space and
// directional marks).
[[nodiscard]] bool is_domain_char(char32_t c);
[[nodiscard]] bool is_directional(char32_t c);
[[nodiscard]] bool is_x_space(char32_t c);
[[nodiscard]] bool is_x_punct(char32_t c);
[[nodiscard]] bool is_latin_accent(char32_t c);

// The end of the longest domain that starts at `i` and ends in a top-level domain with one of
// `flags`; `i` itself when there is none.
[[nodiscard]] std::size_t domain_end(const CodePoints& text, std::size_t i, unsigned flags);

// The end of the longest run from `i` of `general` characters and balanced parentheses, cut back so
// that it ends with an `ending` character or such a parenthesis.
template <class General, class Ending>
[[nodiscard]] std::size_t path_end(const CodePoints& text, std::size_t i, General general,
                                   Ending ending);

}  // namespace carillon::url_scan

namespace carillon::url_scan {

// "(" one or more general characters, with one more level inside, ")"; `i` when it is not that.
template <class General>
[[nodiscard]] std::size_t parens_end(const CodePoints& text, std::size_t i, General general) {
  if (text.get(i) != '(') return i;
  std::size_t at = i + 1;
  while (at < text.size() && general(text.cp[at])) ++at;
  if (text.get(at) == ')') return at > i + 1 ? at + 1 : i;
  if (text.get(at) != '(') return i;
  const std::size_t inner = at + 1;
  at = inner;
  while (at < text.size() && general(text.cp[at])) ++at;
  if (at == inner || text.get(at) != ')') return i;
  ++at;
  while (at < text.size() && general(text.cp[at])) ++at;
  return text.get(at) == ')' ? at + 1 : i;
}

template <class General, class Ending>
std::size_t path_end(const CodePoints& text, std::size_t i, General general, Ending ending) {
  std::size_t at = i;
  std::size_t good = i;
  while (at < text.size()) {
    if (text.cp[at] == '(') {
      const std::size_t behind = parens_end(text, at, general);
      if (behind == at) break;
      at = behind;
      good = at;
      continue;
    }
    if (!general(text.cp[at])) break;
    if (ending(text.cp[at])) good = at + 1;
    ++at;
  }
  return good;
}

}  // namespace carillon::url_scan
