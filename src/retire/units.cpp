#include "retire/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.hpp"
#include "retire/rules.hpp"

namespace carillon {

namespace {

constexpr std::size_t reach = 12;  // lines that a unit may have to either side

struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
};

bool is_label(std::string_view text, const Network& network) {
  return std::find(network.labels.begin(), network.labels.end(), text) != network.labels.end();
}

// The words a reader sees of a line of markup: without tags, template tags and marks.
std::string caption(std::string_view plain) {
  std::string out;
  int depth = 0;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    if (plain.substr(i).starts_with("<!--") || plain.substr(i).starts_with("-->")) {
      i += plain[i] == '<' ? 3 : 2;
      continue;
    }
    if (c == '<') ++depth;
    if (depth == 0 && std::string_view("*_#>{}%[]").find(c) == npos) out += c;
    if (c == '>' && depth > 0) --depth;
  }
  std::string_view seen = trim(out);
  while (!seen.empty() && std::string_view("-:|/ \t").find(seen.front()) != npos)
    seen.remove_prefix(1);
  while (!seen.empty() && std::string_view(":|,;/ \t").find(seen.back()) != npos)
    seen.remove_suffix(1);
  return std::string(seen);
}

// The last part of an icon's name: "fontawesome/brands/x-twitter", "fab fa-twitter".
std::string_view icon_name(std::string_view value) {
  const auto cut = value.find_last_of("/ :");
  if (cut != npos) value = value.substr(cut + 1);
  for (const std::string_view prefix : {"fa-", "icon-", "bi-", "si-", "mdi-", "ti-", "brand-"}) {
    if (value.starts_with(prefix)) value.remove_prefix(prefix.size());
  }
  return value;
}

// Whether a quoted value or the value of the line's only key is a label or an icon of the network.
bool has_label_value(std::string_view plain, const Network& network) {
  for (const char quote : {'"', '\''}) {
    for (auto at = plain.find(quote); at != npos;) {
      const auto end = plain.find(quote, at + 1);
      if (end == npos) break;
      const std::string_view value = trim(plain.substr(at + 1, end - at - 1));
      if (is_label(value, network) || is_label(icon_name(value), network)) return true;
      at = plain.find(quote, end + 1);
    }
  }
  const auto mark = plain.find_first_of(":=");
  if (mark == npos) return false;
  std::string_view value = trim(plain.substr(mark + 1));
  while (!value.empty() && std::string_view("\"',{").find(value.back()) != npos)
    value.remove_suffix(1);
  while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
  return is_label(value, network) || is_label(icon_name(value), network);
}

bool belongs(const ScanPage& page, std::size_t line, const Network& network) {
  const std::string& plain = page.plain(line);
  if (plain.find("://") != npos && links_in(plain, network).empty()) return false;
  return rules::names_network(plain, network) || is_label(caption(plain), network) ||
         has_label_value(plain, network);
}

// The element whose start tag holds the reference: from its `<` to its end tag.
std::optional<Range> element(const ScanPage& page, std::size_t line, std::size_t column) {
  std::size_t first = line;
  std::string_view before = std::string_view(page.plain(line)).substr(0, column);
  std::size_t open = before.rfind('<');
  while (open == npos || before.find('>', open) != npos) {
    if (before.find('>') != npos || first == 0 || line - first >= reach) return std::nullopt;
    before = page.plain(--first);
    open = before.rfind('<');
  }
  std::size_t end = open + 1;
  while (end < before.size() &&
         (is_name_char(before[end]) || before[end] == '-' || before[end] == '.'))
    ++end;
  const std::string tag = "</" + std::string(before.substr(open + 1, end - open - 1));
  if (tag == "</") return std::nullopt;
  for (std::size_t last = line; last < line + reach && last < page.count(); ++last) {
    const std::string_view text = page.plain(last);
    if (text.find(tag) != npos) return Range{first, last};
    if (last > line && text.find("<" + tag.substr(2)) != npos) return std::nullopt;
    const auto self = text.find("/>");
    if (self != npos && text.find('<') == npos) return Range{first, last};
  }
  return std::nullopt;
}

