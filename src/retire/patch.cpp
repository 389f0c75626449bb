#include "retire/patch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "retire/patch_parts.hpp"

namespace carillon {

namespace {

using patch::Bounds;
using patch::Change;
using patch::Edit;
using patch::refuse;
using patch::Spot;

std::string file_name_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return lower_ascii(slash == npos ? path : path.substr(slash + 1));
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return text.ends_with(end); });
}

// A statement that only sets what others look up by name: `spec.metadata["twitter_uri"] = …`, or a
// name in a file that is nothing but settings.
Change statement(const Spot& spot) {
  const Bounds line = patch::line_at(spot.text, spot.begin);
  const std::string_view words = trim(spot.text.substr(line.begin, line.end - line.begin));
  const auto mark = words.find('=');
  if (mark == npos || words.substr(mark).starts_with("=="))
    return refuse("a program uses it here: take it out by hand");
  const std::string_view left = trim(words.substr(0, mark));
  const bool subscript = left.ends_with("]") && left.find(' ') == npos;
  const bool settings = ends_with_any(file_name_of(spot.page->path()),
                                      {"conf.py", "pelicanconf.py", "publishconf.py"}) &&
                        left.find_first_of(" .[(") == npos;
  const bool whole = words.find_last_of("\"'") + 1 == words.size() || words.ends_with(";");
  if ((subscript || settings) && whole) return patch::cut(line.begin, line.end);
  return refuse("a name in a program: take it out where it is used, too");
}

Change in_program(const Spot& spot, patch::Lexis lexis) {
  Change out = patch::in_brackets(spot, 0, spot.text.size(), lexis);
  return out.good() || !out.task.empty() ? out : statement(spot);
}

Change in_data(const Spot& spot, const std::string& name) {
  const std::size_t size = spot.text.size();
  if (ends_with_any(name, {".json", ".jsonld", ".webmanifest"}))
    return patch::in_brackets(spot, 0, size, patch::Lexis::json);
  if (ends_with_any(name, {".json5", ".jsonc"}))
    return patch::in_brackets(spot, 0, size, patch::Lexis::script);
  if (ends_with_any(name, {".yml", ".yaml", ".cff"})) return patch::in_yaml(spot, 0, size);
  if (name.ends_with(".toml")) return patch::in_toml(spot, 0, size);
  if (ends_with_any(name, {".csv", ".tsv"}))
    return refuse("a row of a table: take out its cell or the row");
  if (name.ends_with(".gemspec")) return in_program(spot, patch::Lexis::python);
  return patch::in_settings(spot);
}

// Inside ``` in Markdown: an example, which is read by its own language.
std::optional<Change> in_fence(const Spot& spot) {
  std::size_t open = npos;
  std::size_t end = 0;
  std::string language;
  for (std::size_t at = 0; at < spot.text.size();) {
    const Bounds line = patch::line_at(spot.text, at);
    const std::string_view words = trim(spot.text.substr(line.begin, line.end - line.begin));
    at = line.end;
    if (!words.starts_with("```") && !words.starts_with("~~~")) continue;
    if (open == npos) {
      if (line.begin > spot.begin) return std::nullopt;
      open = line.end;
      language = lower_ascii(trim(words.substr(3)));
    } else {
      end = line.begin;
      if (spot.begin >= open && spot.begin < end) break;
      open = npos;
    }
  }
  if (open == npos || spot.begin < open || spot.begin >= end) return std::nullopt;
  if (language.starts_with("yaml") || language.starts_with("yml"))
    return patch::in_yaml(spot, open, end);
  if (language.starts_with("toml")) return patch::in_toml(spot, open, end);
  if (language.starts_with("json")) return patch::in_brackets(spot, open, end, patch::Lexis::json);
  return refuse("an example: say it anew without the account");
}

