#include <algorithm>
#include <array>

#include "text/entities.hpp"
#include "text/url_scan.hpp"

namespace carillon {

namespace {

using namespace url_scan;

bool in(char32_t c, std::string_view set) {
  return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

bool is_path_char(char32_t c) {
  return !is_white_space(c) && !in(c, "<>()?");
}

bool is_path_ending(char32_t c) {
  return !is_white_space(c) && !in(c, "()?!*\"'<>;:=,.$%[]~&|@") && c != 0x300C && c != 0x300D;
}

// RFC 3987's ucschar: what an international address may hold unescaped.
bool is_international(char32_t c) {
  return (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
         (c >= 0xFDF0 && c <= 0xFFEF) || (c >= 0x10000 && c <= 0xEFFFD && (c & 0xFFFFU) <= 0xFFFD);
}

bool is_query_char(char32_t c) {
  return is_ascii_alnum(c) || in(c, "!?*'();:&=+$/%#[]-_.,~|@^") || is_international(c);
}

bool is_query_ending(char32_t c) {
  return is_ascii_alnum(c) || in(c, "_&=#/-") || is_international(c);
}

constexpr std::array<std::string_view, 8> schemes{"https", "http", "dat",    "dweb",
                                                  "ipfs",  "ipns", "gopher", "gemini"};

bool matches(const CodePoints& text, std::size_t i, std::string_view word) {
  for (std::size_t k = 0; k < word.size(); ++k) {
    const char32_t c = text.get(i + k);
    if (c >= 0x80 || (is_ascii_alpha(c) ? (c | 32U) : c) != static_cast<unsigned char>(word[k]))
      return false;
  }
  return true;
}

std::size_t scheme_end(const CodePoints& text, std::size_t i) {
  for (const std::string_view scheme : schemes) {
    if (matches(text, i, scheme) && matches(text, i + scheme.size(), "://"))
      return i + scheme.size() + 3;
  }
  if (matches(text, i, "ssb://")) return i + 6;
  return i;
}

bool may_precede_url(char32_t c) {
  return !is_ascii_alnum(c) && c != '@' && c != 0xFF20 && c != '$' && c != '#' && c != 0xFF03 &&
         c != 0xFFFE && c != 0xFEFF && c != 0xFFFF;
}

// A domain whose label is over 63 characters is none (RFC 1035), so its URL counts in full.
bool labels_fit(const CodePoints& text, std::size_t begin, std::size_t end) {
  std::size_t run = 0;
  for (std::size_t i = begin; i < end; ++i) {
    run = text.cp[i] == '.' ? 0 : run + 1;
    if (run > 63) return false;
  }
  return end - begin <= 253;
}

std::size_t query_end(const CodePoints& text, std::size_t at) {
  if (text.get(at) != '?') return at;
  std::size_t good = at;
  for (std::size_t k = at + 1; k < text.size() && is_query_char(text.cp[k]); ++k) {
    if (is_query_ending(text.cp[k])) good = k + 1;
  }
  return good;
}

std::size_t web_end(const CodePoints& text, std::size_t i) {
  const std::size_t host = scheme_end(text, i);
  if (host == i) return i;
  std::size_t end = domain_end(text, host, tld_in_use | tld_of_x);
  if (end == host || !labels_fit(text, host, end)) return i;
  if (text.get(end) == ':' && is_ascii_digit(text.get(end + 1))) {
    ++end;
    while (is_ascii_digit(text.get(end))) ++end;
  }
  if (text.get(end) == '/') end = path_end(text, end + 1, is_path_char, is_path_ending);
  return query_end(text, end);
}

// xmpp:room@server?join (RFC 5122) and magnet:?xt=…
std::size_t other_end(const CodePoints& text, std::size_t i) {
  if (matches(text, i, "magnet:?")) return query_end(text, i + 7);
  if (!matches(text, i, "xmpp:")) return i;
  std::size_t at = i + 5;
  const std::size_t node = at;
  while (at < text.size() && !is_white_space(text.cp[at]) && !in(text.cp[at], "@?/\"<>'&:")) ++at;
  if (text.get(at) != '@' || at == node) return i;
  const std::size_t end = domain_end(text, at + 1, tld_in_use | tld_of_x);
  if (end == at + 1) return i;
  at = text.get(end) == '/' ? path_end(text, end + 1, is_path_char, is_path_ending) : end;
  return query_end(text, at);
}

Entity make(EntityKind kind, const CodePoints& text, std::string_view raw, std::size_t begin,
            std::size_t end, std::size_t value_from) {
  return {kind, text.at[begin], text.at[end],
          std::string(raw.substr(text.at[value_from], text.at[end] - text.at[value_from]))};
}

std::vector<Entity> urls_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  if (raw.find(':') == std::string_view::npos) return out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    if (is_ascii_alpha(text.cp[i]) && (i == 0 || may_precede_url(text.cp[i - 1]))) {
      end = web_end(text, i);
      if (end == i) end = other_end(text, i);
    }
    if (end > i) out.push_back(make(EntityKind::url, text, raw, i, end, i));
    i = std::max(end, i + 1);
  }
  return out;
}

bool is_name_char(char32_t c) {
  return is_ascii_alnum(c) || c == '_';
}

std::vector<Entity> mentions_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.cp[i] != '@') continue;
    if (i > 0 && (is_word(text.cp[i - 1]) || text.cp[i - 1] == '=' || text.cp[i - 1] == '/'))
      continue;
    std::size_t end = i + 1;
    while (is_name_char(text.get(end)) || text.get(end) == '.' || text.get(end) == '-') ++end;
    while (end > i + 1 && !is_name_char(text.cp[end - 1])) --end;
    if (end == i + 1 || !is_name_char(text.cp[i + 1])) continue;
    if (text.get(end) == '@' && (is_word(text.get(end + 1)))) {
      std::size_t server = end + 1;
      while (is_word(text.get(server)) || text.get(server) == '.' || text.get(server) == '-')
        ++server;
      while (server > end + 1 && !is_word(text.cp[server - 1])) --server;
      end = server;
    }
    const char32_t after = text.get(end);
    if (after == '@' || after == 0xFF20 || is_latin_accent(after) || matches(text, end, "://"))
      continue;
    out.push_back(make(EntityKind::mention, text, raw, i, end, i + 1));
    i = end - 1;
  }
  return out;
}

