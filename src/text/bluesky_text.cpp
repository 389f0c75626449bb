#include <algorithm>

#include "text/entities.hpp"
#include "text/graphemes.hpp"
#include "text/url_scan.hpp"

namespace carillon {

namespace {

using namespace url_scan;

constexpr std::size_t tag_graphemes_max = 64;

// JavaScript's \s.
bool is_space(char32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000 || c == 0xFEFF;
}

bool is_zero_width(char32_t c) {
  return c == 0xAD || c == 0x2060 || (c >= 0x200A && c <= 0x200D) || c == 0x20E2;
}

std::string slice(const CodePoints& text, std::string_view raw, std::size_t begin,
                  std::size_t end) {
  return std::string(raw.substr(text.at[begin], text.at[end] - text.at[begin]));
}

bool opens(const CodePoints& text, std::size_t i) {
  return i == 0 || is_space(text.cp[i - 1]) || text.cp[i - 1] == '(';
}

// The last label is a top-level domain in use, written in lower case.
bool is_domain(const std::string& name) {
  const auto dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  const std::string last = name.substr(dot + 1);
  return last == lower_ascii(last) && (tld_flags(last) & tld_in_use) != 0;
}

bool is_js_word(char32_t c) {
  return is_ascii_alnum(c) || c == '_';
}

void mentions_in(const CodePoints& text, std::string_view raw, std::vector<Entity>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.cp[i] != '@' || !opens(text, i)) continue;
    std::size_t end = i + 1;
    while (is_ascii_alnum(text.get(end)) || text.get(end) == '.' || text.get(end) == '-') ++end;
    while (end > i + 1 && is_js_word(text.cp[end - 1]) == is_js_word(text.get(end))) --end;
    if (end == i + 1) continue;
    const std::string handle = slice(text, raw, i + 1, end);
    if (is_domain(handle) || handle.ends_with(".test"))
      out.push_back({EntityKind::mention, text.at[i], text.at[end], handle});
    i = end - 1;
  }
}

bool has_scheme(const CodePoints& text, std::size_t i) {
  std::string head;
  for (std::size_t k = i; k < i + 9 && text.get(k) < 0x80 && k < text.size(); ++k)
    head += static_cast<char>(text.cp[k]);
  head = lower_ascii(head);
  return (head.starts_with("http://") && head.size() > 7) ||
         (head.starts_with("https://") && head.size() > 8);
}

std::size_t bare_domain_end(const CodePoints& text, std::size_t i) {
  if (!is_ascii_alpha(text.get(i))) return i;
  std::size_t at = i;
  while (is_ascii_alnum(text.get(at))) ++at;
  std::size_t end = i;
  while (text.get(at) == '.' && is_ascii_alnum(text.get(at + 1))) {
    ++at;
    while (is_ascii_alnum(text.get(at))) ++at;
    end = at;
  }
  return end;
}

void urls_in(const CodePoints& text, std::string_view raw, std::vector<Entity>& out) {
  std::size_t consumed = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool line_start = i > 0 && text.cp[i - 1] == '\n';
    if ((!opens(text, i) && !line_start) || (i > 0 && i - 1 < consumed && i != consumed)) continue;
    std::size_t domain = i;
    if (!has_scheme(text, i)) {
      domain = bare_domain_end(text, i);
      if (domain == i) continue;
    }
    std::size_t end = i;
    while (end < text.size() && !is_space(text.cp[end])) ++end;
    consumed = end;
    std::string uri = slice(text, raw, i, end);
    if (!uri.starts_with("http")) {
      if (domain == i || !is_domain(slice(text, raw, i, domain))) continue;
      uri = "https://" + uri;
    }
    std::size_t stop = end;
    if (std::string_view(".,;:!?").find(uri.back()) != std::string_view::npos) {
      uri.pop_back();
      --stop;
    }
    if (uri.back() == ')' && uri.find('(') == std::string::npos) {
      uri.pop_back();
      --stop;
    }
    out.push_back({EntityKind::url, text.at[i], text.at[stop], uri});
    i = end - 1;
  }
}

void tags_in(const CodePoints& text, std::string_view raw, std::vector<Entity>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.cp[i] != '#' && text.cp[i] != 0xFF03) continue;
    if (i > 0 && !is_space(text.cp[i - 1])) continue;
    if (text.get(i + 1) == 0xFE0F) continue;
    std::size_t end = i + 1;
    bool solid = false;
    for (; end < text.size() && !is_space(text.cp[end]) && !is_zero_width(text.cp[end]); ++end)
      solid = solid || (!is_ascii_digit(text.cp[end]) && !is_punctuation(text.cp[end]));
    if (!solid) continue;
    std::size_t stop = end;
    while (stop > i + 1 && is_punctuation(text.cp[stop - 1])) --stop;
    const std::string tag = slice(text, raw, i + 1, stop);
    if (!tag.empty() &&
        (tag.size() <= tag_graphemes_max || count_graphemes(tag) <= tag_graphemes_max))
      out.push_back({EntityKind::hashtag, text.at[i], text.at[stop], tag});
    i = end - 1;
  }
}

bool may_follow_cashtag(const CodePoints& text, std::size_t at) {
  if (at >= text.size()) return true;
  const char32_t c = text.cp[at];
  return is_space(c) || c == 0x2019 ||
         (c < 0x80 &&
          std::string_view(".,;:!?)\"'").find(static_cast<char>(c)) != std::string_view::npos);
}

void cashtags_in(const CodePoints& text, std::string_view raw, std::vector<Entity>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.cp[i] != '$' || !opens(text, i) || !is_ascii_alpha(text.get(i + 1))) continue;
    std::size_t end = i + 1;
    while (end - i - 1 < 5 && is_ascii_alnum(text.get(end))) ++end;
    if (!may_follow_cashtag(text, end)) continue;
    std::string ticker = slice(text, raw, i + 1, end);
    for (char& c : ticker) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    }
    out.push_back({EntityKind::cashtag, text.at[i], text.at[end], ticker});
  }
}

}  // namespace

std::vector<Entity> bluesky_entities(std::string_view raw) {
  const CodePoints text = decode(raw);
  std::vector<Entity> out;
  mentions_in(text, raw, out);
  urls_in(text, raw, out);
  tags_in(text, raw, out);
  cashtags_in(text, raw, out);
  drop_overlaps(out);
  return out;
}

}  // namespace carillon
