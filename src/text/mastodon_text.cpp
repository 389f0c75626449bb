#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/url_scan.hpp"

namespace carillon {

namespace {

constexpr std::size_t max_host = 253;  // characters of a host name
constexpr std::u32string_view separators = U"_\u00b7\u30fb\u200c";

bool in_path(char32_t point) {
  return !is_white_space(point) && !one_of(U"<>()?", point);
}

bool ends_path(char32_t point) {
  return !is_white_space(point) && !one_of(U"()?!*\"'\u300c\u300d<>;:=,.$%[]~&|@", point);
}

// The characters outside ASCII that an IRI may hold (RFC 3987, ucschar and iprivate).
bool is_iri_char(char32_t point) {
  if (point < 0xA0 || (point >= 0xD800 && point <= 0xDFFF)) return false;
  if (point >= 0xFDD0 && point <= 0xFDEF) return false;
  if (point >= 0xE0000 && point < 0xE1000) return false;
  return point <= 0xFFEF || (point >= 0x10000 && (point & 0xFFFFU) <= 0xFFFD);
}

bool in_query(char32_t point) {
  return is_ascii_alnum(point) || one_of(U"!?*'();:&=+$/%#[]-_.,~|@^", point) || is_iri_char(point);
}

bool ends_query(char32_t point) {
  return is_ascii_alnum(point) || one_of(U"_&=#/-", point) || is_iri_char(point);
}

constexpr std::array<std::string_view, 9> schemes{"https://", "http://",   "dat://",
                                                  "dweb://",  "ipfs://",   "ipns://",
                                                  "ssb://",   "gopher://", "gemini://"};
const UrlRules url_rules{schemes, false, in_path, ends_path, in_query, ends_query};

bool is_user_char(char32_t point) {
  return is_ascii_alnum(point) || point == '_';
}

// End of runs of `member` joined by dots and hyphens, or `at`.
std::size_t dotted_end(std::string_view text, std::size_t at, bool (*member)(char32_t)) {
  std::size_t end = run_end(text, at, member);
  if (end == at) return at;
  for (;;) {
    std::size_t next = end;
    while (next < text.size() && (text[next] == '.' || text[next] == '-')) ++next;
    const std::size_t run = next > end ? run_end(text, next, member) : next;
    if (run == next) return end;
    end = run;
  }
}

std::size_t count_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += code_point_at(text, at).size;
  return count;
}

bool spoils_mention(std::string_view after) {
  const char32_t next = code_point_at(after, 0).value;
  return next == '@' || next == 0xFF20 || is_accented_latin(next) || after.starts_with("://");
}

bool is_separator(char32_t point) {
  return one_of(separators, point);
}

bool is_word_or_separator(char32_t point) {
  return is_word(point) || is_separator(point);
}

// End of the tag that begins at `at`, or `at`. A tag may hold separators inside when a letter or a
// separator stands between its first and last character; else it is one word with a letter.
std::size_t tag_end(std::string_view text, std::size_t at) {
  const CodePoint first = code_point_at(text, at);
  if (first.size == 0 || !is_word(first.value)) return at;
  std::size_t last = at;   // begin of the last word character of the run
  std::size_t middle = 0;  // begin of the first letter or separator after the first character
  std::size_t word_end = 0;
  bool letter = false;
  for (std::size_t next = at;;) {
    const CodePoint point = code_point_at(text, next);
    const bool inside = point.size != 0 && is_word_or_separator(point.value);
    if ((!inside || !is_word(point.value)) && word_end == 0) word_end = next;
    if (!inside) break;
    if (is_word(point.value)) last = next;
    if (word_end == 0 && is_alphabetic(point.value)) letter = true;
    if (next > at && middle == 0 && (is_alphabetic(point.value) || is_separator(point.value)))
      middle = next;
    next += point.size;
  }
  if (middle != 0 && middle < last) return last + code_point_at(text, last).size;
  return letter ? word_end : at;
}

bool may_precede_hashtag(char32_t point) {
  return point != '=' && point != '/' && point != ')' && !is_alphabetic(point) &&
         !is_decimal(point);
}

bool is_unreserved(char32_t point) {
  return is_ascii_alnum(point) || one_of(U"-._~", point) || (point >= 0x400 && point <= 0x4FF);
}

// End of characters of a URI that are unreserved, percent-encoded or in `others`.
std::size_t uri_part_end(std::string_view text, std::size_t at, std::u32string_view others) {
  const auto is_hex = [&](std::size_t i) {
    const char c = i < text.size() ? text[i] : ' ';
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
  };
  for (CodePoint point = code_point_at(text, at); point.size != 0;
       point = code_point_at(text, at)) {
    if (is_unreserved(point.value) || one_of(others, point.value)) {
      at += point.size;
    } else if (point.value == '%' && is_hex(at + 1) && is_hex(at + 2)) {
      at += 3;
    } else {
      break;
    }
  }
  return at;
}

// "name@" at `at`; its end, or `at`.
std::size_t node_end(std::string_view text, std::size_t at) {
  const std::size_t end = uri_part_end(text, at, U"!$()*+,;=");
  return end > at && end < text.size() && text[end] == '@' ? end + 1 : at;
}

// End of the address after "xmpp:", or 0 (RFC 5122).
std::size_t xmpp_end(std::string_view text, std::size_t at) {
  if (text.substr(at).starts_with("//")) {
    const std::size_t node = node_end(text, at + 2);
    const std::size_t host = node > at + 2 ? domain_end(text, node) : 0;
    if (host != 0 && host < text.size() && text[host] == '/') at = host + 1;
  }
  std::size_t end = domain_end(text, node_end(text, at));
  if (end == 0) end = domain_end(text, at);
  if (end == 0) return 0;
  if (end < text.size() && text[end] == '/') {
    const std::size_t resource = uri_part_end(text, end + 1, U"!$&'()*+,;=");
    if (resource > end + 1) end = resource;
  }
  return query_end(text, end, url_rules);
}

// xmpp: and magnet: addresses.
std::vector<Entity> other_uris_in(std::string_view text) {
  std::vector<Entity> out;
  std::size_t at = 0;
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', std::max(at, colon + 1))) {
    for (const std::string_view scheme : {"xmpp:", "magnet:"}) {
      const std::size_t size = scheme.size();
      if (colon + 1 < at + size || lower_ascii(text.substr(colon + 1 - size, size)) != scheme)
        continue;
      const std::size_t begin = colon + 1 - size;
      if (begin > 0 && (begin == at || !may_precede_url(code_point_before(text, begin).value)))
        continue;
      const std::size_t end =
          size == 5 ? xmpp_end(text, colon + 1) : query_end(text, colon + 1, url_rules);
      if (end == 0 || end == colon + 1) continue;
      out.push_back({EntityKind::url, begin, end, slice(text, begin, end)});
      at = end;
    }
  }
  return out;
}

