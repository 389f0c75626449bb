// Elements: a link with what it shows, the list item that holds nothing else, the condition that
// holds nothing else.
#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"
#include "retire/patch_tags.hpp"

namespace carillon::patch {

namespace {

template <class List>
bool in(const List& list, std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// These say nothing when what they hold is gone.
constexpr std::string_view shells[] = {"li",       "dt",       "span", "p",      "div",  "button",
                                       "dd",       "strong",   "em",   "b",      "i",    "small",
                                       "tr",       "ul",       "ol",   "dl",     "td",   "figure",
                                       "noscript", "listitem", "u",    "center", "menu", "address"};
// Running text ends at these.
constexpr std::string_view inline_names[] = {
    "a",    "b",     "i",   "em",  "strong", "span", "img",  "svg",  "code",
    "abbr", "small", "sup", "sub", "u",      "link", "br",   "path", "use",
    "font", "icon",  "q",   "kbd", "mark",   "time", "cite", "g"};

class Elements {
 public:
  explicit Elements(const Spot& spot) : spot_(spot), text_(spot.text), tags_(tags_of(spot.text)) {}

  std::optional<Change> take() {
    const std::size_t tag = holder();
    if (tag == Tag::no_pair) return include();
    if (tags_[tag].name == "script" && spot_.begin >= tags_[tag].end) return script(tag);
    if (tags_[tag].kind == Tag::Kind::close) return std::nullopt;
    if (tags_[tag].name == "html" || tags_[tag].name == "body" || tags_[tag].name == "form")
      return refuse("an attribute of the whole page: take it out by hand");
    const bool program = spot_.page->place().syntax == Syntax::code;
    if (program && tags_[tag].parent == Tag::no_pair)
      return refuse("all that a program returns here: take it out by hand");
    Bounds unit{tags_[tag].begin, tags_[tag].end};
    if (tags_[tag].kind == Tag::Kind::open) {
      if (tags_[tag].pair == Tag::no_pair)
        return refuse("an element that is not closed: take it out by hand");
      unit.end = tags_[tags_[tag].pair].end;
    }
    if (Change other = replaced(tag, unit); other.good()) return other;
    return widen(unit, tags_[tag].parent);
  }

 private:
  // The tag the reference stands in; or the element whose text it is.
  [[nodiscard]] std::size_t holder() const {
    for (std::size_t i = 0; i < tags_.size(); ++i) {
      const Tag& tag = tags_[i];
      if (tag.begin > spot_.begin) break;
      if (tag.kind == Tag::Kind::directive) continue;
      if (spot_.begin < tag.end) return i;
      const bool raw = tag.name == "script" && tag.pair != Tag::no_pair;
      if (raw && tag.kind == Tag::Kind::open && spot_.begin < tags_[tag.pair].begin) return i;
      // The text of a link is that link's own.
      const bool link = (tag.name == "a" || tag.name == "link") && tag.kind == Tag::Kind::open &&
                        tag.pair != Tag::no_pair && spot_.begin < tags_[tag.pair].begin;
      if (link && spot_.form != Form::prose) return i;
    }
    return Tag::no_pair;
  }

  // `{% include "tweets.html" %}`
  [[nodiscard]] std::optional<Change> include() const {
    if (spot_.form != Form::widget) return std::nullopt;
    for (const Tag& tag : tags_) {
      if (tag.kind != Tag::Kind::directive || spot_.begin < tag.begin || spot_.begin >= tag.end)
        continue;
      Change out = widen({tag.begin, tag.end}, tag.parent);
      out.task = "the file that was taken in here: delete it once nothing uses it";
      return out;
    }
    return std::nullopt;
  }

  [[nodiscard]] Change script(std::size_t tag) const {
    const std::string_view body =
        text_.substr(tags_[tag].end, tags_[tags_[tag].pair].begin - tags_[tag].end);
    const std::string low =
        lower_ascii(text_.substr(tags_[tag].begin, tags_[tag].end - tags_[tag].begin));
    if (low.find("json") != npos)
      return in_brackets(spot_, tags_[tag].end, tags_[tags_[tag].pair].begin, Lexis::json);
    const bool loader = spot_.form == Form::widget || spot_.form == Form::share_intent;
    const auto others = std::count(body.begin(), body.end(), ';');
    if (loader && body.size() < 2000 && others < 25)
      return widen({tags_[tag].begin, tags_[tags_[tag].pair].end}, tags_[tag].parent);
    Change inside = in_brackets(spot_, tags_[tag].end, tags_[tags_[tag].pair].begin, Lexis::script);
    if (inside.good() || !inside.task.empty()) return inside;
    return refuse("a program in the page: take it out by hand");
  }

  [[nodiscard]] Change replaced(std::size_t tag, Bounds unit) const {
    if (!spot_.replaces() || spot_.options->replace_name.empty() || !spot_.address) return {};
    if (tags_[tag].name != "a" || spot_.form != Form::link) return {};
    const std::size_t inner = tags_[tag].end;
    const std::string_view body = text_.substr(inner, unit.end - inner);
    const auto close = body.rfind("</");
    if (close == npos) return {};
    const std::string_view shown = body.substr(0, close);
    // Only a link of words: an icon of the old network has no sure counterpart.
    if (shown.find('<') != npos || !is_caption(seen_words(shown), spot_.network())) return {};
    const std::string_view head = text_.substr(unit.begin, inner - unit.begin);
    for (const std::string_view word : spot_.network().words)
      if (lower_ascii(text_.substr(spot_.end, inner - spot_.end)).find(word) != npos) return {};
    if (head.find("class=\"twitter-") != npos) return {};
    Change out = cut(spot_.begin, spot_.end, spot_.options->replace_url);
    out.edits.push_back({inner, inner + close, spot_.options->replace_name});
    return out;
  }

  // The icon before a link and the condition around it go with it.
  void take_beside(Bounds& unit) const {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t i = 0; i < tags_.size(); ++i) {
        const Tag& tag = tags_[i];
        if (tag.end > unit.begin) break;
        if (!blank(text_.substr(tag.end, unit.begin - tag.end))) continue;
        moved = icon_before(i, unit) || condition(i, unit) || moved;
      }
    }
  }

