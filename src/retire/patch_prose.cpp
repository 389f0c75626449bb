// Words: links of Markdown and reStructuredText, names and addresses in plain text, with the list
// item, table row or sentence that says nothing without them.
#include <algorithm>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"
#include "retire/patch_unit.hpp"

namespace carillon::patch {

namespace {

bool has_other_link(std::string_view text) {
  for (const std::string_view mark : {"](", "://", "href=", "`_", "][", "@"})
    if (text.find(mark) != npos) return true;
  return false;
}

std::size_t count_words(std::string_view text) {
  std::size_t out = 0;
  bool inside = false;
  for (const char c : text) {
    const bool part = is_name_char(c) || static_cast<unsigned char>(c) >= 0x80;
    if (part && !inside) ++out;
    inside = part;
  }
  return out;
}

// "- ", "* ", "1. " in front of a list's item; its length.
std::size_t bullet(std::string_view line) {
  const auto start = line.find_first_not_of(" \t>");
  if (start == npos) return 0;
  const std::string_view rest = line.substr(start);
  for (const std::string_view mark : {"- ", "* ", "+ ", "#. ", "-\t", "*\t", "• "})
    if (rest.starts_with(mark)) return start + mark.size();
  std::size_t digits = 0;
  while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
  const bool number = digits > 0 && digits < 4 &&
                      (rest.substr(digits, 2) == ". " || rest.substr(digits, 2) == ") ");
  return number ? start + digits + 2 : 0;
}

std::string_view without_end(std::string_view line) {
  while (line.ends_with("\n") || line.ends_with("\r")) line.remove_suffix(1);
  return line;
}

class Prose {
 public:
  explicit Prose(const Spot& spot) : spot_(spot), text_(spot.text) {}

  Change take() {
    if (auto out = definition()) return *out;
    if (auto out = directive()) return *out;
    return take_unit(unit_at(text_, spot_.begin, spot_.end));
  }

 private:
  [[nodiscard]] std::string_view line_text(Bounds line) const {
    return without_end(text_.substr(line.begin, line.end - line.begin));
  }

  Change take_unit(Unit unit) {
    if (spot_.form == Form::prose && must_replace())
      return refuse("readers are told to write there: name another way");
    if (Change other = replaced(unit); other.good()) return other;
    const Bounds line = line_at(text_, unit.whole.begin);
    const std::string_view words = line_text(line);
    if (auto out = table_row(unit, line)) return *out;
    if (trim(words).starts_with("#") && words.find(": ") == npos && bullet(words) == 0 &&
        trim(words).find("# ") != npos)
      return refuse("a heading: say it anew, with what stands below it");
    const Bounds run = run_around(line);
    const std::size_t mark = bullet(line_text(line_at(text_, run.begin)));
    const std::size_t from = run.begin + mark;
    if (unit.whole.begin < from || unit.whole.end > run.end)
      return refuse("a link over several paragraphs: take it out by hand");
    if (auto out = whole_item(unit, run, from)) return *out;
    if (auto out = in_row_of_links(unit, line)) return *out;
    if (auto out = parenthesis(unit)) return *out;
    const Phrase phrase{from, run.end, unit.whole.begin, unit.whole.end};
    if (auto out = out_of_list(text_, phrase)) return *out;
    if (!guards_people())
      if (auto out = with_sentence(text_, phrase, spot_)) return sentence(*out, run, from);
    if (auto out = clause(phrase)) return *out;
    return unlinked(unit);
  }

  // A page where readers who are in need look for a person.
  [[nodiscard]] bool guards_people() const {
    const std::string low = lower_ascii(spot_.page->path());
    return low.find("conduct") != npos || low.find("security") != npos;
  }
  [[nodiscard]] bool must_replace() const {
    const std::string& plain = spot_.page->plain(spot_.line);
    for (const std::string_view word : {"dm", "dms", "report", "contact"})
      if (has_word(plain, word)) return true;
    return plain.find("direct message") != npos || plain.find("reach ") != npos;
  }

  [[nodiscard]] Change replaced(const Unit& unit) const {
    const std::string& name = spot_.options->replace_name;
    if (!spot_.replaces() || name.empty() || !spot_.address || unit.picture) return {};
    const std::string_view shown =
        text_.substr(unit.shown.begin, unit.shown.end - unit.shown.begin);
    if (shown.empty()) return {};
    // Where its neighbours name it already, a second link to it would say nothing new.
    const Bounds line = line_at(text_, unit.whole.begin);
    if (lower_ascii(line_text(line)).find(lower_ascii(name)) != npos) return {};
    std::string label(shown);
    if (is_caption(seen_words(shown), spot_.network()) ||
        spot_.who->named_in(plain_line(shown)) != nullptr)
      label = name;
    else
      return {};
    const std::string before = lower_ascii(text_.substr(line.begin, unit.whole.begin - line.begin));
    for (const std::string_view word : spot_.network().words)
      if (before.find(word) != npos) return {};
    Change out = cut(spot_.begin, spot_.end, spot_.options->replace_url);
    out.edits.insert(out.edits.begin(), {unit.shown.begin, unit.shown.end, label});
    return out;
  }