// Without regard to URLs, whose fragments look like tags.
std::vector<Entity> tags_in(std::string_view text) {
  std::vector<Entity> out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint sign = code_point_at(text, at);
    const std::size_t name = at + sign.size;
    const bool hash = sign.value == '#' || sign.value == 0xFF03;
    const bool clear = hash && (at == 0 || may_precede_hashtag(code_point_before(text, at).value));
    std::size_t end = clear ? tag_end(text, name) : name;
    if (end == name) {
      at = name;
      continue;
    }
    const std::size_t resume = end;
    if (text.substr(end).starts_with("://")) {
      // "#taghttp://…": the scheme belongs to the address that follows.
      const std::string tag = lower_ascii(text.substr(name, end - name));
      for (const std::string_view scheme : {"https", "http"}) {
        if (!tag.ends_with(scheme) || tag.size() == scheme.size()) continue;
        end -= scheme.size();
        break;
      }
    }
    out.push_back({EntityKind::hashtag, at, end, slice(text, name, end)});
    at = resume;
  }
  return out;
}

}  // namespace

std::vector<Entity> mastodon_urls(std::string_view text) {
  std::vector<Entity> out;
  for (const UrlSpan& span : find_urls(text, url_rules)) {
    out.push_back({EntityKind::url, span.begin, span.end, slice(text, span.begin, span.end)});
  }
  return out;
}

std::vector<Entity> mastodon_mentions(std::string_view text) {
  std::vector<Entity> out;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at)) {
    const char32_t before = code_point_before(text, at).value;
    const std::size_t name = at + 1;
    std::size_t end = dotted_end(text, name, is_user_char);
    if (end == name || (at > 0 && (before == '=' || before == '/' || is_word(before)))) {
      at = name;
      continue;
    }
    std::size_t host_size = 0;
    if (end < text.size() && text[end] == '@') {
      const std::size_t host = end + 1;
      const std::size_t host_end = dotted_end(text, host, is_word);
      if (host_end > host) {
        host_size = count_points(text.substr(host, host_end - host));
        end = host_end;
      }
    }
    if (!spoils_mention(text.substr(end)) && host_size <= max_host)
      out.push_back({EntityKind::mention, at, end, slice(text, name, end)});
    at = end;
  }
  return out;
}

std::vector<Entity> mastodon_hashtags(std::string_view text) {
  std::vector<Entity> all = mastodon_urls(text);
  for (Entity& tag : tags_in(text)) all.push_back(std::move(tag));
  drop_overlaps(all);
  std::erase_if(all, [](const Entity& entity) { return entity.kind != EntityKind::hashtag; });
  return all;
}

std::vector<Entity> mastodon_entities(std::string_view text) {
  std::vector<Entity> all = mastodon_urls(text);
  for (const auto find : {tags_in, mastodon_mentions, other_uris_in}) {
    for (Entity& entity : find(text)) all.push_back(std::move(entity));
  }
  drop_overlaps(all);
  return all;
}

}  // namespace carillon
