#include "text/mentions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "text/breaks.hpp"
#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/tlds.hpp"

namespace carillon {

namespace {

// Bytes [begin, end) that become `text`.
struct Edit {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
};

// End of the run of names joined by characters of `joints` that begins at `at`.
std::size_t joined_end(std::string_view text, std::size_t at, std::string_view joints) {
  std::size_t end = at;
  for (std::size_t next = at; next < text.size(); ++next) {
    if (is_handle_char(text[next])) {
      end = next + 1;
    } else if (joints.find(text[next]) == std::string_view::npos) {
      break;
    }
  }
  return end;
}

bool is_domain(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && name.find("..") == std::string_view::npos &&
         is_tld(name.substr(dot + 1));
}

// Most lines of a long text name nobody.
bool may_name(std::string_view line) {
  return line.find('@') != std::string_view::npos ||
         line.find("\xEF\xBC\xA0") != std::string_view::npos;  // U+FF20
}

class Mentions {
 public:
  Mentions(const Passage& passage, Written written, const Draft& draft, const Limits& limits,
           std::vector<std::string>& warnings)
      : passage_(passage),
        text_(passage.text),
        written_(written),
        draft_(draft),
        limits_(limits),
        warnings_(warnings),
        known_warnings_(warnings.begin(), warnings.end()),
        in_url_(passage.text.size()),
        in_code_(passage.text.size()) {
    for (const Entity& entity : entities_in_lines(text_, may_name, x_mentions))
      places_.insert(entity.begin);
    for (const Entity& url : entities_in_lines(text_, may_name, x_urls))
      cover(in_url_, url.begin, url.end);
    for (const Entity& entity :
         entities_in_lines(text_, may_name, limits_.entities ? limits_.entities : mastodon_urls))
      add(entity);
    for (const Whole& code : passage.whole) cover(in_code_, code.begin, code.end);
    for (const Whole& code : code_in(text_)) cover(in_code_, code.begin, code.end);
  }

  Passage take() {
    for (const std::size_t at : places_) {
      if (edits_.empty() || at >= edits_.back().end) one(at);
    }
    Passage out;
    std::size_t from = 0;
    for (const Edit& edit : edits_) {
      out.text += text_.substr(from, edit.begin - from);
      out.text += edit.text;
      from = edit.end;
    }
    out.text += text_.substr(from);
    move_whole(out);
    return out;
  }

 private:
  static void cover(std::vector<bool>& all, std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < std::min(end, all.size()); ++at) all[at] = true;
  }

  void add(const Entity& entity) {
    if (entity.kind == EntityKind::url) cover(in_url_, entity.begin, entity.end);
    if (entity.kind != EntityKind::mention) return;
    places_.insert(entity.begin);
    seen_.insert(entity.begin);
    if (entity.value.find('@') != std::string::npos) full_.insert(entity.begin);
  }

  void warn(std::string words) {
    if (known_warnings_.insert(words).second) warnings_.push_back(std::move(words));
  }

  void one(std::size_t at) {
    const bool seen = seen_.contains(at);
    if (!seen && in_url_[at]) return;
    const std::size_t name = at + code_point_at(text_, at).size;
    const std::size_t end = joined_end(text_, name, "-");
    const std::size_t long_end = std::max(end, joined_end(text_, name, "-."));
    if (end == name) return;
    if (in_code_[at]) return in_code(at, name, end);
    if (long_end + 1 < text_.size() && text_[long_end] == '@' &&
        is_handle_char(text_[long_end + 1]) && (!seen || full_.contains(at)))
      return;  // a full handle of the fediverse
    const std::string_view whole = text_.substr(name, long_end - name);
    const bool domain = is_domain(whole);
    const std::size_t short_end = joined_end(text_, name, "");
    for (const std::size_t known : {domain ? long_end : end, end, short_end}) {
      if (put_handle(at, name, known)) return;
    }
    if (written_ == Written::own) return own(name, end);
    if (domain && limits_.platform == "bluesky") return;
    // "@angular/core" is a package wherever it is not taken for a list or a name.
    const bool package =
        end + 1 < text_.size() && text_[end] == '/' && is_handle_char(text_[end + 1]);
    if (package && !seen) return;
    drop_sign(at, name);
    warn(fmt::format("\"@{}\" has no handle for {}, so its \"@\" was left out",
                     domain ? whole : text_.substr(name, end - name), limits_.platform));
  }

  bool put_handle(std::size_t at, std::size_t name, std::size_t end) {
    const auto known = draft_.mentions.find(std::string(text_.substr(name, end - name)));
    if (known == draft_.mentions.end()) return false;
    const auto handle = known->second.find(limits_.platform);
    if (handle == known->second.end()) return false;
    edits_.push_back(
        {at, end, handle->second.starts_with("@") ? handle->second : "@" + handle->second});
    return true;
  }

  void own(std::size_t name, std::size_t end) {
    const std::string word(text_.substr(name, end - name));
    if (draft_.mentions.contains(word))
      warn(
          fmt::format("\"@{}\" stays as the text for here has it: \"mentions\" names no handle for "
                      "{}",
                      word, limits_.platform));
  }

  void in_code(std::size_t at, std::size_t name, std::size_t end) {
    if (written_ == Written::own || !seen_.contains(at)) return;
    drop_sign(at, name);
    warn(fmt::format("\"@{}\" in code would tell somebody here, so its \"@\" was left out",
                     text_.substr(name, end - name)));
  }

  // Of "@@name" both go: the one that stays would begin a mention.
  void drop_sign(std::size_t at, std::size_t name) {
    while (at > 0 && text_[at - 1] == '@' && (edits_.empty() || at > edits_.back().end)) --at;
    edits_.push_back({at, name, ""});
  }

  // What was whole in the old text is whole in the new one.
  void move_whole(Passage& out) const {
    auto edit = edits_.begin();
    std::size_t grown = 0;  // wraps where the text shrinks, and back
    const auto moved = [&](std::size_t at) {
      for (; edit != edits_.end() && edit->end <= at; ++edit)
        grown += edit->text.size() - (edit->end - edit->begin);
      return at + grown;
    };
    for (const Whole& one : passage_.whole) {
      const std::size_t begin = moved(one.begin);
      out.whole.push_back({begin, moved(one.end)});
    }
  }

  const Passage& passage_;
  std::string_view text_;
  Written written_;
  const Draft& draft_;
  const Limits& limits_;
  std::vector<std::string>& warnings_;
  std::set<std::string> known_warnings_;
  std::set<std::size_t> places_;  // where a mention may begin, here or on another platform
  std::set<std::size_t> seen_;    // where the platform sees one
  std::set<std::size_t> full_;    // where it sees "@name@server"
  std::vector<bool> in_url_;
  std::vector<bool> in_code_;
  std::vector<Edit> edits_;
};

}  // namespace

Passage with_mentions(Passage passage, Written written, const Draft& draft, const Limits& limits,
                      std::vector<std::string>& warnings) {
  if (!limits.mentions ||
      (passage.text.find('@') == std::string::npos && passage.text.find("＠") == std::string::npos))
    return passage;
  return Mentions(passage, written, draft, limits, warnings).take();
}

}  // namespace carillon