  // | Twitter | [@acme](address) |
  [[nodiscard]] std::optional<Change> table_row(const Unit& unit, Bounds line) const {
    const std::string_view words = trim(line_text(line));
    if (unit.whole.end > line.end || !words.starts_with("|") ||
        std::count(words.begin(), words.end(), '|') < 2)
      return std::nullopt;
    std::size_t from = line.begin;
    std::size_t to = line.end;
    for (std::size_t at = line.begin; at < line.end; ++at) {
      if (text_[at] != '|' || (at > line.begin && text_[at - 1] == '\\')) continue;
      if (at < unit.whole.begin) from = at + 1;
      if (at >= unit.whole.end) {
        to = at;
        break;
      }
    }
    const std::string rest = std::string(text_.substr(line.begin, unit.whole.begin - line.begin)) +
                             std::string(text_.substr(unit.whole.end, line.end - unit.whole.end));
    const bool only = !has_other_link(rest) && count_words(rest) <= 8;
    if (only) return cut(line.begin, line.end);
    const Phrase phrase{from, to, unit.whole.begin, unit.whole.end};
    if (auto out = out_of_list(text_, phrase)) return out;
    if (blank(text_.substr(from, unit.whole.begin - from)) &&
        blank(text_.substr(unit.whole.end, to - unit.whole.end)))
      return cut(unit.whole.begin, unit.whole.end, text_.substr(from, 1) == " " ? "" : " ");
    return unlinked(unit);
  }

  // The paragraph or list item around a line.
  [[nodiscard]] Bounds run_around(Bounds line) const {
    Bounds out = line;
    const auto ends_run = [&](std::string_view words) {
      const std::string_view text = trim(words);
      return text.empty() || text.starts_with("#") || text.starts_with("|") ||
             text.starts_with("```") || text.starts_with(".. ") || text.starts_with("<") ||
             text.starts_with(":::") || text == "---" || text.starts_with("===") ||
             (text.starts_with("[") && text.find("]: ") != npos);
    };
    while (out.begin > 0 && bullet(line_text(line_at(text_, out.begin))) == 0) {
      const Bounds above = line_at(text_, out.begin - 1);
      if (ends_run(line_text(above))) break;
      out.begin = above.begin;
    }
    while (out.end < text_.size()) {
      const Bounds below = line_at(text_, out.end);
      if (ends_run(line_text(below)) || bullet(line_text(below)) > 0) break;
      out.end = below.end;
    }
    return out;
  }

  // The item or paragraph that is nothing but a caption without it.
  [[nodiscard]] std::optional<Change> whole_item(const Unit& unit, Bounds run,
                                                 std::size_t from) const {
    const bool item = from > run.begin;
    std::string rest(text_.substr(from, unit.whole.begin - from));
    const std::string left = rest;
    rest += ' ';
    rest += text_.substr(unit.whole.end, run.end - unit.whole.end);
    if (has_other_link(rest)) return std::nullopt;
    const std::string seen = seen_words(rest);
    const bool caption = seen.empty() || is_caption(seen, spot_.network());
    const bool label = trim(left).ends_with(":") || trim(left).ends_with("**") ||
                       trim(left).ends_with("-") || trim(left).ends_with("–") ||
                       trim(left).ends_with("—");
    const bool brief = item && count_words(rest) <= (label ? 10 : 6);
    const bool labelled = !item && label && count_words(rest) <= 3 &&
                          std::any_of(spot_.network().words.begin(), spot_.network().words.end(),
                                      [&](std::string_view w) { return seen.find(w) != npos; });
    if (!caption && !brief && !labelled) return std::nullopt;
    if (guards_people() && !item) return std::nullopt;
    return cut(run.begin, item ? item_end(run) : run.end);
  }

  // Behind what is indented below an item.
  [[nodiscard]] std::size_t item_end(Bounds run) const { return run.end; }

  // Links side by side with nothing but space between: badges.
  [[nodiscard]] std::optional<Change> in_row_of_links(const Unit& unit, Bounds line) const {
    const std::string_view left = trim(text_.substr(line.begin, unit.whole.begin - line.begin));
    const std::string_view right =
        trim(text_.substr(unit.whole.end, std::max(line.end, unit.whole.end) - unit.whole.end));
    const bool from_link = left.empty() || left.ends_with(")") || left.ends_with(">") ||
                           left.ends_with("]") || left.ends_with("}");
    const bool to_link = right.empty() || right.starts_with("[") || right.starts_with("!") ||
                         right.starts_with("<") || right == "\\" || right.starts_with("{");
    const bool alone = left.empty() && right.empty();
    if (!from_link || !to_link || (alone && !unit.picture)) return std::nullopt;
    if (!unit.picture && (left.empty() != right.empty()) && !left.ends_with(")") &&
        !right.starts_with("["))
      return std::nullopt;
    return cut(unit.whole.begin, unit.whole.end);
  }