bool starts_item(std::string_view text) {
  text = trim(text);
  return text.starts_with("- ") || text == "-";
}

// The list item or block of a YAML mapping around the line.
std::optional<Range> yaml_item(const ScanPage& page, std::size_t line) {
  std::size_t first = line;
  std::size_t own = page.indent(line);
  if (own == npos) return std::nullopt;
  if (starts_item(page.raw(line))) own += 2;
  while (!starts_item(page.raw(first))) {
    if (first == 0 || line - first >= reach) return std::nullopt;
    const std::size_t above = page.indent(--first);
    if (above == npos) return std::nullopt;
    if (above < own && !starts_item(page.raw(first))) {
      // twitter: / url: …: the key above names the block.
      const std::string_view key = trim(page.raw(first));
      if (!key.ends_with(":") && !key.ends_with("{")) return std::nullopt;
      break;
    }
  }
  const std::size_t base = page.indent(first);
  std::size_t last = line;
  while (last + 1 < page.count() && last - line < reach) {
    const std::size_t next = page.indent(last + 1);
    if (next == npos || next <= base) break;
    ++last;
  }
  return Range{first, last};
}

// The braces or the TOML table around the line.
std::optional<Range> braces(const ScanPage& page, std::size_t line) {
  const std::string& own = page.plain(line);
  if (own.find('{') != npos && own.find('}') != npos) return std::nullopt;
  std::size_t first = line;
  while (true) {
    const std::string_view text = trim(page.raw(first));
    if (text.starts_with("[[") || text.find('{') != npos) break;
    if (first < line && (text.find('}') != npos || text.empty())) return std::nullopt;
    if (first == 0 || line - first >= reach) return std::nullopt;
    --first;
  }
  const bool table = trim(page.raw(first)).starts_with("[[");
  std::size_t last = line;
  while (last + 1 < page.count() && last - line < reach) {
    const std::string_view next = trim(page.raw(last + 1));
    if (table && (next.empty() || next.starts_with("["))) break;
    if (!table && page.plain(last).find('}') != npos) break;
    ++last;
  }
  return Range{first, last};
}

class Companions {
 public:
  Companions(const ScanPage& page, const WatchedNetwork& who,
             std::map<std::size_t, Verdict>& verdicts)
      : page_(page), who_(who), verdicts_(verdicts) {}

  void around(std::size_t line, const Verdict& verdict) {
    const Syntax syntax = page_.place().syntax;
    comment_above(line, verdict);
    const auto links = links_in(page_.plain(line), *who_.network);
    if (links.empty() || verdict.form == Form::status_link) return;
    const bool acts = verdict.action == Action::delist || verdict.form == Form::share_intent;
    if (!acts) return;
    if (syntax != Syntax::data) {
      if (const auto range = element(page_, line, links.front().begin)) mark(*range, line, verdict);
    }
    if (verdict.action != Action::delist) return;
    const bool front = page_.plain(0) == "---" && page_.plain(line).find('<') == npos;
    if (syntax == Syntax::data || front) {
      if (const auto range = yaml_item(page_, line)) mark(*range, line, verdict);
    }
    if (syntax == Syntax::data || syntax == Syntax::code || syntax == Syntax::page) {
      if (const auto range = braces(page_, line)) mark(*range, line, verdict);
    }
    definition(line, verdict);
    label_above(line, verdict);
  }

 private:
  void take(std::size_t line, const Verdict& of, std::size_t owner) {
    Verdict& mine = verdicts_[line];
    const bool known = !mine.reason.empty();
    if (known && mine.action == Action::delist) return;
    if (known && mine.action == Action::review && of.action != Action::delist) return;
    if (known && mine.form == Form::meta_card) return;
    // What is to be decided is decided once, at the reference.
    const bool decided = of.action == Action::review;
    mine = {decided ? Action::leave : of.action, Form::companion,
            fmt::format("icon, label or use of the reference in line {}{}", owner + 1,
                        decided ? ": decided there" : ""),
            of.handle};
  }