  bool icon_before(std::size_t i, Bounds& unit) const {
    const Tag& tag = tags_[i];
    std::size_t begin = tag.begin;
    if (tag.kind == Tag::Kind::close) {
      if (tag.pair == Tag::no_pair) return false;
      begin = tags_[tag.pair].begin;
    } else if (tag.kind != Tag::Kind::lone) {
      return false;
    }
    constexpr std::string_view icons[] = {"i", "span", "svg", "img", "icon"};
    if (!in(icons, tag.name)) return false;
    const std::string_view whole = text_.substr(begin, tag.end - begin);
    const std::string plain = plain_line(whole);
    const std::string words = seen_words(whole);
    const bool named = std::any_of(spot_.network().words.begin(), spot_.network().words.end(),
                                   [&](std::string_view word) { return plain.find(word) != npos; });
    if (!named || plain.find("://") != npos) return false;
    if (!words.empty() && !is_caption(words, spot_.network())) return false;
    unit.begin = begin;
    return true;
  }

  bool condition(std::size_t i, Bounds& unit) const {
    constexpr std::string_view openers[] = {"if", "unless", "with", "#if", "#unless", "#with"};
    constexpr std::string_view closers[] = {"endif", "endunless", "endwith", "end",
                                            "/if",   "/unless",   "/with"};
    const Tag& tag = tags_[i];
    if (tag.kind != Tag::Kind::directive || !in(openers, tag.name)) return false;
    for (std::size_t next = i + 1; next < tags_.size(); ++next) {
      const Tag& one = tags_[next];
      if (one.begin < unit.end) continue;
      if (one.kind != Tag::Kind::directive || !in(closers, one.name) ||
          !blank(text_.substr(unit.end, one.begin - unit.end)))
        return false;
      unit = {tag.begin, one.end};
      return true;
    }
    return false;
  }

