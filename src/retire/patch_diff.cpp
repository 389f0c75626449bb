#include "retire/patch_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/bytes.hpp"
#include "text/line_diff.hpp"

namespace carillon {

namespace {

constexpr std::size_t context = 3;

// A path as git writes it: quoted where it holds what could end it.
std::string written(std::string_view side, std::string_view path) {
  const bool plain = std::none_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f;
  });
  if (plain)
    return fmt::format("{}{}{}", side, path, path.find(' ') == std::string_view::npos ? "" : "\t");
  std::string out = "\"" + std::string(side);
  for (const char c : path) {
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string read_path(std::string_view line) {
  line = line.substr(6);  // "+++ b/" or "--- a/"
  if (line.ends_with("\t")) line.remove_suffix(1);
  return std::string(line);
}

std::string read_quoted(std::string_view line) {
  std::string out;
  const auto open = line.find('"');
  for (std::size_t i = open + 1; i < line.size() && line[i] != '"'; ++i) {
    if (line[i] != '\\' || i + 1 >= line.size()) {
      out += line[i];
      continue;
    }
    ++i;
    if (line[i] >= '0' && line[i] <= '3' && i + 2 < line.size()) {
      out +=
          static_cast<char>((line[i] - '0') * 64 + (line[i + 1] - '0') * 8 + (line[i + 2] - '0'));
      i += 2;
    } else {
      out += line[i];
    }
  }
  return out.size() > 2 ? out.substr(2) : out;
}

void put(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

std::size_t number_at(std::string_view text) {
  std::size_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// `@@ -12,5 +12,3 @@`
bool read_head(std::string_view line, Hunk& hunk) {
  if (!line.starts_with("@@ -")) return false;
  const auto plus = line.find(" +");
  if (plus == std::string_view::npos) return false;
  hunk.old_line = number_at(line.substr(4));
  hunk.new_line = number_at(line.substr(plus + 2));
  return true;
}

}  // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after) {
  const Lines a = lines_of(before);
  const Lines b = lines_of(after);
  const LineMarks marks = compare_lines(a, b);
  std::string body;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool same = (i >= a.size() || !marks.gone[i]) && (j >= b.size() || !marks.come[j]);
    if (same) {
      ++i;
      ++j;
      continue;
    }
    const std::size_t lead = std::min({context, i, j});
    const std::size_t a_first = i - lead;
    const std::size_t b_first = j - lead;
    std::string lines;
    for (std::size_t k = a_first; k < i; ++k) put(lines, ' ', a[k]);
    std::size_t quiet = 0;
    while (i < a.size() || j < b.size()) {
      const bool gone = i < a.size() && marks.gone[i];
      const bool come = j < b.size() && marks.come[j];
      if (gone) {
        put(lines, '-', a[i++]);
      } else if (come) {
        put(lines, '+', b[j++]);
      } else {
        // Six quiet lines part two hunks, if a change follows at all.
        std::size_t ahead = 0;
        while (ahead <= 2 * context && i + ahead < a.size() && !marks.gone[i + ahead] &&
               !(j + ahead < b.size() && marks.come[j + ahead]))
          ++ahead;
        const bool more = ahead <= 2 * context && (i + ahead < a.size() || j + ahead < b.size());
        quiet = more ? ahead : std::min(context, ahead);
        for (std::size_t k = 0; k < quiet; ++k, ++i, ++j) put(lines, ' ', a[i]);
        if (!more) break;
        continue;
      }
    }
    const std::size_t a_count = i - a_first;
    const std::size_t b_count = j - b_first;
    body += fmt::format("@@ -{},{} +{},{} @@\n{}", a_count == 0 ? a_first : a_first + 1, a_count,
                        b_count == 0 ? b_first : b_first + 1, b_count, lines);
  }
  if (body.empty()) return {};
  return fmt::format("--- {}\n+++ {}\n{}", written("a/", path), written("b/", path), body);
}

Result<std::map<std::string, std::vector<Hunk>>> read_diff(std::string_view diff) {
  std::map<std::string, std::vector<Hunk>> out;
  std::vector<Hunk>* file = nullptr;
  std::size_t number = 0;
  char last = ' ';
  for (std::string_view line : lines_of(diff)) {
    ++number;
    const std::string_view head = line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0));
    Hunk hunk;
    if (head.starts_with("--- a/") || head.starts_with("--- \"a/")) {
      file = nullptr;
    } else if (head.starts_with("+++ ") && file == nullptr) {
      file = &out[head.starts_with("+++ \"") ? read_quoted(head)
                  : head.size() > 6          ? read_path(head)
                                             : std::string{}];
    } else if (file != nullptr && read_head(head, hunk)) {
      file->push_back(std::move(hunk));
    } else if (file != nullptr && !file->empty() && !line.empty()) {
      Hunk& own = file->back();
      if (line[0] == '\\') {
        const auto chop = [](std::string& text) {
          if (text.ends_with('\n')) text.pop_back();
        };
        if (last != '+') chop(own.before);
        if (last != '-') chop(own.after);
        continue;
      }
      if (line[0] != ' ' && line[0] != '-' && line[0] != '+')
        return fail(Fault::corrupt, fmt::format("line {}: this is no line of a change", number),
                    "Name the file that `carillon delist patch --write` kept.");
      last = line[0];
      if (last != '+') own.before += line.substr(1);
      if (last != '-') own.after += line.substr(1);
    } else {
      return fail(Fault::corrupt, fmt::format("line {}: this is no line of a change", number),
                  "Name the file that `carillon delist patch --write` kept.");
    }
  }
  return out;
}

Result<std::string> undone(std::string_view text, const std::vector<Hunk>& hunks) {
  const Lines lines = lines_of(text);
  std::string out;
  std::size_t row = 0;
  for (const Hunk& hunk : hunks) {
    const std::size_t count = lines_of(hunk.after).size();
    const std::size_t first =
        count == 0 ? hunk.new_line : std::max<std::size_t>(hunk.new_line, 1) - 1;
    std::string there;
    for (std::size_t i = first; i < first + count && i < lines.size(); ++i) there += lines[i];
    if (first < row || first > lines.size() || there != hunk.after)
      return fail(Fault::conflict,
                  fmt::format("line {} is not as the patch left it", hunk.new_line),
                  "It was changed since; take the change back by hand.");
    for (; row < first; ++row) out += lines[row];
    out += hunk.before;
    row = first + count;
  }
  for (; row < lines.size(); ++row) out += lines[row];
  return out;
}

}  // namespace carillon