  void mark(Range range, std::size_t owner, const Verdict& of) {
    for (std::size_t line = range.first; line <= range.last; ++line) {
      if (line != owner && belongs(page_, line, *who_.network)) take(line, of, owner);
    }
  }

  void comment_above(std::size_t line, const Verdict& of) {
    if (line == 0 || of.action == Action::leave) return;
    const std::string_view above = trim(page_.raw(line - 1));
    const bool comment = above.starts_with("<!--") || above.starts_with("{/*") ||
                         above.starts_with("{#") || rules::is_comment(page_, line - 1);
    if (comment && is_label(comment_words(page_.plain(line - 1)), *who_.network))
      take(line - 1, of, line);
  }

  static std::string comment_words(std::string_view plain) {
    std::string out = caption(plain);
    while (!out.empty() && std::string_view("/*#-! ").find(out.front()) != npos) out.erase(0, 1);
    while (!out.empty() && std::string_view("/*#-! ").find(out.back()) != npos) out.pop_back();
    return out;
  }

  // <dt>Twitter</dt> above <dd>…: words that only introduce the reference.
  void label_above(std::size_t line, const Verdict& of) {
    for (std::size_t back = 1; back <= 2 && back <= line; ++back) {
      const std::string& plain = page_.plain(line - back);
      if (trim(plain).empty()) continue;
      const bool plain_label = plain.find("://") == npos && is_label(caption(plain), *who_.network);
      const bool sibling = page_.indent(line - back) == page_.indent(line) ||
                           trim(plain).starts_with("#") || trim(plain).starts_with("<dt");
      if (plain_label && sibling && of.form == Form::link) take(line - back, of, line);
      return;
    }
  }

  // [twitter]: address, .. _twitter: address, .. |tw| image:: address — and where they are used.
  void definition(std::size_t line, const Verdict& of) {
    const std::string_view text = trim(page_.plain(line));
    std::set<std::string> uses;
    const auto end = text.find("]:");
    if (text.starts_with("[") && end != npos && end < 60) {
      const std::string label(text.substr(1, end - 1));
      uses = {"[" + label + "]"};
    } else if (text.starts_with(".. _") && text.find(": ") != npos) {
      std::string label(text.substr(4, text.find(": ") - 4));
      std::erase(label, '`');
      uses = {"`" + label + "`_", " " + label + "_", "|" + label + "|_"};
    } else if (text.starts_with(".. |") && text.find('|', 4) != npos) {
      uses = {"|" + std::string(text.substr(4, text.find('|', 4) - 4)) + "|"};
    }
    if (uses.empty()) return;
    for (std::size_t other = 0; other < page_.count(); ++other) {
      if (other == line) continue;
      const std::string& plain = page_.plain(other);
      for (const std::string& use : uses) {
        if (plain.find(use) != npos) take(other, of, line);
      }
    }
  }

  const ScanPage& page_;
  const WatchedNetwork& who_;
  std::map<std::size_t, Verdict>& verdicts_;
};

}  // namespace

void add_companions(const ScanPage& page, const WatchedNetwork& who,
                    std::map<std::size_t, Verdict>& verdicts) {
  Companions companions(page, who, verdicts);
  const auto found = verdicts;
  for (const auto& [line, verdict] : found) {
    if (verdict.action != Action::leave) companions.around(line, verdict);
  }
  // twitter: above `username: acme`.
  for (const auto& [line, verdict] : found) {
    if (verdict.form != Form::username_key || verdict.action != Action::review || line == 0)
      continue;
    for (std::size_t back = 1; back <= 4 && back <= line; ++back) {
      const std::string_view above = trim(page.plain(line - back));
      const bool heads = above.ends_with(":") || (above.starts_with("[") && above.ends_with("]"));
      if (!heads || !rules::names_network(above, *who.network)) continue;
      Verdict& mine = verdicts[line - back];
      if (mine.action == Action::leave)
        mine = {Action::leave, Form::username_key, "the block's name: decided with what it holds",
                verdict.handle};
      break;
    }
  }
}

}  // namespace carillon