  // Whether nothing but white space and the network's caption is left of the element.
  [[nodiscard]] bool holds_only(const Tag& shell, Bounds unit) const {
    std::string rest(text_.substr(shell.end, unit.begin - shell.end));
    rest += ' ';
    const std::size_t close = tags_[shell.pair].begin;
    rest += text_.substr(unit.end, close - unit.end);
    if (rest.find("{%") != npos || rest.find("{{") != npos || rest.find("<%") != npos ||
        rest.find("<?") != npos || rest.find("href") != npos || rest.find("<img") != npos ||
        rest.find("<svg") != npos || rest.find("<input") != npos)
      return false;
    if (shell.name == "ul" || shell.name == "ol" || shell.name == "div" || shell.name == "dl")
      return blank(rest);
    const std::string words = seen_words(rest);
    if (words.empty()) return rest.find('<') == npos || shell.name == "li" || shell.name == "tr";
    return is_caption(words, spot_.network());
  }

  [[nodiscard]] Change widen(Bounds unit, std::size_t parent) const {
    take_beside(unit);
    while (parent != Tag::no_pair) {
      const Tag& shell = tags_[parent];
      if (shell.pair == Tag::no_pair || !in(shells, shell.name)) break;
      const std::string_view head = text_.substr(shell.begin, shell.end - shell.begin);
      if (head.find(" id=") != npos || !holds_only(shell, unit)) break;
      const bool program = spot_.page->place().syntax == Syntax::code;
      if (program && shell.parent == Tag::no_pair) break;
      if (shell.name == "td" && unit.begin - shell.end > 400) break;
      Bounds wider{shell.begin, tags_[shell.pair].end};
      if (shell.name == "dt" && !with_description(wider)) break;
      unit = wider;
      parent = shell.parent;
      if (shell.name == "dd") term_before(unit);
      take_beside(unit);
    }
    if (parent != Tag::no_pair && tags_[parent].name == "tr") {
      // A row keeps its cells.
      const Tag* cell = nullptr;
      for (const Tag& tag : tags_)
        if (tag.begin == unit.begin && tag.kind == Tag::Kind::open) cell = &tag;
      if (cell != nullptr && cell->pair != Tag::no_pair &&
          (cell->name == "td" || cell->name == "th"))
        return cut(cell->end, tags_[cell->pair].begin);
    }
    return out_of_text(unit, parent);
  }

  // The <dd> behind a term that goes, where it has no link of its own.
  [[nodiscard]] bool with_description(Bounds& term) const {
    for (const Tag& tag : tags_) {
      if (tag.begin < term.end) continue;
      if (tag.name != "dd" || tag.kind != Tag::Kind::open || tag.pair == Tag::no_pair) return false;
      const std::size_t end = tags_[tag.pair].end;
      if (!blank(text_.substr(term.end, tag.begin - term.end)) ||
          text_.substr(tag.begin, end - tag.begin).find("href") != npos)
        return false;
      term.end = end;
      return true;
    }
    return false;
  }

  // <dt>Twitter</dt> before a <dd>.
  void term_before(Bounds& unit) const {
    for (const Tag& tag : tags_) {
      if (tag.name != "dt" || tag.kind != Tag::Kind::close || tag.pair == Tag::no_pair) continue;
      if (tag.end > unit.begin || !blank(text_.substr(tag.end, unit.begin - tag.end))) continue;
      const std::string_view term =
          text_.substr(tags_[tag.pair].begin, tag.end - tags_[tag.pair].begin);
      if (is_caption(seen_words(term), spot_.network())) unit.begin = tags_[tag.pair].begin;
    }
  }

