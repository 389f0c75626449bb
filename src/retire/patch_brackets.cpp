// Lists and objects in brackets: JSON, literals of programs, the flow style of YAML, arrays and
// inline tables of TOML. What is taken out is a member, an element, or the element that holds it.
#include <algorithm>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon::patch {

namespace {

// A pair of brackets and the commas directly in it.
struct Group {
  std::size_t open = 0;
  std::size_t close = 0;
  std::vector<std::size_t> commas;
};

// Steps over what is one token for brackets: a string or a comment. `at` stays where it is none.
class Lexer {
 public:
  Lexer(std::string_view text, std::size_t to, Lexis lexis) : text_(text), to_(to), lexis_(lexis) {}

  [[nodiscard]] std::size_t skip(std::size_t at) const {
    const std::string_view rest = text_.substr(at, to_ - at);
    const char c = rest[0];
    const bool slashes = lexis_ == Lexis::json || lexis_ == Lexis::script;
    if (slashes && rest.starts_with("//")) return line_end(at);
    if (slashes && rest.starts_with("/*")) return behind(at + 2, "*/");
    const bool hash = lexis_ == Lexis::python || lexis_ == Lexis::yaml || lexis_ == Lexis::toml;
    if (hash && c == '#' &&
        (at == 0 || lexis_ != Lexis::yaml || text_[at - 1] == ' ' || text_[at - 1] == '\t' ||
         text_[at - 1] == '\n'))
      return line_end(at);
    if (lexis_ == Lexis::python || lexis_ == Lexis::toml) {
      for (const std::string_view quote : {"\"\"\"", "'''"})
        if (rest.starts_with(quote)) return behind(at + 3, quote);
    }
    if (c == '"' || (c == '\'' && lexis_ != Lexis::json)) return string(at, c);
    if (c == '`' && lexis_ == Lexis::script) return string(at, c);
    return at;
  }

 private:
  [[nodiscard]] std::size_t line_end(std::size_t at) const {
    const auto end = text_.find('\n', at);
    return end == npos ? to_ : std::min(end, to_);
  }
  [[nodiscard]] std::size_t behind(std::size_t at, std::string_view end) const {
    const auto found = text_.find(end, at);
    return found == npos ? to_ : std::min(found + end.size(), to_);
  }
  // A quote that its line does not close is an apostrophe.
  [[nodiscard]] std::size_t string(std::size_t at, char quote) const {
    const bool raw = lexis_ == Lexis::toml && quote == '\'';
    for (std::size_t next = at + 1; next < to_; ++next) {
      const char c = text_[next];
      if (c == '\\' && !raw && (lexis_ != Lexis::yaml || quote == '"')) {
        ++next;
      } else if (c == quote) {
        return next + 1;
      } else if (c == '\n' && quote != '`' && lexis_ != Lexis::yaml) {
        return at;
      }
    }
    return at;
  }

