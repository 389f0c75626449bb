#include <array>

#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/url_scan.hpp"

namespace carillon {

namespace {

constexpr std::size_t max_name = 20;
constexpr std::size_t max_list = 25;
constexpr std::size_t max_x_ticker = 6;
constexpr std::u32string_view hashtag_specials =
    U"_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c"
    U"\u00b7";
constexpr std::u32string_view punctuation = U"!'#%&()*+,\\-./:;<=>?@[]^_{|}~$";

bool in_path(char32_t point) {
  if (point < 0x80) {
    return is_ascii_alnum(point) || one_of(U"!*';:=+,.$/%#[]-_~@|&", point);
  }
  return point == 0x2013 || (point >= 0x400 && point <= 0x4FF) || is_accented_latin(point);
}

bool ends_path(char32_t point) {
  if (point < 0x80) {
    return is_ascii_alnum(point) || one_of(U"+-=_#/", point);
  }
  return (point >= 0x400 && point <= 0x4FF) || is_accented_latin(point);
}

bool in_query(char32_t point) {
  return is_ascii_alnum(point) || one_of(U"!?*'@();:&=+$/%#[]-_.,~|", point);
}

bool ends_query(char32_t point) {
  return is_ascii_alnum(point) || one_of(U"-_&=#/", point);
}

constexpr std::array<std::string_view, 2> schemes{"https://", "http://"};
const UrlRules x_rules{schemes, true, in_path, ends_path, in_query, ends_query};

bool is_at(char32_t point) {
  return point == '@' || point == 0xFF20;
}

bool is_hash(char32_t point) {
  return point == '#' || point == 0xFF03;
}

bool is_space(char32_t point) {
  return is_white_space(point) || point == 0x180E;
}

bool spoils_mention(std::string_view after) {
  const CodePoint next = code_point_at(after, 0);
  return is_at(next.value) || is_accented_latin(next.value) || after.starts_with("://");
}

// "RT" before a mention, itself not the end of a word.
bool is_retweet_before(std::string_view text, std::size_t from, std::size_t at) {
  if (at < from + 2) return false;
  if ((text[at - 1] | 0x20) != 't' || (text[at - 2] | 0x20) != 'r') return false;
  if (at == 2) return true;
  if (at == from + 2) return false;
  const char32_t before = code_point_before(text, at - 2).value;
  return !is_ascii_alnum(before) && !one_of(U"_+~.-", before);
}

// `from` is where the previous match ended: what lies before is used up.
bool may_precede_mention(std::string_view text, std::size_t from, std::size_t at) {
  if (at == 0) return true;
  if (at == from) return false;
  const char32_t before = code_point_before(text, at).value;
  if (is_ascii_alnum(before)) return is_retweet_before(text, from, at);
  return !is_at(before) && !one_of(U"_!#$%&*", before);
}

std::size_t name_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at < max_name && is_handle_char(text[end])) ++end;
  return end;
}

std::size_t list_end(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || text[at] != '/' || !is_ascii_alpha(text[at + 1])) return at;
  std::size_t end = at + 2;
  while (end < text.size() && end - at <= max_list &&
         (is_handle_char(text[end]) || text[end] == '-'))
    ++end;
  return end;
}

bool is_tag_char(char32_t point) {
  return is_letter_or_mark(point) || is_decimal(point) || one_of(hashtag_specials, point);
}

bool may_precede_hashtag(std::string_view text, std::size_t from, std::size_t at) {
  if (at == 0) return true;
  if (at == from) return false;
  const char32_t before = code_point_before(text, at).value;
  if (before == 0xFE0E || before == 0xFE0F) return true;
  return !is_tag_char(before) && before != '&';
}

struct Run {
  std::size_t end = 0;
  bool letter = false;
};

Run tag_run(std::string_view text, std::size_t at) {
  Run out{at};
  for (CodePoint point = code_point_at(text, at); point.size != 0 && is_tag_char(point.value);
       point = code_point_at(text, out.end)) {
    out.letter = out.letter || is_letter_or_mark(point.value);
    out.end += point.size;
  }
  return out;
}

