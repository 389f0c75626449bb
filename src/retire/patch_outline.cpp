// Templates whose nesting is their indentation: Haml, Slim, Pug.
#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

std::size_t indent_of(std::string_view text, Bounds line) {
  const std::string_view words = text.substr(line.begin, line.end - line.begin);
  const auto at = words.find_first_not_of(" \t");
  return at == npos || trim(words).empty() ? npos : at;
}

std::size_t children_end(std::string_view text, Bounds line) {
  const std::size_t own = indent_of(text, line);
  std::size_t end = line.end;
  for (std::size_t at = line.end; at < text.size();) {
    const Bounds next = line_at(text, at);
    const std::size_t indent = indent_of(text, next);
    at = next.end;
    if (indent == npos) continue;
    if (indent <= own) break;
    end = next.end;
  }
  return end;
}

// Whether a line opens an element and holds nothing itself: `%li`, `.social`, `li.item`.
bool is_shell(std::string_view words) {
  words = trim(words);
  if (words.empty() || words.find(' ') != npos || words.find('=') != npos) return false;
  return words[0] == '%' || words[0] == '.' || words.starts_with("li") || words.starts_with("p") ||
         words.starts_with("div") || words.starts_with("ul");
}

}  // namespace

Change in_outline(const Spot& spot) {
  const std::string_view text = spot.text;
  Bounds line = line_at(text, spot.begin);
  const std::string_view words = trim(text.substr(line.begin, line.end - line.begin));
  if (words.empty()) return refuse("it could not be told what belongs to it here");
  const bool element = std::string_view("%.#=-a!&").find(words[0]) != npos || words[0] == '|' ||
                       words.starts_with("link") || words.starts_with("meta") ||
                       words.starts_with("script") || words.starts_with("i") ||
                       words.starts_with("\"");
  if (!element) return refuse("part of a sentence: say it anew without the account");
  std::size_t end = children_end(text, line);
  // Up through elements that hold nothing else.
  while (line.begin > 0) {
    Bounds above = line_at(text, line.begin - 1);
    const std::size_t own = indent_of(text, line);
    const std::size_t outer = indent_of(text, above);
    if (outer == npos || outer >= own) break;
    if (!is_shell(text.substr(above.begin, above.end - above.begin))) break;
    if (children_end(text, above) > end) break;
    line = above;
  }
  return cut(line.begin, end);
}

}  // namespace carillon::patch
