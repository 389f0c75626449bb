#include "base/html.hpp"

#include <array>

namespace carillon {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// The length of a character at `at` that neither HTML nor XML allows: the C0 and C1 controls but
// tab, line feed and carriage return, and the two non-characters of the first plane.
std::size_t forbidden(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(at);
  if (first < 0x20) return first == '\t' || first == '\n' || first == '\r' ? 0 : 1;
  if (first == 0x7F) return 1;
  if (first == 0xC2 && byte(at + 1) < 0xA0) return 2;
  if (first == 0xEF && byte(at + 1) == 0xBF && byte(at + 2) >= 0xBE) return 3;
  return 0;
}

// The bytes that text is looked at for: markup, and where a forbidden character may begin.
constexpr std::array<bool, 256> notable = [] {
  std::array<bool, 256> out{};
  for (const char c : {'&', '<', '>', '"', '\'', '\x7F', '\xC2', '\xEF'})
    out.at(static_cast<unsigned char>(c)) = true;
  for (unsigned c = 0; c < 0x20; ++c) out.at(c) = c != '\t' && c != '\n' && c != '\r';
  return out;
}();

std::string_view reference(char c) {
  if (c == '&') return "&amp;";
  if (c == '<') return "&lt;";
  if (c == '>') return "&gt;";
  if (c == '"') return "&quot;";
  return c == '\'' ? "&#39;" : "";
}

void append_valid(std::string& out, std::string_view text) {
  std::size_t copied = 0;  // what stands before is in `out`
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!notable[static_cast<unsigned char>(text[at])]) continue;
    const std::string_view escape = reference(text[at]);
    const std::size_t length = escape.empty() ? forbidden(text, at) : 1;
    if (length == 0) continue;
    out += text.substr(copied, at - copied);
    out += escape.empty() ? replacement : escape;
    at += length - 1;
    copied = at + 1;
  }
  out += text.substr(copied);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  out.reserve(out.size() + text.size());
  while (const auto bad = first_bad_utf8(text)) {
    append_valid(out, text.substr(0, *bad));
    out += replacement;
    text.remove_prefix(*bad + 1);
  }
  append_valid(out, text);
}

bool is_safe_url(std::string_view url) {
  for (const char c : url) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F) return false;
  }
  const auto end = url.find_first_of(":/?#");
  if (end == std::string_view::npos || url[end] != ':') return true;
  const std::string scheme = lower_ascii(url.substr(0, end));
  return scheme == "https" || scheme == "http" || scheme == "mailto";
}

Attribute attr(AttributeName name, std::string_view value) {
  Attribute out;
  if (name.is_url() && !is_safe_url(value)) return out;
  out.text_ = " ";
  out.text_ += name.name();
  out.text_ += "=\"";
  append_escaped(out.text_, value);
  out.text_ += '"';
  return out;
}

Attribute attr(AttributeName name) {
  Attribute out;
  out.text_ = " ";
  out.text_ += name.name();
  return out;
}

Html json_data(const json::value& value) {
  std::string out = "<script type=\"application/ld+json\">";
  for (const char c : json::serialize(value)) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return Html::trusted(out + "</script>");
}

}  // namespace carillon