  std::string_view text_;
  std::size_t to_;
  Lexis lexis_;
};

// The pairs of brackets around `at`, the innermost first.
std::vector<Group> groups_around(std::string_view text, std::size_t from, std::size_t to,
                                 std::size_t at, Lexis lexis) {
  const Lexer lexer(text, to, lexis);
  std::vector<Group> open;
  std::vector<Group> out;
  std::size_t held = 0;  // how many of the open ones are around `at`
  bool reached = false;
  for (std::size_t i = from; i < to;) {
    if (!reached && i > at) {
      reached = true;
      held = open.size();
      if (held == 0) return {};
    }
    const std::size_t next = lexer.skip(i);
    if (next != i) {
      i = next;
      continue;
    }
    const char c = text[i];
    if (c == '[' || c == '{' || c == '(') {
      open.push_back({i, 0, {}});
    } else if (c == ']' || c == '}' || c == ')') {
      if (open.empty()) return out;
      const char opener = text[open.back().open];
      if ((c == ']') != (opener == '[') || (c == '}') != (opener == '{')) return {};
      open.back().close = i;
      if (reached && open.size() <= held) {
        out.push_back(std::move(open.back()));
        held = open.size() - 1;
      }
      open.pop_back();
      if (reached && held == 0) return out;
    } else if (c == ',' && !open.empty()) {
      open.back().commas.push_back(i);
    }
    ++i;
  }
  return out;
}

// The elements of a group without the white space around them. A comma at the end parts nothing.
std::vector<Bounds> elements_of(std::string_view text, const Group& group) {
  std::vector<Bounds> out;
  std::size_t at = group.open + 1;
  const auto add = [&](std::size_t end) {
    Bounds one{at, end};
    while (one.begin < one.end && blank(text.substr(one.begin, 1))) ++one.begin;
    while (one.end > one.begin && blank(text.substr(one.end - 1, 1))) --one.end;
    out.push_back(one);
    at = end + 1;
  };
  for (const std::size_t comma : group.commas) add(comma);
  if (!blank(text.substr(at, group.close - at))) add(group.close);
  return out;
}

// Comments in front of a member are not part of its key.
std::string_view without_comments(std::string_view piece) {
  while (true) {
    piece = trim(piece);
    if (piece.starts_with("//") || piece.starts_with("#")) {
      const auto end = piece.find('\n');
      if (end == npos) return {};
      piece.remove_prefix(end);
    } else if (piece.starts_with("/*")) {
      const auto end = piece.find("*/");
      if (end == npos) return {};
      piece.remove_prefix(end + 2);
    } else {
      return piece;
    }
  }
}

struct Member {
  std::string key;
  std::string_view value;
};

std::string_view unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && (text[0] == '"' || text[0] == '\'' || text[0] == '`') &&
      text.back() == text[0])
    return text.substr(1, text.size() - 2);
  return text;
}

// `"key": value`, `key: value`, `:key => value`, `key = value`; nothing: it is no member.
std::optional<Member> member_of(std::string_view piece, Lexis lexis) {
  piece = without_comments(piece);
  if (piece.empty()) return std::nullopt;
  std::size_t end = 0;
  if (piece[0] == '"' || piece[0] == '\'') {
    end = piece.find(piece[0], 1);
    if (end == npos) return std::nullopt;
    ++end;
  } else {
    while (end < piece.size() &&
           (is_name_char(piece[end]) || std::string_view(".-$@:").find(piece[end]) != npos)) {
      if (piece[end] == ':' && end > 0) break;
      ++end;
    }
  }
  if (end == 0) return std::nullopt;
  const std::string_view rest = trim(piece.substr(end));
  Member out{std::string(unquoted(piece.substr(0, end))), {}};
  while (out.key.starts_with(":")) out.key.erase(0, 1);
  if (rest.starts_with("=>")) {
    out.value = trim(rest.substr(2));
  } else if ((rest.starts_with(":") && !rest.starts_with("::")) ||
             (rest.starts_with("=") && !rest.starts_with("==") &&
              (lexis == Lexis::toml || lexis == Lexis::python))) {
    out.value = trim(rest.substr(1));
  } else {
    return std::nullopt;
  }
  return out;
}

bool says_network(std::string_view value, const Network& network) {
  return is_caption(unquoted(value), network);
}

class Taker {
 public:
  Taker(const Spot& spot, Lexis lexis, std::vector<Group> groups)
      : spot_(spot), text_(spot.text), lexis_(lexis), groups_(std::move(groups)) {}

  Change take() {
    std::size_t level = 0;
    Change whole = choose(level);
    if (!whole.task.empty() || whole.good()) return whole;
    return remove(level);
  }