Change change_for(const Spot& spot) {
  const Syntax syntax = spot.page->place().syntax;
  const std::string name = file_name_of(spot.page->path());
  if (syntax == Syntax::data) return in_data(spot, name);
  const patch::Matter matter = patch::front_matter(spot.text);
  if (spot.begin >= matter.begin && spot.begin < matter.end)
    return matter.toml ? patch::in_toml(spot, matter.begin, matter.end)
                       : patch::in_yaml(spot, matter.begin, matter.end);
  if (ends_with_any(name, {".haml", ".slim", ".pug", ".jade"})) return patch::in_outline(spot);
  if (name.ends_with(".ipynb")) return refuse("a notebook: take it out there");
  const bool script = ends_with_any(name, {".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx"});
  if (syntax == Syntax::page || script) {
    if (auto out = patch::in_markup(spot)) return *out;
    if (script) return in_program(spot, patch::Lexis::script);
  }
  if (syntax == Syntax::page && spot.form == Form::config_item) {
    Change out = patch::in_brackets(spot, matter.end, spot.text.size(), patch::Lexis::script);
    if (out.good()) return out;
  }
  if (syntax == Syntax::code)
    return in_program(spot, ends_with_any(name, {".py", ".rb", ".sh"}) ? patch::Lexis::python
                                                                       : patch::Lexis::script);
  if (syntax == Syntax::style || syntax == Syntax::picture || syntax == Syntax::catalogue)
    return refuse("take it out by hand");
  if (auto out = in_fence(spot)) return *out;
  if (auto out = patch::in_markup(spot); out && syntax == Syntax::prose) return *out;
  return patch::in_prose(spot);
}

// A comment or caption alone on its line, whose reference has gone.
bool is_lone_caption(std::string_view line, const Network& network) {
  std::string_view words = trim(line);
  if (words.find("://") != npos || words.empty()) return false;
  std::string inner(words);
  for (const std::string_view mark : {"<!--", "-->", "{/*", "*/}", "{#", "#}", "{%", "%}", "/*",
                                      "*/", "//", "#", "**", "comment", "-#"}) {
    for (auto at = inner.find(mark); at != npos; at = inner.find(mark))
      inner.erase(at, mark.size());
  }
  const bool comment = words.starts_with("<!--") || words.starts_with("//") ||
                       words.starts_with("#") || words.starts_with("{") ||
                       words.starts_with("/*") || words.starts_with("-#") ||
                       words.starts_with("**");
  const bool term = words.starts_with("<dt") && words.ends_with("</dt>");
  return (comment || term) && patch::is_caption(patch::seen_words(inner), network);
}

constexpr int most_passes = 12;