  // (on [Twitter](address))
  [[nodiscard]] std::optional<Change> parenthesis(const Unit& unit) const {
    std::size_t begin = unit.whole.begin;
    while (
        begin > 0 && unit.whole.begin - begin < 40 &&
        (is_name_char(text_[begin - 1]) || std::string_view(" @:").find(text_[begin - 1]) != npos))
      --begin;
    std::size_t end = unit.whole.end;
    while (end < text_.size() && end - unit.whole.end < 30 &&
           (is_name_char(text_[end]) || text_[end] == ' '))
      ++end;
    if (begin == 0 || text_[begin - 1] != '(' || end >= text_.size() || text_[end] != ')')
      return std::nullopt;
    if (begin > 1 && text_[begin - 2] == ']') return std::nullopt;
    --begin;
    while (begin > 0 && text_[begin - 1] == ' ') --begin;
    return cut(begin, end + 1);
  }

  // A paragraph or item that was that sentence goes whole.
  [[nodiscard]] Change sentence(const Change& out, Bounds run, std::size_t from) const {
    const Edit edit = out.edits[0];
    const bool all = blank(text_.substr(from, edit.begin - from)) &&
                     blank(text_.substr(edit.end, run.end - edit.end));
    return all ? cut(run.begin, run.end) : out;
  }

  // "Follow us on [Twitter](address) and [contribute](x)": the first of two clauses.
  [[nodiscard]] std::optional<Change> clause(const Phrase& phrase) const {
    std::size_t begin = phrase.begin;
    const auto stops = [&](std::size_t at) {
      return (text_[at] == '.' || text_[at] == '!' || text_[at] == '?') && at + 1 < phrase.begin;
    };
    while (begin > phrase.from && !stops(begin - 1)) --begin;
    while (begin < phrase.begin && blank(text_.substr(begin, 1))) ++begin;
    std::string low = lower_ascii(text_.substr(begin, phrase.begin - begin));
    for (const std::string_view first : {"you can ", "please ", "also "})
      if (low.starts_with(first)) low.erase(0, first.size());
    const bool call = low.starts_with("follow us") || low.starts_with("find us") ||
                      low.starts_with("follow @") || low.starts_with("join us");
    const std::string_view rest = text_.substr(phrase.end, phrase.to - phrase.end);
    std::size_t skip = 0;
    for (const std::string_view word : {" and ", ", and ", " or ", ", or "})
      if (rest.starts_with(word)) skip = word.size();
    if (!call || low.size() > 40 || low.find("](") != npos || skip == 0) return std::nullopt;
    const std::size_t next = phrase.end + skip;
    std::size_t letter = next;
    while (letter < phrase.to && std::string_view("[*_<").find(text_[letter]) != npos) ++letter;
    const bool capital = text_[begin] >= 'A' && text_[begin] <= 'Z';
    const char c = letter < phrase.to ? text_[letter] : ' ';
    if (c < 'a' || c > 'z') return std::nullopt;
    Change out = cut(begin, next);
    if (capital)
      out.edits.push_back({letter, letter + 1, std::string(1, static_cast<char>(c - 32))});
    return out;
  }

  // The words stay without the link, for a person to say anew.
  [[nodiscard]] Change unlinked(const Unit& unit) const {
    const std::string_view shown =
        text_.substr(unit.shown.begin, unit.shown.end - unit.shown.begin);
    const std::string plain = plain_line(shown);
    if (shown.empty() || unit.picture || spot_.who->named_in(plain) != nullptr ||
        plain.find("://") != npos)
      return refuse("part of a sentence: say it anew without the account");
    Change out = cut(unit.whole.begin, unit.whole.end, std::string(trim(shown)));
    out.task = "the link is gone, the sentence still speaks of the account: say it anew";
    return out;
  }

