#include "text/html_tags.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> named_references{
    {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\u00a0"}}};
constexpr std::size_t longest_reference = 10;

// Decodes the reference at the front of `text` ("&…;") and returns its length; 0 when it is none.
std::size_t decode_reference(std::string_view text, std::string& out) {
  const auto end = text.substr(0, longest_reference).find(';');
  if (end == std::string_view::npos) return 0;
  std::string_view name = text.substr(1, end - 1);
  for (const auto& [known, meaning] : named_references) {
    if (name != known) continue;
    out += meaning;
    return end + 1;
  }
  if (!name.starts_with('#')) return 0;
  name.remove_prefix(1);
  const bool hex = name.starts_with('x') || name.starts_with('X');
  if (hex) name.remove_prefix(1);
  std::uint32_t c = 0;
  const auto [stop, error] =
      std::from_chars(name.data(), name.data() + name.size(), c, hex ? 16 : 10);
  if (name.empty() || error != std::errc{} || stop != name.data() + name.size()) return 0;
  if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) c = 0xfffd;
  append_utf8(c, out);
  return end + 1;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

}  // namespace

void append_unescaped(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t used = text[i] == '&' ? decode_reference(text.substr(i), out) : 0;
    if (used == 0) out += text[i];
    i += used == 0 ? 1 : used;
  }
}

std::string tag_name(std::string_view tag) {
  std::size_t end = 1;
  while (end < tag.size() && !is_space(tag[end]) && tag[end] != '>' &&
         (tag[end] != '/' || end == 1))
    ++end;
  return lower_ascii(tag.substr(1, end - 1));
}

std::size_t tag_end(std::string_view html) {
  if (html.starts_with("<!--")) {
    const auto end = html.find("-->", 4);
    return end == std::string_view::npos ? html.size() : end + 3;
  }
  char quote = 0;
  char before = 0;  // the last character that is no space
  for (std::size_t i = 1; i < html.size(); ++i) {
    if (quote != 0) {
      if (html[i] == quote) quote = 0;
    } else if ((html[i] == '"' || html[i] == '\'') && before == '=') {
      quote = html[i];
    } else if (html[i] == '>') {
      return i + 1;
    }
    if (!is_space(html[i])) before = html[i];
  }
  return html.size();
}

HtmlAttributes attributes_of(std::string_view tag) {
  HtmlAttributes out;
  std::size_t i = tag_name(tag).size() + 1;
  const std::size_t end = tag.ends_with('>') ? tag.size() - 1 : tag.size();
  const auto skip_spaces = [&] {
    while (i < end && (is_space(tag[i]) || tag[i] == '/')) ++i;
  };
  for (skip_spaces(); i < end; skip_spaces()) {
    const std::size_t name_at = i;
    while (i < end && !is_space(tag[i]) && tag[i] != '=' && tag[i] != '/') ++i;
    auto& [name, value] = out.emplace_back(lower_ascii(tag.substr(name_at, i - name_at)), "");
    if (i == name_at) ++i;
    while (i < end && is_space(tag[i])) ++i;
    if (i >= end || tag[i] != '=') continue;
    ++i;
    while (i < end && is_space(tag[i])) ++i;
    if (i < end && (tag[i] == '"' || tag[i] == '\'')) {
      const auto close = std::min(tag.find(tag[i], i + 1), end);
      append_unescaped(tag.substr(i + 1, close - i - 1), value);
      i = close + 1;
    } else {
      const std::size_t value_at = i;
      while (i < end && !is_space(tag[i])) ++i;
      append_unescaped(tag.substr(value_at, i - value_at), value);
    }
  }
  return out;
}

std::string_view value_of(const HtmlAttributes& attributes, std::string_view name) {
  for (const auto& [each, value] : attributes) {
    if (each == name) return value;
  }
  return {};
}

}  // namespace carillon