bool is_separator(char32_t c) {
  return c == '_' || c == 0xB7 || c == 0x30FB || c == 0x200C;
}

// The end of a tag's name at `i`: it ends with a word character, and either holds a letter or
// separator between two word characters or, up to the first separator, a letter.
std::size_t tag_end(const CodePoints& text, std::size_t i) {
  if (!is_word(text.get(i))) return i;
  std::size_t end = i;
  while (end < text.size() && (is_word(text.cp[end]) || is_separator(text.cp[end]))) ++end;
  while (end > i && !is_word(text.cp[end - 1])) --end;
  for (std::size_t k = i + 1; k + 1 < end; ++k) {
    if (is_alphabetic(text.cp[k]) || is_separator(text.cp[k])) return end;
  }
  std::size_t plain = i;
  bool letter = false;
  for (; plain < text.size() && is_word(text.cp[plain]); ++plain)
    letter = letter || is_alphabetic(text.cp[plain]);
  return letter ? plain : i;
}

std::vector<Entity> tags_in(const CodePoints& text, std::string_view raw) {
  std::vector<Entity> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.cp[i] != '#' && text.cp[i] != 0xFF03) continue;
    if (i > 0) {
      const char32_t before = text.cp[i - 1];
      if (before == '=' || before == '/' || before == ')' || is_alphabetic(before) ||
          is_decimal(before))
        continue;
    }
    const std::size_t end = tag_end(text, i + 1);
    if (end == i + 1) continue;
    if (text.get(end) == '#' || text.get(end) == 0xFF03) continue;
    std::size_t stop = end;
    if (matches(text, end, "://")) {
      // "#tagshttp://…" is a tag and then an address.
      for (const std::string_view scheme : schemes) {
        if (end >= i + 2 + scheme.size() && matches(text, end - scheme.size(), scheme)) {
          stop = end - scheme.size();
          break;
        }
      }
    }
    out.push_back(make(EntityKind::hashtag, text, raw, i, stop, i + 1));
    i = end - 1;
  }
  return out;
}

void append(std::vector<Entity>& to, std::vector<Entity> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::vector<Entity> mastodon_urls(std::string_view text) {
  return urls_in(decode(text), text);
}

std::vector<Entity> mastodon_mentions(std::string_view text) {
  return mentions_in(decode(text), text);
}

std::vector<Entity> mastodon_hashtags(std::string_view text) {
  const CodePoints points = decode(text);
  std::vector<Entity> all = urls_in(points, text);
  append(all, tags_in(points, text));
  drop_overlaps(all);
  std::erase_if(all, [](const Entity& entity) { return entity.kind != EntityKind::hashtag; });
  return all;
}

std::vector<Entity> mastodon_entities(std::string_view text) {
  const CodePoints points = decode(text);
  std::vector<Entity> all = urls_in(points, text);
  append(all, tags_in(points, text));
  append(all, mentions_in(points, text));
  drop_overlaps(all);
  return all;
}

}  // namespace carillon
