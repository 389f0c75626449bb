#include <algorithm>

#include "text/entities.hpp"
#include "text/url_scan.hpp"

namespace carillon {

namespace {

using namespace url_scan;

constexpr std::size_t url_length_max = 4096;
constexpr std::size_t short_slug_max = 40;

Entity make(EntityKind kind, const CodePoints& text, std::string_view raw, std::size_t begin,
            std::size_t end, std::size_t value_from) {
  return {kind, text.at[begin], text.at[end],
          std::string(raw.substr(text.at[value_from], text.at[end] - text.at[value_from]))};
}

bool is_cyrillic(char32_t c) {
  return c >= 0x400 && c <= 0x4FF;
}

bool in(char32_t c, std::string_view set) {
  return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_path_char(char32_t c) {
  return is_ascii_alnum(c) || in(c, "!*';:=+,.$/%#[]-_~@|&") || c == 0x2013 || is_cyrillic(c) ||
         is_latin_accent(c);
}

bool is_path_ending(char32_t c) {
  return is_ascii_alnum(c) || in(c, "+-=_#/") || is_cyrillic(c) || is_latin_accent(c);
}

bool is_query_char(char32_t c) {
  return is_ascii_alnum(c) || in(c, "!?*'@();:&=+$/%#[]-_.,~|");
}

bool is_query_ending(char32_t c) {
  return is_ascii_alnum(c) || in(c, "-_&=#/");
}

bool may_precede_url(char32_t c) {
  return !is_ascii_alnum(c) && c != '@' && c != 0xFF20 && c != '$' && c != '#' && c != 0xFF03 &&
         c != 0xFFFE && c != 0xFEFF && c != 0xFFFF;
}

// The end of "http://" or "https://" at `i`, else `i`.
std::size_t scheme_end(const CodePoints& text, std::size_t i) {
  const std::string_view word = "http";
  for (std::size_t k = 0; k < word.size(); ++k) {
    if ((text.get(i + k) | 32U) != static_cast<char32_t>(word[k])) return i;
  }
  std::size_t at = i + 4;
  if ((text.get(at) | 32U) == 's') ++at;
  return text.get(at) == ':' && text.get(at + 1) == '/' && text.get(at + 2) == '/' ? at + 3 : i;
}

struct Tail {
  std::size_t end;
  bool path;
};

// Port, path and query behind a domain.
Tail tail_of(const CodePoints& text, std::size_t at) {
  Tail out{at, false};
  if (text.get(at) == ':' && is_ascii_digit(text.get(at + 1))) {
    ++at;
    while (is_ascii_digit(text.get(at))) ++at;
    out.end = at;
  }
  if (text.get(at) == '/') {
    at = path_end(text, at + 1, is_path_char, is_path_ending);
    out = {at, true};
  }
  if (text.get(at) == '?') {
    std::size_t good = 0;
    for (std::size_t k = at + 1; k < text.size() && is_query_char(text.cp[k]); ++k) {
      if (is_query_ending(text.cp[k])) good = k + 1;
    }
    if (good > 0) out.end = good;
  }
  return out;
}

// A t.co address ends with its slug and query; a slug too long is none of X's.
bool trim_short_link(const CodePoints& text, std::size_t host, std::size_t& end) {
  const std::u32string_view all(text.cp.data() + host, end - host);
  if (all.size() < 6 || (all[0] | 32U) != 't' || all[1] != '.' || (all[2] | 32U) != 'c' ||
      (all[3] | 32U) != 'o' || all[4] != '/' || !is_ascii_alnum(all[5]))
    return true;
  std::size_t at = host + 5;
  while (at < end && is_ascii_alnum(text.cp[at])) ++at;
  if (at - host - 5 > short_slug_max) return false;
  if (at < end && text.cp[at] == '?') return true;
  end = at;
  return true;
}

// Without a scheme only the ASCII names inside the domain count.
void bare_domains(const CodePoints& text, std::string_view raw, std::size_t begin, std::size_t end,
                  const Tail& tail, std::vector<Entity>& out) {
  const auto ascii = [&](std::size_t i) {
    return i < end &&
           (is_ascii_alnum(text.cp[i]) || text.cp[i] == '-' || is_latin_accent(text.cp[i]));
  };
  bool found = false;
  for (std::size_t i = begin; i < end;) {
    if (!ascii(i)) {
      ++i;
      continue;
    }
    const std::size_t stop = std::min(domain_end(text, i, tld_of_x), end);
    bool whole = stop > i;
    for (std::size_t k = i; k < stop; ++k) whole = whole && (ascii(k) || text.cp[k] == '.');
    if (whole) {
      out.push_back(make(EntityKind::url, text, raw, i, stop, i));
      found = true;
      i = stop;
      continue;
    }
    while (ascii(i) || (i < end && text.cp[i] == '.')) ++i;
  }
  if (found && tail.path) {
    Entity& last = out.back();
    last.end = text.at[tail.end];
    last.value = std::string(raw.substr(last.begin, last.end - last.begin));
  }
}

// One URL that starts at `i`, if there is one; the code point to go on from.
std::size_t url_at(const CodePoints& text, std::string_view raw, std::size_t i,
                   std::vector<Entity>& out) {
  const std::size_t host = scheme_end(text, i);
  const std::size_t domain = domain_end(text, host, tld_of_x);
  if (domain == host) return i;
  const Tail tail = tail_of(text, domain);
  std::size_t end = tail.end;
  if (end - i > url_length_max) return end;
  if (host > i) {
    if (trim_short_link(text, host, end))
      out.push_back(make(EntityKind::url, text, raw, i, end, i));
    return end;
  }
  const char32_t before = i > 0 ? text.cp[i - 1] : ' ';
  if (before != '-' && before != '_' && before != '.' && before != '/')
    bare_domains(text, raw, i, domain, tail, out);
  return end;
}

std::vector<Entity> urls_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  if (raw.find('.') == std::string_view::npos) return out;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_domain_char(text.cp[i]) || (i > 0 && !may_precede_url(text.cp[i - 1]))) {
      ++i;
      continue;
    }
    const std::size_t next = url_at(text, raw, i, out);
    i = std::max(next, i + 1);
  }
  return out;
}

