#include <algorithm>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/graphemes.hpp"
#include "text/tlds.hpp"
#include "text/url_scan.hpp"

namespace carillon {

namespace {

constexpr std::size_t max_tag_graphemes = 64;
constexpr std::size_t max_ticker = 5;

// The white space of JavaScript's \s.
bool is_space(char32_t point) {
  return (is_white_space(point) && point != 0x85) || point == 0xFEFF;
}

bool is_space_at(std::string_view text, std::size_t at) {
  return is_space(code_point_at(text, at).value);
}

// Invisible characters that end a tag.
bool is_invisible(char32_t point) {
  return point == 0xAD || point == 0x2060 || (point >= 0x200A && point <= 0x200D) ||
         point == 0x20E2;
}

// Whether an entity may begin at `at`: at the start, after white space or, if `parenthesis`, "(",
// none of which the entity before, which ended at `from`, has used up.
bool may_begin(std::string_view text, std::size_t from, std::size_t at, bool parenthesis) {
  if (at == 0) return true;
  if (at == from) return false;
  const char32_t before = code_point_before(text, at).value;
  return is_space(before) || (parenthesis && before == '(');
}

std::string_view last_label(std::string_view domain) {
  const std::size_t dot = domain.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : domain.substr(dot + 1);
}

// Capitals make no top-level domain for Bluesky.
bool has_known_tld(std::string_view domain) {
  const std::string_view tld = last_label(domain);
  return !tld.empty() && lower_ascii(tld) == tld && !tld.starts_with("xn--") && is_tld(tld);
}

// The last place in (begin, end] where a word character and another kind meet, or `begin`.
std::size_t last_word_border(std::string_view text, std::size_t begin, std::size_t end) {
  for (; end > begin; --end) {
    const bool next = end < text.size() && is_handle_char(text[end]);
    if (is_handle_char(text[end - 1]) != next) return end;
  }
  return begin;
}

void find_mentions(std::string_view text, std::vector<Entity>& out) {
  std::size_t from = 0;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    if (!may_begin(text, from, at, true)) continue;
    std::size_t end = at + 1;
    while (end < text.size() && (is_ascii_alnum(text[end]) || text[end] == '.' || text[end] == '-'))
      ++end;
    end = last_word_border(text, at + 1, end);
    if (end == at + 1) continue;
    from = end;
    const std::string handle = slice(text, at + 1, end);
    if (has_known_tld(handle) || handle.ends_with(".test"))
      out.push_back({EntityKind::mention, at, end, handle});
  }
}

// End of "name.name…" of ASCII letters and digits at `at`, or `at`.
std::size_t bare_domain_end(std::string_view text, std::size_t at) {
  const auto run = [&](std::size_t from) {
    while (from < text.size() && is_ascii_alnum(text[from])) ++from;
    return from;
  };
  if (at >= text.size() || !is_ascii_alnum(text[at]) || is_ascii_digit(text[at])) return at;
  const std::size_t first = run(at);
  std::size_t end = first;
  while (end + 1 < text.size() && text[end] == '.' && is_ascii_alnum(text[end + 1]))
    end = run(end + 1);
  return end > first ? end : at;
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  for (CodePoint point = code_point_at(text, at); point.size != 0 && !is_space(point.value);
       point = code_point_at(text, at)) {
    at += point.size;
  }
  return at;
}

// One mark of punctuation at the end is not part of the address, nor is a ")" that closes nothing
// in it.
std::size_t without_ending(std::string_view text, std::size_t begin, std::size_t end) {
  if (std::string_view(".,;:!?").find(text[end - 1]) != std::string_view::npos) --end;
  const std::string_view url = text.substr(begin, end - begin);
  if (url.ends_with(')') && url.find('(') == std::string_view::npos) --end;
  return end;
}

bool may_begin_url(std::string_view text, std::size_t from, std::size_t at) {
  if (may_begin(text, from, at, true)) return true;
  const char32_t before = code_point_before(text, at).value;
  return before == '\n' || before == '\r' || before == 0x2028 || before == 0x2029;
}

void find_urls(std::string_view text, std::vector<Entity>& out) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (!is_ascii_alnum(point.value) || !may_begin_url(text, from, at)) {
      at += point.size;
      continue;
    }
    const std::string head = lower_ascii(text.substr(at, 9));
    const std::size_t scheme =
        head.starts_with("https://") ? 8 : (head.starts_with("http://") ? 7 : 0);
    const bool full = scheme != 0 && at + scheme < text.size() && !is_space_at(text, at + scheme);
    const std::size_t domain = full ? at : bare_domain_end(text, at);
    if (!full && domain == at) {
      at += point.size;
      continue;
    }
    const std::size_t whole = end_of_word(text, at);
    // Bluesky knows a scheme in small letters only.
    const bool link =
        full ? text.substr(at, 4) == "http" : has_known_tld(text.substr(at, domain - at));
    if (link) {
      const std::size_t end = without_ending(text, at, whole);
      const std::string address = slice(text, at, end);
      out.push_back({EntityKind::url, at, end, full ? address : "https://" + address});
    }
    from = at = whole;
  }
}

// What remains of a tag without the punctuation at its end.
std::size_t without_punctuation(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin) {
    const CodePoint last = code_point_before(text, end);
    if (!is_punctuation(last.value)) break;
    end -= last.size;
  }
  return end;
}

void find_tags(std::string_view text, std::vector<Entity>& out) {
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint sign = code_point_at(text, at);
    const std::size_t name = at + sign.size;
    if ((sign.value != '#' && sign.value != 0xFF03) || !may_begin(text, from, at, false)) {
      at = name;
      continue;
    }
    bool wordy = false;
    std::size_t end = name;
    for (CodePoint point = code_point_at(text, end);
         point.size != 0 && !is_space(point.value) && !is_invisible(point.value);
         point = code_point_at(text, end)) {
      const bool digit = is_ascii_digit(point.value);
      wordy = wordy || (!digit && !is_punctuation(point.value));
      end += point.size;
    }
    const bool keycap = code_point_at(text, name).value == 0xFE0F;
    from = at = wordy && !keycap ? end : name;
    if (!wordy || keycap) continue;
    end = without_punctuation(text, name, end);
    if (count_graphemes(text.substr(name, end - name)) > max_tag_graphemes) continue;
    out.push_back({EntityKind::hashtag, name - sign.size, end, slice(text, name, end)});
  }
}

bool ends_cashtag(std::string_view text, std::size_t at) {
  const CodePoint next = code_point_at(text, at);
  return next.size == 0 || is_space(next.value) || one_of(U".,;:!?)\"'\u2019", next.value);
}

void find_cashtags(std::string_view text, std::vector<Entity>& out) {
  std::size_t from = 0;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    if (!may_begin(text, from, at, true)) continue;
    std::size_t end = at + 1;
    while (end < text.size() && is_ascii_alnum(text[end])) ++end;
    const std::size_t size = end - at - 1;
    if (size == 0 || size > max_ticker || is_ascii_digit(text[at + 1]) || !ends_cashtag(text, end))
      continue;
    from = end;
    std::string ticker = slice(text, at + 1, end);
    std::transform(ticker.begin(), ticker.end(), ticker.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    out.push_back({EntityKind::cashtag, at, end, std::move(ticker)});
  }
}

}  // namespace

std::vector<Entity> bluesky_entities(std::string_view text) {
  std::vector<Entity> all;
  find_mentions(text, all);
  find_urls(text, all);
  find_tags(text, all);
  find_cashtags(text, all);
  drop_overlaps(all);
  return all;
}

}  // namespace carillon
