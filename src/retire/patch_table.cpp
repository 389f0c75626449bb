// TOML, and settings of which each stands on a line of its own.
#include <algorithm>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

std::string_view row(std::string_view text, Bounds line) {
  return trim(text.substr(line.begin, line.end - line.begin));
}

bool is_header(std::string_view words) {
  const auto comment = words.find(" #");
  if (comment != npos) words = trim(words.substr(0, comment));
  return words.starts_with("[") && words.ends_with("]") && words.find('=') == npos &&
         words.find(',') == npos && words.find('"') == npos;
}

std::string_view cell_unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0])
    return text.substr(1, text.size() - 2);
  return text;
}

std::string_view key_of(std::string_view words) {
  const auto mark = words.find_first_of("=:");
  return mark == npos ? words : cell_unquoted(words.substr(0, mark));
}

std::string_view value_of(std::string_view words) {
  const auto mark = words.find('=');
  return mark == npos ? std::string_view{} : cell_unquoted(words.substr(mark + 1));
}

// A table between its header and the next.
struct Table {
  std::size_t header = npos;  // npos: what stands before the first
  std::size_t begin = 0;
  std::size_t end = 0;
};

Table table_around(std::string_view text, std::size_t from, std::size_t to, std::size_t at) {
  Table out{npos, from, to};
  for (std::size_t here = from; here < to;) {
    const Bounds line = line_at(text, here);
    if (is_header(row(text, line))) {
      if (line.begin > at) {
        out.end = line.begin;
        break;
      }
      out = {line.begin, line.end, to};
    }
    here = line.end;
  }
  return out;
}

}  // namespace

Change in_toml(const Spot& spot, std::size_t from, std::size_t to) {
  const std::string_view text = spot.text;
  const Table table = table_around(text, from, to, spot.begin);
  const Bounds line = line_at(text, spot.begin);
  if (row(text, line).starts_with("#"))
    return refuse("commented out already: delete it or keep it");
  Change inside = in_brackets(spot, table.begin, table.end, Lexis::toml);
  if (inside.good() || !inside.task.empty()) return inside;
  const Network& network = spot.network();
  const std::string_view value = value_of(row(text, line));
  if (value.find(' ') != npos && !is_caption(value, network)) {
    const auto begin = static_cast<std::size_t>(value.data() - text.data());
    if (spot.begin >= begin && spot.end <= begin + value.size())
      return in_sentence(spot, begin, begin + value.size());
    return refuse("part of a text over lines: say it anew without the account");
  }
  bool label = false;
  bool dress = true;
  for (std::size_t at = table.begin; at < table.end;) {
    const Bounds one = line_at(text, at);
    const std::string_view words = row(text, one);
    at = one.end;
    if (one.begin == line.begin || words.empty() || words.starts_with("#")) continue;
    dress = dress && is_dress(key_of(words));
    label = label || is_caption(value_of(words), network);
  }
  const std::string_view header =
      table.header == npos ? std::string_view{} : row(text, line_at(text, table.header));
  const bool array = header.starts_with("[[");
  const bool named = is_network_key(key_of(row(text, line)), network);
  const auto dot = header.rfind('.');
  const bool own_table =
      !header.empty() && !array &&
      is_caption(cell_unquoted(header.substr(dot == npos ? 1 : dot + 1,
                                             header.size() - (dot == npos ? 2 : dot + 2))),
                 network);
  const bool whole = (array && dress && (label || !named)) || (own_table && !named);
  if (spot.replaces() && spot.address && !named && !label)
    return cut(spot.begin, spot.end, spot.options->replace_url);
  if (!whole) return cut(line.begin, line.end);
  // Empty lines behind the table go with it; comments there belong to the next.
  std::size_t end = table.header;
  for (std::size_t at = table.header; at < table.end;) {
    const Bounds one = line_at(text, at);
    const std::string_view words = row(text, one);
    if (!words.empty() && !words.starts_with("#")) end = one.end;
    at = one.end;
  }
  while (end < table.end && row(text, line_at(text, end)).empty()) end = line_at(text, end).end;
  return cut(table.header, end);
}

Change in_settings(const Spot& spot) {
  const std::string_view text = spot.text;
  const Bounds line = line_at(text, spot.begin);
  const std::string_view words = row(text, line);
  if (words.starts_with("#") || words.starts_with(";"))
    return refuse("commented out already: delete it or keep it");
  if (spot.replaces() && spot.address && !is_network_key(key_of(words), spot.network()))
    return cut(spot.begin, spot.end, spot.options->replace_url);
  const std::string low = lower_ascii(spot.page->path());
  const bool contact = low.ends_with("security.txt") && words.starts_with("Contact");
  if (contact) return refuse("a way to report what is unsafe: name another, do not only remove it");
  return cut(line.begin, line.end);
}

}  // namespace carillon::patch