  // [twitter]: address, .. _twitter: address — with its uses.
  [[nodiscard]] std::optional<Change> definition() {
    const Bounds line = line_at(text_, spot_.begin);
    const std::string_view words = trim(line_text(line));
    std::string label;
    bool markdown = false;
    if (words.starts_with("[") && words.find("]:") != npos && words.find("]:") < 80 &&
        words.find("]:") < words.find("](")) {
      label = lower_ascii(words.substr(1, words.find("]:") - 1));
      markdown = true;
    } else if (words.starts_with(".. _") && words.find(": ") != npos) {
      label = lower_ascii(words.substr(4, words.find(": ") - 4));
      std::erase(label, '`');
    }
    if (label.empty()) return std::nullopt;
    if (spot_.replaces()) return cut(spot_.begin, spot_.end, spot_.options->replace_url);
    Change out = cut(line.begin, line.end);
    for (const Unit& use : markdown ? markdown_uses(label, line) : rst_uses(label, line)) {
      Change one = take_unit(use);
      if (!one.task.empty()) {
        out.task = one.task;
        if (one.edits.empty()) return refuse(one.task);
      }
      for (Edit& edit : one.edits) {
        const bool free = std::none_of(out.edits.begin(), out.edits.end(), [&](const Edit& other) {
          return edit.begin < other.end && other.begin < edit.end;
        });
        if (!free) continue;
        out.edits.push_back(std::move(edit));
      }
    }
    return out;
  }

  // [words][label], [label][], [label]
  [[nodiscard]] std::vector<Unit> markdown_uses(const std::string& label, Bounds definition) const {
    std::vector<Unit> out;
    const std::string low = lower_ascii(text_);
    const std::string mark = "[" + label + "]";
    for (auto at = low.find(mark); at != npos; at = low.find(mark, at + 1)) {
      if (at >= definition.begin && at < definition.end) continue;
      const std::size_t end = at + mark.size();
      if (low.substr(end, 1) == ":" || low.substr(end, 1) == "(") continue;
      Unit use{{at, end}, {at + 1, end - 1}, false};
      if (low.substr(end, 2) == "[]") {
        use.whole.end += 2;
      } else if (at > 0 && low[at - 1] == ']') {
        const std::size_t open = opening_bracket(text_, at - 1);
        if (open == npos) continue;
        use = {{open, end}, {open + 1, at - 1}, text_.substr(open + 1, 2) == "!["};
        if (open > 0 && text_[open - 1] == '!') {
          use.picture = true;
          --use.whole.begin;
        }
      } else if (low.substr(end, 1) == "[") {
        continue;  // the words of another link
      }
      out.push_back(use);
    }
    return out;
  }

  // `label`_, label_
  [[nodiscard]] std::vector<Unit> rst_uses(const std::string& label, Bounds definition) const {
    std::vector<Unit> out;
    const std::string low = lower_ascii(text_);
    for (const std::string& mark : {"`" + label + "`_", label + "_", "|" + label + "|"}) {
      for (auto at = low.find(mark); at != npos; at = low.find(mark, at + 1)) {
        const std::size_t end = at + mark.size();
        const bool inside = at >= definition.begin && at < definition.end;
        const bool word = (at > 0 && (is_name_char(low[at - 1]) || low[at - 1] == '`')) ||
                          (end < low.size() && is_name_char(low[end]));
        if (inside || word) continue;
        const std::size_t quoted = mark[0] == '`' || mark[0] == '|' ? 1 : 0;
        out.push_back({{at, end}, {at + quoted, at + quoted + label.size()}, mark[0] == '|'});
      }
    }
    return out;
  }

  // .. image:: address, .. |tw| image:: address, with the options below; and the uses of |tw|.
  [[nodiscard]] std::optional<Change> directive() {
    Bounds line = line_at(text_, spot_.begin);
    // An option (`:target:`) belongs to the directive above it.
    while (trim(line_text(line)).starts_with(":") && line.begin > 0)
      line = line_at(text_, line.begin - 1);
    const std::string_view words = line_text(line);
    const std::string_view text = trim(words);
    const bool image = text.starts_with(".. ") && text.find("::") != npos;
    if (!image) return std::nullopt;
    const std::size_t indent = words.find_first_not_of(" \t");
    std::size_t end = line.end;
    while (end < text_.size()) {
      const Bounds next = line_at(text_, end);
      const std::string_view below = line_text(next);
      const auto start = below.find_first_not_of(" \t");
      if (start == npos || start <= indent) break;
      end = next.end;
    }
    Change out = cut(line.begin, end);
    if (!text.starts_with(".. |") || text.find('|', 4) == npos) return out;
    const std::string label = lower_ascii(text.substr(4, text.find('|', 4) - 4));
    for (const Unit& use : rst_uses(label, {line.begin, end})) {
      if (text_[use.whole.begin] != '|') continue;
      Change one = take_unit(use);
      if (one.edits.empty()) return refuse(one.task);
      std::move(one.edits.begin(), one.edits.end(), std::back_inserter(out.edits));
    }
    return out;
  }

  const Spot& spot_;
  std::string_view text_;
};

}  // namespace

Change in_prose(const Spot& spot) {
  return Prose(spot).take();
}

}  // namespace carillon::patch
