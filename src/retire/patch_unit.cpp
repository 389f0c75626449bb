#include "retire/patch_unit.hpp"

namespace carillon::patch {

namespace {

std::size_t closing(std::string_view text, std::size_t open, char left, char right) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == left) ++depth;
    if (text[at] == right && --depth == 0) return at;
    if (text[at] == '\n' && at + 1 < text.size() && text[at + 1] == '\n') return npos;
  }
  return npos;
}

// {: .button} or {target=_blank} directly behind a link.
std::size_t with_attributes(std::string_view text, std::size_t end) {
  if (end >= text.size() || text[end] != '{') return end;
  const std::string_view rest = text.substr(end);
  if (rest.starts_with("{{") || rest.starts_with("{%")) return end;
  const auto close = rest.find('}');
  return close == npos || rest.substr(0, close).find('\n') != npos ? end : end + close + 1;
}

// [words](address), ![alt](address), and what has such a picture for its words.
std::optional<Unit> markdown_link(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t before = begin;
  while (before > 0 && (text[before - 1] == '<' || text[before - 1] == ' ')) --before;
  if (before < 2 || text.substr(before - 2, 2) != "](") return std::nullopt;
  const std::size_t open = opening_bracket(text, before - 2);
  const std::size_t close = closing(text, before - 1, '(', ')');
  if (open == npos || close == npos || close < end) return std::nullopt;
  Unit out{{open, close + 1}, {open + 1, before - 2}, false};
  if (open > 0 && text[open - 1] == '!') {
    out.picture = true;
    --out.whole.begin;
    // [![alt](picture)](address): the link around it is the same thing.
    const bool linked = out.whole.begin > 0 && text[out.whole.begin - 1] == '[' &&
                        out.whole.end < text.size() && text[out.whole.end] == ']';
    if (linked && text.substr(out.whole.end + 1, 1) == "(") {
      const std::size_t last = closing(text, out.whole.end + 1, '(', ')');
      if (last != npos) out.whole = {out.whole.begin - 1, last + 1};
    } else if (linked && text.substr(out.whole.end + 1, 1) == "[") {
      const auto last = text.find(']', out.whole.end + 2);
      if (last != npos) out.whole = {out.whole.begin - 1, last + 1};
    }
  }
  out.picture = out.picture || text.substr(out.shown.begin, 2) == "![";
  out.whole.end = with_attributes(text, out.whole.end);
  return out;
}

// `words <address>`_
std::optional<Unit> rst_link(std::string_view text, std::size_t begin, std::size_t end) {
  if (begin == 0 || text[begin - 1] != '<' || text.substr(end, 3) != ">`_") return std::nullopt;
  const auto open = text.rfind('`', begin);
  if (open == npos) return std::nullopt;
  const std::size_t last = end + (text.substr(end, 4) == ">`__" ? 4 : 3);
  return Unit{{open, last}, {open + 1, begin - 1}, false};
}

Unit bare_unit(std::string_view text, std::size_t begin, std::size_t end) {
  if (auto out = markdown_link(text, begin, end)) return *out;
  if (auto out = rst_link(text, begin, end)) return *out;
  Unit out{{begin, end}, {}, false};
  const auto around = [&](char left, char right) {
    if (out.whole.begin > 0 && out.whole.end < text.size() && text[out.whole.begin - 1] == left &&
        text[out.whole.end] == right) {
      --out.whole.begin;
      ++out.whole.end;
    }
  };
  around('<', '>');
  around('`', '`');
  return out;
}

}  // namespace

std::size_t opening_bracket(std::string_view text, std::size_t close) {
  int depth = 0;
  for (std::size_t at = close + 1; at-- > 0;) {
    if (text[at] == ']' && (at == 0 || text[at - 1] != '\\')) ++depth;
    if (text[at] == '[' && (at == 0 || text[at - 1] != '\\') && --depth == 0) return at;
    if (text[at] == '\n' && at > 0 && text[at - 1] == '\n') return npos;
  }
  return npos;
}

Unit unit_at(std::string_view text, std::size_t begin, std::size_t end) {
  Unit out = bare_unit(text, begin, end);
  // Emphasis around nothing would show its marks.
  for (const std::string_view mark : {"**", "__", "~~", "*", "_"}) {
    const std::size_t size = mark.size();
    if (out.whole.begin < size || text.substr(out.whole.begin - size, size) != mark ||
        text.substr(out.whole.end, size) != mark)
      continue;
    out.whole = {out.whole.begin - size, out.whole.end + size};
  }
  return out;
}

}  // namespace carillon::patch
