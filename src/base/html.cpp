#include "base/html.hpp"

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

void append_valid(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    switch (text[at]) {
      case '&':
        out += "&amp;";
        continue;
      case '<':
        out += "&lt;";
        continue;
      case '>':
        out += "&gt;";
        continue;
      case '"':
        out += "&quot;";
        continue;
      case '\'':
        out += "&#39;";
        continue;
      default:
        break;
    }
    if (const std::size_t length = forbidden(text, at)) {
      out += replacement;
      at += length - 1;
    } else {
      out += text[at];
    }
  }
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
