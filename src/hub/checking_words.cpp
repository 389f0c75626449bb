#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/checking.hpp"

namespace carillon {

namespace {

std::string count_of(std::int64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string counts_of(const Checked& checked) {
  return fmt::format("{}: {}, {}",
                     count_of(static_cast<std::int64_t>(checked.files.size()), "post"),
                     count_of(checked.errors, "error"), count_of(checked.warnings, "warning"));
}

// The whole sentence, with the channels it concerns and what to do.
std::string sentence_of(const PostProblem& problem) {
  std::string out;
  if (!problem.channels.empty()) out = fmt::format("{}: ", fmt::join(problem.channels, ", "));
  out += problem.message;
  if (!problem.hint.empty()) out += ". " + problem.hint;
  return out;
}

// As the runner reads them back (actions/toolkit, packages/core/src/command.ts).
std::string for_command(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

// In a cell or a heading: nothing of it is markup.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else if (std::string_view("\\`*_{}[]<>()#+!|~@&").find(c) != std::string_view::npos) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// A block that no text inside can end.
std::string fenced(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<std::size_t>(3, longest + 1), '`');
  return fmt::format("{}text\n{}\n{}\n", fence, text, fence);
}

std::string length_of(const Shown& shown) {
  std::vector<std::string> parts;
  for (const Part& part : shown.parts)
    parts.push_back(part.limit > 0 ? fmt::format("{} of {}", part.length, part.limit)
                                   : std::to_string(part.length));
  return fmt::format("{}", fmt::join(parts, " + "));
}

std::string row_of(const Shown& shown) {
  return fmt::format("| {} | {} | {} | {} | {} |\n", plain(shown.channel), plain(shown.platform),
                     length_of(shown), word_of(shown.used),
                     shown.blocked ? "cannot be sent" : "good");
}

std::string texts_of(const Shown& shown) {
  std::string out = fmt::format("<details><summary>{} shows</summary>\n\n", plain(shown.channel));
  if (!shown.warning.empty()) out += fmt::format("Behind the warning: {}\n", plain(shown.warning));
  for (const Part& part : shown.parts) {
    out += fenced(part.text);
    for (const std::int64_t at : part.media) {
      const Media& media = shown.media.at(static_cast<std::size_t>(at));
      out += fmt::format("Picture {}: {}\n", plain(media.file),
                         media.alt.empty() ? "no alt text" : plain(media.alt));
    }
  }
  return out + "\n</details>\n\n";
}

}  // namespace

std::string checked_in_words(const Checked& checked) {
  std::string out;
  for (const PostProblem& one : checked.problems)
    out +=
        fmt::format("{}:{}: {}: {}\n", one.file, one.line, word_of(one.severity), sentence_of(one));
  return out + counts_of(checked) + ".\n";
}

std::string checked_for_github(const Checked& checked) {
  std::string out;
  for (const PostProblem& one : checked.problems)
    out += fmt::format("::{} file={},line={}::{}\n", word_of(one.severity),
                       for_command(one.file, true), one.line, for_command(sentence_of(one), false));
  return out;
}

std::string checked_for_gitlab(const Checked& checked) {
  json::array out;
  for (const PostProblem& one : checked.problems) {
    const std::string what = sentence_of(one);
    const std::string mark = fmt::format("{}\n{}\n{}", one.file, one.line, what);
    out.push_back(json::object{
        {"description", json::string(what)},
        {"check_name", one.severity == Severity::error ? "carillon-error" : "carillon-warning"},
        {"fingerprint", json::string(to_hex(sha256(mark)))},
        {"severity", one.severity == Severity::error ? "major" : "minor"},
        {"location", {{"path", json::string(one.file)}, {"lines", {{"begin", one.line}}}}}});
  }
  return write_pretty(out);
}

std::string checked_as_summary(const Checked& checked, const std::string& zone) {
  constexpr std::string_view cut = "\nThe rest is left out: it is too long.\n";
  std::string out = fmt::format("## Announcements: {}\n\n", counts_of(checked));
  const auto put = [&](const std::string& piece) {
    if (out.size() + piece.size() + cut.size() <= limits::check_summary_bytes)
      out += piece;
    else if (!out.ends_with(cut))
      out += cut;
  };
  for (const CheckedFile& file : checked.files) {
    std::string head = fmt::format("### {}\n\n", plain(file.file));
    if (!file.due.empty())
      head += fmt::format("Goes out {}.\n\n", in_zone(parse_time(file.due).value_or(0), zone));
    for (const PostProblem& one : checked.problems) {
      if (one.file == file.file)
        head += fmt::format("- line {}, {}: {}\n", one.line, word_of(one.severity),
                            plain(sentence_of(one)));
    }
    if (!file.shown.empty())
      head += "\n| channel | platform | characters | text | |\n| --- | --- | --- | --- | --- |\n";
    for (const Shown& shown : file.shown) head += row_of(shown);
    put(head + "\n");
    for (const Shown& shown : file.shown) put(texts_of(shown));
  }
  return out;
}

}  // namespace carillon
