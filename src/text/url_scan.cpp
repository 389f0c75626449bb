#include "text/url_scan.hpp"

#include <algorithm>
#include <iterator>

#include "base/bytes.hpp"
#include "text/tld_table.hpp"

namespace carillon::url_scan {

namespace {

constexpr std::size_t longest_tld = 64;  // code points

// The end of the top-level domain that starts at `i`: an ASCII one is the whole run of letters and
// digits, another may be followed by more of its script. `i` when there is none.
std::size_t tld_end(const CodePoints& text, std::size_t i, unsigned flags) {
  std::size_t end = i;
  while (is_ascii_alnum(text.get(end))) ++end;
  const auto free_after = [&](std::size_t at) {
    const char32_t c = text.get(at);
    return !is_ascii_alnum(c) && c != '@' && c != '+' && c != '-';
  };
  std::string name;
  if (end > i && end - i <= longest_tld && free_after(end)) {
    for (std::size_t k = i; k < end; ++k) name += static_cast<char>(text.cp[k]);
    if ((tld_flags(name) & flags) != 0) return end;
  }
  if (text.get(i) >= 0x80) {
    std::size_t best = i;
    name.clear();
    for (std::size_t k = i; k < text.size() && k - i < 24 && is_domain_char(text.cp[k]); ++k) {
      append_utf8(text.cp[k], name);
      if ((tld_flags(name) & flags) != 0 && free_after(k + 1)) best = k + 1;
    }
    return best;
  }
  // xn-- and what follows: any name in ASCII-compatible encoding.
  if (end == i + 2 && (text.cp[i] | 32U) == 'x' && (text.cp[i + 1] | 32U) == 'n' &&
      text.get(end) == '-' && text.get(end + 1) == '-') {
    std::size_t at = end + 2;
    while (is_ascii_alnum(text.get(at)) || text.get(at) == '-') ++at;
    if (at > end + 2) return at;
  }
  return i;
}

}  // namespace

unsigned tld_flags(std::string_view name) {
  const std::string lower = lower_ascii(name);
  const auto* found = std::lower_bound(
      std::begin(text_tables::tlds), std::end(text_tables::tlds), std::string_view(lower),
      [](const text_tables::Tld& tld, std::string_view value) { return tld.name < value; });
  return found != std::end(text_tables::tlds) && found->name == lower ? found->flags : 0;
}

bool is_directional(char32_t c) {
  return (c >= 0x202A && c <= 0x202E) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_x_space(char32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x180E ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

bool is_x_punct(char32_t c) {
  return c < 0x80 &&
         std::string_view("!'#%&()*+,\\-./:;<=>?@[]^_{|}~$").find(static_cast<char>(c)) !=
             std::string_view::npos;
}

bool is_latin_accent(char32_t c) {
  if (c < 0xC0) return false;
  if (c <= 0x24F) return c != 0xD7 && c != 0xF7;
  switch (c) {
    case 0x253:
    case 0x254:
    case 0x256:
    case 0x257:
    case 0x259:
    case 0x25B:
    case 0x263:
    case 0x268:
    case 0x26F:
    case 0x272:
    case 0x289:
    case 0x28B:
    case 0x2BB:
      return true;
    default:
      return (c >= 0x300 && c <= 0x36F) || (c >= 0x1E00 && c <= 0x1EFF);
  }
}

bool is_domain_char(char32_t c) {
  if (c < 0x80) return c > 32 && c != 127 && !is_x_punct(c) && c != '"' && c != '`';
  return !is_x_space(c) && !is_directional(c) && c != 0xFFFE && c != 0xFEFF && c != 0xFFFF;
}

std::size_t domain_end(const CodePoints& text, std::size_t i, unsigned flags) {
  std::size_t best = i;
  std::size_t label = i;
  // Each round reads one label; the last good end behind a label is the longest domain.
  while (label < text.size() && is_domain_char(text.cp[label])) {
    std::size_t end = label;
    bool underscore = false;
    while (end < text.size() &&
           (is_domain_char(text.cp[end]) || text.cp[end] == '-' || text.cp[end] == '_')) {
      underscore = underscore || text.cp[end] == '_';
      ++end;
    }
    if (text.get(end) != '.' || !is_domain_char(text.cp[end - 1])) break;
    if (!underscore) {  // the name right before the top-level domain has none
      const std::size_t top = tld_end(text, end + 1, flags);
      if (top > end + 1) best = top;
    }
    label = end + 1;
  }
  return best;
}

}  // namespace carillon::url_scan
