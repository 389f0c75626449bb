#include "text/additions.hpp"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <set>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"
#include "text/split.hpp"

namespace carillon {

namespace {

// An address as a reader compares it.
std::string plain_address(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (lower_ascii(url.substr(0, scheme.size())) != scheme) continue;
    url.remove_prefix(scheme.size());
    break;
  }
  if (lower_ascii(url.substr(0, 4)) == "www.") url.remove_prefix(4);
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t host = std::min(url.find_first_of("/?#"), url.size());
  return lower_ascii(url.substr(0, host)) + std::string(url.substr(host));
}

bool continues_url(std::string_view after) {
  const std::size_t mark = after.find_first_not_of(".,:;!?)'\"*]>}`|");
  const std::string_view rest = mark == std::string_view::npos ? "" : after.substr(mark);
  const char32_t next = code_point_at(rest, 0).value;
  return !rest.empty() && !is_white_space(next) && (next < 0x80 || is_word(next));
}

// Letters without regard to their case.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();)
    append_utf8(static_cast<char32_t>(u_foldCase(static_cast<UChar32>(next_code_point(text, at)),
                                                 U_FOLD_CASE_DEFAULT)),
                out);
  return out;
}

std::vector<Entity> entities_of(std::string_view text, const Limits& limits) {
  return limits.entities ? limits.entities(text) : x_entities(text);
}

bool is_one_hashtag(const std::string& word, const Limits& limits) {
  const std::vector<Entity> all = entities_of(word, limits);
  return all.size() == 1 && all[0].kind == EntityKind::hashtag && all[0].begin == 0 &&
         all[0].end == word.size();
}

// Without blanks and the punctuation inside of names: "Node.js" and "R&D" are known as "nodejs" and
// "RD".
std::string joined(std::string_view tag) {
  std::string out;
  for (std::size_t at = 0; at < tag.size();) {
    const char32_t c = next_code_point(tag, at);
    if (is_white_space(c) || (is_punctuation(c) && !one_of(U"_·・", c))) continue;
    append_utf8(c, out);
  }
  return out;
}

}  // namespace

bool shows_link(std::string_view text, std::string_view link, const Limits& limits) {
  if (limits.entities) {
    const std::string wanted = plain_address(link);
    const std::string host = lower_ascii(wanted.substr(0, wanted.find('/')));
    // Most lines of a long text lead nowhere like it.
    const auto near = [&](std::string_view line) {
      return lower_ascii(line).find(host) != std::string::npos;
    };
    for (const Entity& entity : entities_in_lines(text, near, limits.entities)) {
      if (entity.kind == EntityKind::url && plain_address(entity.value) == wanted) return true;
    }
  }
  // Addresses that are no link there, as on a machine's own network.
  for (std::size_t at = text.find(link); at != std::string_view::npos;
       at = text.find(link, at + 1)) {
    const bool inside = at > 0 && std::string_view("/=?&").find(text[at - 1]) != std::string::npos;
    if (!inside && !continues_url(text.substr(at + link.size()))) return true;
  }
  return false;
}

std::string with_link(std::string text, const std::string& link, const Limits& limits) {
  if (link.empty() || shows_link(text, link, limits)) return text;
  return text.empty() ? link : text + "\n\n" + link;
}

std::string hashtag_of(std::string_view tag, const Limits& limits) {
  tag = trim(tag);
  while (tag.starts_with('#') || tag.starts_with('.')) tag.remove_prefix(1);
  // "C" is another language than "C++" and "C#".
  if (tag.find_first_of("+#") == std::string_view::npos) {
    const std::string word = "#" + joined(tag);
    if (is_one_hashtag(word, limits)) return word;
  }
  std::string word = "#";
  for (const char c : tag) {
    if (c != ' ' && c != '-') word += c;
  }
  return is_one_hashtag(word, limits) ? word : "";
}

void add_tags(std::vector<std::string>& parts, const Draft& draft, const Limits& limits,
              const std::string& number, std::vector<std::string>& warnings) {
  if (!limits.tags || draft.tags.empty() || parts.empty()) return;
  std::set<std::string> there;
  for (const std::string& part : parts) {
    for (const Entity& entity : entities_of(part, limits)) {
      if (entity.kind == EntityKind::hashtag) there.insert(folded(entity.value));
    }
  }
  bool first = true;
  for (const std::string& tag : draft.tags) {
    const std::string word = hashtag_of(tag, limits);
    if (word.empty()) {
      warnings.push_back(
          fmt::format("the tag \"{}\" can be no hashtag here, so it was left out", tag));
      continue;
    }
    const std::string longer = parts.back() + (first ? "\n\n" : " ") + word;
    if (there.contains(folded(word.substr(1))) || !fits(longer + number, limits)) continue;
    there.insert(folded(word.substr(1)));
    parts.back() = longer;
    first = false;
  }
}

}  // namespace carillon