class Patcher {
 public:
  Patcher(const Scanner& scanner, std::string_view path, std::string_view text,
          const PatchOptions& options)
      : scanner_(scanner), path_(path), text_(text), options_(options) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    for (std::size_t i = 0; i < lines; ++i) origin_.push_back(static_cast<std::int64_t>(i) + 1);
    good_ = patch::reads_well(path, text).value_or(false);
  }

  Patched run(std::string_view before) {
    findings_ = scanner_.scan_text(path_, text_);
    for (const Reference& one : findings_)
      if (editable(one)) allowed_.insert(one.line);
    // What could not be taken out may be, once its neighbours are gone: until nothing moves.
    for (int pass = 0; pass < most_passes; ++pass) {
      settled_.clear();
      refused_.clear();
      moved_ = false;
      for (std::size_t round = 0; round < 2 * allowed_.size() + 8; ++round) {
        const Reference* next = pick();
        if (next == nullptr) break;
        settle(*next);
      }
      if (!moved_) break;
    }
    for (auto& [line, task] : refused_) tasks_[line] = std::move(task);
    Patched out;
    for (auto& [line, task] : tasks_) out.tasks.push_back(std::move(task));
    out.changed = changed_lines(before);
    out.text = std::move(text_);
    return out;
  }

 private:
  [[nodiscard]] bool editable(const Reference& finding) const {
    const bool card = finding.form == Form::meta_card && finding.action == Action::review &&
                      !finding.handle.empty();
    const bool reached = std::find(options_.scopes.begin(), options_.scopes.end(), finding.scope) !=
                         options_.scopes.end();
    return reached && (finding.action == Action::delist || card);
  }
  [[nodiscard]] std::int64_t origin(const Reference& finding) const {
    return origin_[static_cast<std::size_t>(finding.line - 1)];
  }

  // What is to be settled next: what refers itself before what only belongs to it.
  // A script goes before what it shows, since without that nobody could say what it was for.
  [[nodiscard]] const Reference* pick() const {
    const Reference* best = nullptr;
    const auto rank = [](const Reference& one) {
      if (one.form == Form::companion) return 2;
      return one.form == Form::widget && one.handle.empty() ? 0 : 1;
    };
    for (const Reference& one : findings_) {
      if (!editable(one) || settled_.contains(origin(one))) continue;
      if (best == nullptr || rank(one) < rank(*best)) best = &one;
    }
    return best;
  }

  // The caption above lines that go: a comment, or a heading below which nothing else stands.
  [[nodiscard]] Edit with_caption(Edit edit, const Network& network, Syntax syntax) const {
    const std::string_view text = text_;
    const bool lines = edit.text.empty() && edit.begin > 0 && text[edit.begin - 1] == '\n' &&
                       (edit.end == text.size() || text[edit.end - 1] == '\n');
    if (!lines) return edit;
    std::size_t at = edit.begin;
    const bool prose = syntax == Syntax::prose;
    Bounds above = patch::line_at(text, at - 1);
    while (prose && above.begin > 0 &&
           trim(text.substr(above.begin, above.end - above.begin)).empty())
      above = patch::line_at(text, above.begin - 1);
    const std::string_view words = trim(text.substr(above.begin, above.end - above.begin));
    if (!is_lone_caption(words, network)) return edit;
    if (prose && words.starts_with("#")) {
      std::size_t next = edit.end;
      while (next < text.size() &&
             trim(text.substr(next, patch::line_at(text, next).end - next)).empty())
        next = patch::line_at(text, next).end;
      if (next < text.size() && text[next] != '#') return edit;
      return patch::tidy(text, {above.begin, next, ""});
    }
    if (prose || above.end != edit.begin) return edit;
    return patch::tidy(text, {above.begin, edit.end, ""});
  }

  void leave(const Reference& finding, std::string reason) {
    const std::int64_t line = origin(finding);
    settled_.insert(line);
    if (reason.empty()) reason = "it could not be told what belongs to it here";
    std::string owner = owner_of_task(finding);
    refused_[line] = {std::string(path_), line, std::move(owner), std::move(reason)};
  }

  void settle(const Reference& finding) {
    if (finding.form == Form::companion) {
      // Its reference stays: so does it.
      settled_.insert(origin(finding));
      return;
    }
    const ScanPage page(path_, text_);
    const WatchedNetwork* who = scanner_.watched(finding.platform);
    const auto spot =
        who == nullptr ? std::nullopt : patch::spot_of(page, text_, finding, *who, options_);
    if (!spot) return leave(finding, "");
    Change change = change_for(*spot);
    if (!change.good()) return leave(finding, change.task);
    for (Edit& edit : change.edits)
      edit = with_caption(patch::tidy(text_, std::move(edit)), *who->network, page.place().syntax);
    const std::string next = patch::applied(text_, change.edits);
    if (next == text_) return leave(finding, change.task);
    if (good_ && patch::reads_well(path_, next) == false)
      return leave(finding, "the file could not be read any more without it: take it out by hand");
    const auto companions = companions_now();
    std::vector<std::int64_t> lines = lines_after(next, change.edits);
    const auto joined = joined_by(change.edits);
    auto found = scanner_.scan_text(path_, next);
    const bool new_ones = std::any_of(found.begin(), found.end(), [&](const Reference& one) {
      const std::int64_t line = lines[static_cast<std::size_t>(one.line - 1)];
      return editable(one) && !allowed_.contains(line) && !joined.contains(line);
    });
    if (new_ones) return leave(finding, "without it other lines would name the account: by hand");
    if (!change.task.empty())
      tasks_[origin(finding)] = {std::string(path_), origin(finding), owner_of_task(finding),
                                 change.task};
    moved_ = true;
    allowed_.insert(joined.begin(), joined.end());
    text_ = next;
    origin_ = std::move(lines);
    findings_ = std::move(found);
    drop_orphans(companions, *who);
  }

  [[nodiscard]] std::set<std::int64_t> companions_now() const {
    std::set<std::int64_t> out;
    for (const Reference& one : findings_)
      if (one.form == Form::companion && editable(one)) out.insert(origin(one));
    return out;
  }

  // Lines that a cut joined with one that may go: they are that one now.
  [[nodiscard]] std::set<std::int64_t> joined_by(const std::vector<Edit>& edits) const {
    std::set<std::int64_t> out;
    for (const Edit& edit : edits) {
      const auto row = [&](std::size_t at) {
        return static_cast<std::size_t>(
            std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
      };
      const std::size_t first = row(edit.begin);
      const std::size_t last = row(edit.end);
      for (std::size_t i = first; i <= last && first < last; ++i)
        if (allowed_.contains(origin_[i])) out.insert({origin_[first], origin_[last]});
    }
    return out;
  }

  // For each line of the text with the edits, the line of the original it comes from.
  [[nodiscard]] std::vector<std::int64_t> lines_after(std::string_view next,
                                                      std::vector<Edit> edits) const {
    std::stable_sort(edits.begin(), edits.end(),
                     [](const Edit& a, const Edit& b) { return a.begin < b.begin; });
    std::vector<std::size_t> starts{0};
    for (auto at = text_.find('\n'); at != npos; at = text_.find('\n', at + 1))
      starts.push_back(at + 1);
    const auto old_line = [&](std::size_t at) {
      return static_cast<std::size_t>(std::upper_bound(starts.begin(), starts.end(), at) -
                                      starts.begin() - 1);
    };
    std::vector<std::int64_t> out{origin_[0]};
    std::size_t edit = 0;
    std::size_t old = 0;  // where the byte at `at` stood
    for (std::size_t at = 0; at <= next.size();) {
      while (edit < edits.size() && edits[edit].begin < old) ++edit;  // left out: it overlapped
      const bool here = edit < edits.size() && edits[edit].begin == old;
      if (here) {
        for (const char c : edits[edit].text)
          if (c == '\n') out.push_back(origin_[old_line(old)]);
        at += edits[edit].text.size();
        old = edits[edit].end;
        ++edit;
        // A line that begins anew behind what was cut is the line that follows it.
        if (at == 0 || next.substr(0, at).ends_with('\n')) out.back() = origin_[old_line(old)];
        continue;
      }
      if (at == next.size()) break;
      if (next[at] == '\n') out.push_back(origin_[old_line(old + 1)]);
      ++at;
      ++old;
    }
    return out;
  }

  // Captions and comments that named what has gone.
  void drop_orphans(const std::set<std::int64_t>& companions, const WatchedNetwork& who) {
    std::set<std::int64_t> still;
    for (const Reference& one : findings_)
      if (one.form == Form::companion && editable(one)) still.insert(origin(one));
    for (std::size_t i = origin_.size(); i-- > 0;) {
      if (!companions.contains(origin_[i]) || still.contains(origin_[i])) continue;
      const ScanPage page(path_, text_);
      const std::string_view raw = page.raw(i);
      if (raw.data() == nullptr || !is_lone_caption(raw, *who.network)) continue;
      const Bounds line =
          patch::line_at(text_, static_cast<std::size_t>(raw.data() - text_.data()));
      const Edit edit = patch::tidy(text_, {line.begin, line.end, ""});
      const std::string next = patch::applied(text_, {edit});
      if (good_ && patch::reads_well(path_, next) == false) continue;
      origin_ = lines_after(next, {edit});
      text_ = next;
      findings_ = scanner_.scan_text(path_, text_);
      i = std::min(i, origin_.size());
    }
  }

  [[nodiscard]] std::vector<std::int64_t> changed_lines(std::string_view before) const {
    std::map<std::int64_t, std::string_view> left;
    std::size_t row = 0;
    for (std::size_t at = 0; at < text_.size(); ++row) {
      const Bounds line = patch::line_at(text_, at);
      const std::string_view words =
          std::string_view(text_).substr(line.begin, line.end - line.begin);
      if (!left.contains(origin_[row])) left[origin_[row]] = words;
      at = line.end;
    }
    std::vector<std::int64_t> out;
    std::int64_t number = 1;
    for (std::size_t at = 0; at < before.size(); ++number) {
      const Bounds line = patch::line_at(before, at);
      const auto found = left.find(number);
      if (found == left.end() || found->second != before.substr(line.begin, line.end - line.begin))
        out.push_back(number);
      at = line.end;
    }
    return out;
  }

  const Scanner& scanner_;
  std::string_view path_;
  std::string text_;
  const PatchOptions& options_;
  bool good_ = false;
  std::vector<std::int64_t> origin_;  // of each line now: its line in the file as it was
  std::vector<Reference> findings_;   // of the text now
  std::set<std::int64_t> allowed_;    // lines of the file as it was that may go
  std::set<std::int64_t> settled_;    // those that stay as the text is now
  std::map<std::int64_t, PatchTask> refused_;
  std::map<std::int64_t, PatchTask> tasks_;
  bool moved_ = false;
};

}  // namespace

std::string owner_of_task(const Reference& finding) {
  switch (finding.form) {
    case Form::i18n_string:
      return "translators";
    case Form::perk:
      return "whoever made the promise";
    case Form::auto_poster:
      return "whoever holds the keys";
    case Form::status_link:
    case Form::short_link:
      return "whoever keeps the archive";
    default:
      return "whoever keeps these files";
  }
}

Patched patch_text(const Scanner& scanner, std::string_view path, std::string_view text,
                   const PatchOptions& options) {
  return Patcher(scanner, path, text, options).run(text);
}

}  // namespace carillon