 private:
  [[nodiscard]] char kind(std::size_t level) const { return text_[groups_[level].open]; }
  [[nodiscard]] bool is_call(std::size_t level) const {
    const std::size_t open = groups_[level].open;
    return kind(level) == '(' && open > 0 &&
           (is_name_char(text_[open - 1]) || text_[open - 1] == ')' || text_[open - 1] == ']');
  }
  [[nodiscard]] std::vector<Bounds> elements(std::size_t level) const {
    return elements_of(text_, groups_[level]);
  }
  // Which element of that group the reference stands in.
  [[nodiscard]] std::size_t index(std::size_t level) const {
    const auto& commas = groups_[level].commas;
    return static_cast<std::size_t>(std::lower_bound(commas.begin(), commas.end(), spot_.begin) -
                                    commas.begin());
  }
  [[nodiscard]] std::string_view piece(Bounds one) const {
    return text_.substr(one.begin, one.end - one.begin);
  }
  // Whether the element of the group above is nothing but this group.
  [[nodiscard]] bool fills(std::size_t level) const {
    if (level + 1 >= groups_.size()) return false;
    const auto all = elements(level + 1);
    const std::size_t at = index(level + 1);
    return at < all.size() && without_comments(piece(all[at])).size() ==
                                  groups_[level].close + 1 - groups_[level].open;
  }

  // Goes up from the innermost pair to the one an element of which is to go; a task where none is.
  Change choose(std::size_t& level) {
    const Network& network = spot_.network();
    while (true) {
      const auto all = elements(level);
      const std::size_t at = index(level);
      if (at >= all.size()) return refuse("it could not be told what belongs to it here");
      if (kind(level) == '{') {
        const auto own = member_of(piece(all[at]), lexis_);
        if (!own || piece(all[at]).find(';') != npos)
          return refuse("a program uses it here: take it out by hand");
        if (!whole_object(level, all, at, *own)) return {};
        ++level;
        continue;
      }
      if (is_call(level)) {
        const bool named = std::any_of(
            all.begin(), all.end(), [&](Bounds one) { return says_network(piece(one), network); });
        if (level + 1 >= groups_.size() || is_call(level + 1))
          return refuse("an argument in a program: take it out by hand");
        if (kind(level + 1) == '{' || named) {
          ++level;
          continue;
        }
        return refuse("an argument in a program: take it out by hand");
      }
      const bool pair = all.size() <= 3 && fills(level) && kind(level + 1) != '{' &&
                        !is_call(level + 1) && std::any_of(all.begin(), all.end(), [&](Bounds one) {
                          return says_network(piece(one), network);
                        });
      if (!pair) return {};
      ++level;
    }
  }