bool ends_cashtag(std::string_view text, std::size_t at) {
  const CodePoint next = code_point_at(text, at);
  if (next.size == 0) return true;
  return (is_white_space(next.value) && next.value != 0x85) || next.value == 0xFEFF ||
         one_of(punctuation, next.value);
}

// End of "LETTERS" or "LETTERS.X" that begins at `at`, or `at`.
std::size_t ticker_end(std::string_view text, std::size_t at) {
  const auto letters = [&](std::size_t from, std::size_t most) {
    std::size_t end = from;
    while (end < text.size() && end - from < most && is_ascii_alpha(text[end])) ++end;
    return end;
  };
  const std::size_t end = letters(at, max_x_ticker);
  if (end == at) return at;
  if (end < text.size() && (text[end] == '.' || text[end] == '_')) {
    const std::size_t longer = letters(end + 1, 2);
    if (longer > end + 1 && ends_cashtag(text, longer)) return longer;
  }
  return ends_cashtag(text, end) ? end : at;
}

// Without regard to URLs, whose fragments look like tags.
std::vector<Entity> tags_in(std::string_view text) {
  std::vector<Entity> out;
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint sign = code_point_at(text, at);
    const std::size_t name = at + sign.size;
    const char32_t first = code_point_at(text, name).value;
    if (!is_hash(sign.value) || first == 0xFE0F || first == 0x20E3 ||
        !may_precede_hashtag(text, from, at)) {
      at = name;
      continue;
    }
    const Run run = tag_run(text, name);
    if (!run.letter) {
      at = name;
      continue;
    }
    const std::string_view after = text.substr(run.end);
    if (!is_hash(code_point_at(after, 0).value) && !after.starts_with("://"))
      out.push_back({EntityKind::hashtag, at, run.end, slice(text, name, run.end)});
    from = at = run.end;
  }
  return out;
}

}  // namespace

std::vector<Entity> x_urls(std::string_view text) {
  std::vector<Entity> out;
  for (const UrlSpan& span : find_urls(text, x_rules)) {
    out.push_back({EntityKind::url, span.begin, span.end, slice(text, span.begin, span.end)});
  }
  return out;
}

std::vector<Entity> x_mentions(std::string_view text) {
  std::vector<Entity> out;
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint sign = code_point_at(text, at);
    const std::size_t name = at + sign.size;
    const std::size_t end_of_name = is_at(sign.value) ? name_end(text, name) : name;
    if (end_of_name == name || !may_precede_mention(text, from, at)) {
      at = name;
      continue;
    }
    const std::size_t end = list_end(text, end_of_name);
    if (!spoils_mention(text.substr(end)))
      out.push_back({EntityKind::mention, at, end, slice(text, name, end)});
    from = at = end;
  }
  return out;
}

std::vector<Entity> x_hashtags(std::string_view text) {
  std::vector<Entity> all = x_urls(text);
  for (Entity& tag : tags_in(text)) all.push_back(std::move(tag));
  drop_overlaps(all);
  std::erase_if(all, [](const Entity& entity) { return entity.kind != EntityKind::hashtag; });
  return all;
}

std::vector<Entity> x_cashtags(std::string_view text) {
  std::vector<Entity> out;
  std::size_t from = 0;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    const bool clear = at == 0 || (at > from && is_space(code_point_before(text, at).value));
    const std::size_t end = ticker_end(text, at + 1);
    if (!clear || end == at + 1) continue;
    out.push_back({EntityKind::cashtag, at, end, slice(text, at + 1, end)});
    from = end;
  }
  return out;
}

std::string x_reply_to(std::string_view text) {
  std::size_t at = 0;
  CodePoint point = code_point_at(text, at);
  while (point.size != 0 && is_space(point.value)) {
    at += point.size;
    point = code_point_at(text, at);
  }
  if (!is_at(point.value)) return {};
  const std::size_t name = at + point.size;
  const std::size_t end = name_end(text, name);
  return spoils_mention(text.substr(end)) ? std::string{} : slice(text, name, end);
}

std::vector<Entity> x_entities(std::string_view text) {
  std::vector<Entity> all = x_urls(text);
  for (const auto find : {x_mentions, tags_in, x_cashtags}) {
    for (Entity& entity : find(text)) all.push_back(std::move(entity));
  }
  drop_overlaps(all);
  return all;
}

}  // namespace carillon