  [[nodiscard]] Phrase run_around(Bounds unit, std::size_t parent) const {
    Phrase run{0, text_.size(), unit.begin, unit.end};
    for (const Tag& tag : tags_) {
      const bool stop = tag.kind == Tag::Kind::directive ? text_.substr(tag.begin, 2) != "{{"
                                                         : !in(inline_names, tag.name);
      if (tag.end <= unit.begin && stop) run.from = tag.end;
      if (tag.begin >= unit.end && stop) {
        run.to = std::min(run.to, tag.begin);
        break;
      }
    }
    if (parent != Tag::no_pair && tags_[parent].pair != Tag::no_pair) {
      run.from = std::max(run.from, tags_[parent].end);
      run.to = std::min(run.to, tags_[tags_[parent].pair].begin);
    }
    const auto comment = text_.substr(run.from, unit.begin - run.from).rfind("-->");
    if (comment != npos) run.from += comment + 3;
    const auto next = text_.substr(unit.end, run.to - unit.end).find("<!--");
    if (next != npos) run.to = unit.end + next;
    return run;
  }

  [[nodiscard]] Change out_of_text(Bounds unit, std::size_t parent) const {
    const Phrase run = run_around(unit, parent);
    const std::string_view left = text_.substr(run.from, unit.begin - run.from);
    const std::string_view right = text_.substr(unit.end, run.to - unit.end);
    if (blank(left) && blank(right)) return cut(unit.begin, unit.end);
    if (auto out = out_of_list(text_, run)) return *out;
    const auto touches = [&](std::string_view side, bool before) {
      const std::string_view words = trim(side);
      return words.empty() || (before ? words.ends_with(">") || words.ends_with("}")
                                      : words.starts_with("<") || words.starts_with("{"));
    };
    if (touches(left, true) && touches(right, false)) return cut(unit.begin, unit.end);
    if (auto out = with_sentence(text_, run, spot_)) return sentence(*out, run, parent);
    return unlinked(unit);
  }

  // A paragraph that was that sentence goes whole.
  [[nodiscard]] Change sentence(Change out, const Phrase& run, std::size_t parent) const {
    const Edit edit = out.edits[0];
    if (parent == Tag::no_pair || tags_[parent].pair == Tag::no_pair) return out;
    const bool all = blank(text_.substr(run.from, edit.begin - run.from)) &&
                     blank(text_.substr(edit.end, run.to - edit.end));
    if (!all || !in(shells, tags_[parent].name)) return out;
    const Tag& shell = tags_[parent];
    if (shell.end > edit.begin || tags_[shell.pair].begin < edit.end) return out;
    if (!blank(text_.substr(shell.end, edit.begin - shell.end)) ||
        !blank(text_.substr(edit.end, tags_[shell.pair].begin - edit.end)))
      return out;
    return widen({shell.begin, tags_[shell.pair].end}, shell.parent);
  }

  // The words stay without the link, for a person to say anew.
  [[nodiscard]] Change unlinked(Bounds unit) const {
    for (const Tag& tag : tags_) {
      if (tag.begin != unit.begin || tag.kind != Tag::Kind::open || tag.pair == Tag::no_pair ||
          tag.name != "a")
        continue;
      const std::string shown = plain_line(text_.substr(tag.end, tags_[tag.pair].begin - tag.end));
      if (spot_.who->named_in(shown) != nullptr || shown.find("://") != npos ||
          shown.find('<') != npos || trim(shown).empty())
        break;
      Change out;
      out.edits = {{tag.begin, tag.end, ""}, {tags_[tag.pair].begin, tags_[tag.pair].end, ""}};
      out.task = "the link is gone, the sentence still speaks of the account: say it anew";
      return out;
    }
    return refuse("part of a sentence: say it anew without the account");
  }

  const Spot& spot_;
  std::string_view text_;
  std::vector<Tag> tags_;
};

}  // namespace

std::optional<Change> in_markup(const Spot& spot) {
  return Elements(spot).take();
}

bool is_balanced_markup(std::string_view text) {
  return unpaired(tags_of(text)) == 0;
}

}  // namespace carillon::patch