bool is_tag_char(char32_t c) {
  if (c < 0x80) return is_ascii_alnum(c) || c == '_';
  switch (c) {
    case 0x200C:
    case 0x200D:
    case 0xA67E:
    case 0x05BE:
    case 0x05F3:
    case 0x05F4:
    case 0xFF5E:
    case 0x301C:
    case 0x309B:
    case 0x309C:
    case 0x30A0:
    case 0x30FB:
    case 0x3003:
    case 0x0F0B:
    case 0x0F0C:
    case 0xB7:
      return true;
    case 0xFE0E:
    case 0xFE0F:
    case 0x20E3:
      return false;
    default:
      return is_letter_or_mark(c) || is_decimal(c);
  }
}

bool is_hash(char32_t c) {
  return c == '#' || c == 0xFF03;
}
bool is_at(char32_t c) {
  return c == '@' || c == 0xFF20;
}

bool scheme_follows(const CodePoints& text, std::size_t at) {
  return text.get(at) == ':' && text.get(at + 1) == '/' && text.get(at + 2) == '/';
}

std::vector<Entity> tags_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_hash(text.cp[i])) continue;
    if (i > 0 && (is_tag_char(text.cp[i - 1]) || text.cp[i - 1] == '&')) continue;
    const char32_t first = text.get(i + 1);
    if (first == 0xFE0F || first == 0x20E3) continue;
    std::size_t end = i + 1;
    bool letter = false;
    for (; end < text.size() && is_tag_char(text.cp[end]); ++end)
      letter = letter || is_letter_or_mark(text.cp[end]);
    if (!letter || is_hash(text.get(end)) || scheme_follows(text, end)) continue;
    out.push_back(make(EntityKind::hashtag, text, raw, i, end, i + 1));
    i = end - 1;
  }
  return out;
}

bool is_name_char(char32_t c) {
  return is_ascii_alnum(c) || c == '_';
}

// "RT" or "RT:" may stand right before an "@".
bool after_retweet(const CodePoints& text, std::size_t i) {
  if (i > 0 && text.cp[i - 1] == ':') --i;
  if (i < 2 || (text.cp[i - 1] | 32U) != 't' || (text.cp[i - 2] | 32U) != 'r') return false;
  if (i == 2) return true;
  const char32_t before = text.cp[i - 3];
  return !is_name_char(before) && !in(before, "+~.-");
}

std::vector<Entity> mentions_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_at(text.cp[i])) continue;
    if (i > 0) {
      const char32_t before = text.cp[i - 1];
      const bool bars = is_name_char(before) || in(before, "!#$%&*@") || before == 0xFF20;
      if (bars && !after_retweet(text, i)) continue;
    }
    std::size_t end = i + 1;
    while (end - i - 1 < 20 && is_name_char(text.get(end))) ++end;
    if (end == i + 1) continue;
    if (text.get(end) == '/' && is_ascii_alpha(text.get(end + 1))) {
      std::size_t list = end + 2;
      while (list - end - 2 < 24 && (is_name_char(text.get(list)) || text.get(list) == '-')) ++list;
      end = list;
    }
    const char32_t after = text.get(end);
    if (is_at(after) || is_latin_accent(after) || scheme_follows(text, end)) continue;
    out.push_back(make(EntityKind::mention, text, raw, i, end, i + 1));
    i = end - 1;
  }
  return out;
}

std::vector<Entity> cashtags_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.cp[i] != '$' || (i > 0 && !is_x_space(text.cp[i - 1]))) continue;
    std::size_t end = i + 1;
    while (end - i - 1 < 6 && is_ascii_alpha(text.get(end))) ++end;
    if (end == i + 1) continue;
    if ((text.get(end) == '.' || text.get(end) == '_') && is_ascii_alpha(text.get(end + 1)))
      end += is_ascii_alpha(text.get(end + 2)) ? 3 : 2;
    const char32_t after = text.get(end);
    if (end < text.size() && !is_x_space(after) && !is_x_punct(after)) continue;
    out.push_back(make(EntityKind::cashtag, text, raw, i, end, i + 1));
  }
  return out;
}

void append(std::vector<Entity>& to, std::vector<Entity> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::vector<Entity> x_urls(std::string_view text) {
  return urls_in(decode(text), text);
}

std::vector<Entity> x_mentions(std::string_view text) {
  return mentions_in(decode(text), text);
}

std::vector<Entity> x_cashtags(std::string_view text) {
  return cashtags_in(decode(text), text);
}

std::vector<Entity> x_hashtags(std::string_view text) {
  const CodePoints points = decode(text);
  std::vector<Entity> all = urls_in(points, text);
  append(all, tags_in(points, text));
  drop_overlaps(all);
  std::erase_if(all, [](const Entity& entity) { return entity.kind != EntityKind::hashtag; });
  return all;
}

std::vector<Entity> x_entities(std::string_view text) {
  const CodePoints points = decode(text);
  std::vector<Entity> all = urls_in(points, text);
  append(all, tags_in(points, text));
  append(all, mentions_in(points, text));
  append(all, cashtags_in(points, text));
  drop_overlaps(all);
  return all;
}

}  // namespace carillon
