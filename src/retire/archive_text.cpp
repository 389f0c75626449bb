#include "retire/archive_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/bytes.hpp"

namespace carillon {

namespace {

constexpr std::array<std::pair<std::string_view, char>, 6> escapes{{{"&amp;", '&'},
                                                                    {"&lt;", '<'},
                                                                    {"&gt;", '>'},
                                                                    {"&quot;", '"'},
                                                                    {"&#39;", '\''},
                                                                    {"&apos;", '\''}}};

bool is_code(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// "@name @other " at the beginning: a reply's mentions, which a note may leave out.
std::string_view without_mentions(std::string_view text) {
  while (text.starts_with('@')) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return text;
    text = trim(text.substr(space));
  }
  return text;
}

}  // namespace

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto at = std::min(text.find('&'), text.size());
    out += text.substr(0, at);
    text.remove_prefix(at);
    if (text.empty()) break;
    const auto* known = std::find_if(escapes.begin(), escapes.end(), [&](const auto& escape) {
      return text.starts_with(escape.first);
    });
    out += known == escapes.end() ? '&' : known->second;
    text.remove_prefix(known == escapes.end() ? 1 : known->first.size());
  }
  return out;
}

ShortAddresses without_short_addresses(
    std::string_view text, const std::function<const std::string*(std::string_view)>& target) {
  constexpr std::string_view host = "://t.co/";
  ShortAddresses out;
  out.text.reserve(text.size());
  while (true) {
    const auto at = text.find(host);
    if (at == std::string_view::npos) break;
    const std::string_view before = text.substr(0, at);
    const std::size_t scheme = before.ends_with("https") ? 5 : before.ends_with("http") ? 4 : 0;
    std::size_t end = at + host.size();
    while (end < text.size() && is_code(text[end])) ++end;
    const std::string_view code = text.substr(at + host.size(), end - at - host.size());
    const std::string* found =
        scheme == 0 || code.empty() ? nullptr : target("https://t.co/" + std::string(code));
    if (found == nullptr) {
      out.text += text.substr(0, end);
      out.left += scheme != 0 && !code.empty() ? 1 : 0;
    } else {
      out.text += text.substr(0, at - scheme);
      out.text += *found;
      ++out.replaced;
    }
    text.remove_prefix(end);
  }
  out.text += text;
  if (out.replaced > 0) out.text = std::string(trim(out.text));
  return out;
}

std::string_view before_ellipsis(std::string_view text) {
  return trim(text.substr(0, std::min(text.rfind("…"), text.size())));
}

bool note_continues(std::string_view note, std::string_view shown) {
  const std::string_view beginning = before_ellipsis(shown);
  if (beginning.empty()) return false;
  if (trim(note).starts_with(beginning)) return true;
  const std::string_view bare = without_mentions(beginning);
  return !bare.empty() && without_mentions(trim(note)).starts_with(bare);
}

}  // namespace carillon