  // Whether the object goes as a whole: it is a list's item that shows the network, or the value of
  // a key that is called after it.
  [[nodiscard]] bool whole_object(std::size_t level, const std::vector<Bounds>& all, std::size_t at,
                                  const Member& own) const {
    if (level + 1 >= groups_.size() || is_call(level + 1)) return false;
    const Network& network = spot_.network();
    bool label = false;
    bool dress = true;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto one = member_of(piece(all[i]), lexis_);
      if (!one) return false;
      if (i == at) continue;
      label = label || says_network(one->value, network);
      dress = dress && is_dress(one->key);
    }
    if (kind(level + 1) == '{') {
      const auto above = elements(level + 1);
      const std::size_t mine = index(level + 1);
      const auto holder =
          mine < above.size() ? member_of(piece(above[mine]), lexis_) : std::nullopt;
      return holder && is_network_key(holder->key, network) && dress;
    }
    if (!fills(level)) return false;
    if (is_network_key(own.key, network) && all.size() > 1 && !(label && dress)) return false;
    return all.size() == 1 || (dress && (label || spot_.address));
  }

  [[nodiscard]] Change replaced(std::size_t level) const {
    if (!spot_.replaces() || !spot_.address || spot_.options->replace_name.empty()) return {};
    const auto all = elements(level);
    const Bounds whole = all[index(level)];
    const std::string low = lower_ascii(spot_.options->replace_name);
    Change out = cut(spot_.begin, spot_.end, spot_.options->replace_url);
    // Its captions get the new name; an icon or a key of the old network has no sure counterpart.
    if (const auto own = member_of(piece(whole), lexis_);
        own && is_network_key(own->key, spot_.network()))
      return {};
    for (std::size_t i = whole.begin; i < whole.end; ++i) {
      const std::size_t next = Lexer(text_, whole.end, lexis_).skip(i);
      if (next == i) continue;
      const std::string_view value = unquoted(text_.substr(i, next - i));
      if (is_caption(value, spot_.network())) {
        const bool plain = value.find_first_of("/-") == npos && value.front() < 'a';
        if (!plain) return {};
        out.edits.push_back({i + 1, next - 1, spot_.options->replace_name});
      }
      i = next - 1;
    }
    return out;
  }

  [[nodiscard]] Change remove(std::size_t level) const {
    const Group& group = groups_[level];
    const auto all = elements(level);
    const std::size_t at = index(level);
    if (at >= all.size()) return refuse("it could not be told what belongs to it here");
    if (Change other = replaced(level); other.good()) return other;
    const Bounds one = all[at];
    const bool trailing = group.commas.size() == all.size();
    const bool last = at + 1 == all.size();
    Change out;
    if (all.size() == 1) {
      out = cut(group.open + 1, group.close);
      return out;
    }
    std::size_t after = at < group.commas.size() ? group.commas[at] + 1 : one.end;
    const Bounds first_line = line_at(text_, one.begin);
    const bool leads = blank(text_.substr(first_line.begin, one.begin - first_line.begin));
    const std::size_t rest = end_of_line_comment(after);
    if (leads && rest != npos) {
      out = cut(first_line.begin, rest);
      if (out.edits[0].end > group.close) return refuse("brackets that could not be told apart");
      if (last && !trailing)
        out.edits.push_back({group.commas[at - 1], group.commas[at - 1] + 1, ""});
    } else if (!last) {
      out = cut(one.begin, all[at + 1].begin);
    } else {
      out = cut(group.commas[at - 1], one.end);
      if (trailing) out = cut(group.commas[at - 1] + 1, group.commas[at] + 1);
    }
    // A tuple of Python that has one element needs its comma.
    const bool tuple = lexis_ == Lexis::python && kind(level) == '(' && !is_call(level);
    if (tuple && all.size() == 2 && last && !trailing) {
      std::erase_if(out.edits, [&](const Edit& edit) {
        return edit.text.empty() && edit.begin == group.commas[0] && edit.end == edit.begin + 1;
      });
      if (out.edits.size() == 1 && out.edits[0].begin == group.commas[0]) ++out.edits[0].begin;
    } else if (tuple && all.size() == 2 && !last && !trailing) {
      out.edits.push_back({all[1].end, all[1].end, ","});
    }
    return out;
  }

  // Behind the line's end, where nothing but a comment stands before it; else npos.
  [[nodiscard]] std::size_t end_of_line_comment(std::size_t at) const {
    const Bounds line = line_at(text_, at);
    const std::string_view rest = trim(text_.substr(at, line.end - at));
    const bool comment = rest.starts_with("//") || (rest.starts_with("#") && lexis_ != Lexis::json);
    if (!rest.empty() && !comment) return npos;
    if (at > 0 && text_[at - 1] == '\n') return at;
    return line.end;
  }

  const Spot& spot_;
  std::string_view text_;
  Lexis lexis_;
  std::vector<Group> groups_;
};

// The words of the string that the reference stands in; empty: in none.
Bounds string_around(std::string_view text, const Group& group, const Spot& spot, std::size_t to,
                     Lexis lexis) {
  const Lexer lexer(text, to, lexis);
  for (std::size_t at = group.open + 1; at <= spot.begin; ++at) {
    const std::size_t next = lexer.skip(at);
    if (next > spot.begin && next > at) return {at + 1, next - 1};
    if (next > at) at = next - 1;
  }
  return {};
}

}  // namespace

Change in_brackets(const Spot& spot, std::size_t from, std::size_t to, Lexis lexis) {
  auto groups = groups_around(spot.text, from, to, spot.begin, lexis);
  if (groups.empty()) return {};
  const Bounds words = string_around(spot.text, groups.front(), spot, to, lexis);
  const std::string_view rest = spot.text.substr(words.begin, words.end - words.begin);
  const bool pattern = rest.find(' ') != npos && rest.size() > spot.end - spot.begin + 2;
  if (pattern && !is_caption(seen_words(rest), spot.network()))
    return in_sentence(spot, words.begin, words.end);
  return Taker(spot, lexis, std::move(groups)).take();
}

}  // namespace carillon::patch
