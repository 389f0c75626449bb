#include "text/atproto.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

constexpr std::size_t max_domain = 253;
constexpr std::size_t max_label = 63;
constexpr std::size_t max_did = 2048;
constexpr std::size_t max_uri = 8192;
constexpr std::size_t max_record_key = 512;
constexpr std::size_t max_datetime = 64;

template <typename Test>
bool all(std::string_view text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

bool has(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

bool is_alpha(char c) {
  return is_ascii_alpha(c);
}
bool is_digit(char c) {
  return is_ascii_digit(c);
}
bool is_alnum(char c) {
  return is_ascii_alnum(c);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= max_label && is_alnum(label.front()) &&
         is_alnum(label.back()) && all(label, [](char c) { return is_alnum(c) || c == '-'; });
}

// The number that `count` digits at `at` make, or -1.
int number_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (!is_digit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

bool between(int value, int low, int high) {
  return value >= low && value <= high;
}

int days_in(int year, int month) {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

struct Offset {
  bool sound = false;
  int minutes = 0;
};

Offset offset_of(std::string_view zone) {
  if (zone == "Z") return {true, 0};
  if (zone.size() != 6 || !has("+-", zone[0]) || zone[3] != ':' || zone == "-00:00") return {};
  const int hours = number_at(zone, 1, 2);
  const int minutes = number_at(zone, 4, 2);
  if (!between(hours, 0, 23) || !between(minutes, 0, 59)) return {};
  return {true, (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes)};
}

// The subtags of BCP 47 one by one.
class Subtags {
 public:
  explicit Subtags(std::string_view text) : tags_(split(lower_ascii(text), '-')) {}

  [[nodiscard]] bool done() const { return next_ == tags_.size(); }
  template <typename Test>
  bool take(Test test) {
    if (done() || !test(tags_[next_])) return false;
    ++next_;
    return true;
  }
  [[nodiscard]] const std::string& last() const { return tags_[next_ - 1]; }

 private:
  std::vector<std::string> tags_;
  std::size_t next_ = 0;
};

bool letters(const std::string& tag, std::size_t size) {
  return tag.size() == size && all(tag, is_alpha);
}

bool is_plain(const std::string& tag, std::size_t low) {
  return tag.size() >= low && tag.size() <= 8 && all(tag, is_alnum);
}

bool is_region(const std::string& tag) {
  return letters(tag, 2) || (tag.size() == 3 && all(tag, is_digit));
}

bool is_variant(const std::string& tag) {
  return is_plain(tag, 5) || (tag.size() == 4 && is_digit(tag[0]) && all(tag, is_alnum));
}

bool take_private_use(Subtags& tags) {
  if (!tags.take([](const std::string& tag) { return tag == "x"; })) return true;
  std::size_t count = 0;
  while (tags.take([](const std::string& tag) { return is_plain(tag, 1); })) ++count;
  return count > 0;
}

bool take_extensions(Subtags& tags) {
  std::set<std::string> seen;
  while (tags.take(
      [](const std::string& tag) { return tag.size() == 1 && is_alnum(tag[0]) && tag != "x"; })) {
    if (!seen.insert(tags.last()).second) return false;
    if (!tags.take([](const std::string& tag) { return is_plain(tag, 2); })) return false;
    while (tags.take([](const std::string& tag) { return is_plain(tag, 2); })) continue;
  }
  return true;
}

// RFC 5646 section 2.1, "irregular": registered before there was a grammar.
constexpr std::array<std::string_view, 17> irregular{
    "en-gb-oed", "i-ami", "i-bnn",     "i-default", "i-enochian", "i-hak",
    "i-klingon", "i-lux", "i-mingo",   "i-navajo",  "i-pwn",      "i-tao",
    "i-tay",     "i-tsu", "sgn-be-fr", "sgn-be-nl", "sgn-ch-de"};

}  // namespace

bool is_handle(std::string_view text) {
  if (text.size() > max_domain) return false;
  const std::vector<std::string> labels = split(text, '.');
  return labels.size() >= 2 && all(labels.back().substr(0, 1), is_alpha) &&
         std::all_of(labels.begin(), labels.end(), is_label);
}

bool is_did(std::string_view text) {
  if (text.size() > max_did || !text.starts_with("did:")) return false;
  const std::string_view rest = text.substr(4);
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view id = rest.substr(colon + 1);
  return all(rest.substr(0, colon), [](char c) { return c >= 'a' && c <= 'z'; }) && !id.empty() &&
         !has(":%", id.back()) && all(id, [](char c) { return is_alnum(c) || has("._:%-", c); });
}

bool is_at_identifier(std::string_view text) {
  return is_handle(text) || is_did(text);
}

bool is_at_uri(std::string_view text) {
  constexpr std::string_view scheme = "at://";
  if (text.size() > max_uri || !text.starts_with(scheme)) return false;
  const std::vector<std::string> parts = split(text.substr(scheme.size()), '/');
  return parts.size() <= 3 && is_at_identifier(parts[0]) &&
         (parts.size() < 2 || is_nsid(parts[1])) && (parts.size() < 3 || is_record_key(parts[2]));
}

bool is_nsid(std::string_view text) {
  const std::vector<std::string> labels = split(text, '.');
  if (labels.size() < 3 || text.size() > max_domain + 1 + max_label) return false;
  const std::string& name = labels.back();
  return all(labels[0].substr(0, 1), is_alpha) &&
         std::all_of(labels.begin(), labels.end(), is_label) && is_alpha(name[0]) &&
         all(name, is_alnum);
}

bool is_record_key(std::string_view text) {
  return !text.empty() && text.size() <= max_record_key && text != "." && text != ".." &&
         all(text, [](char c) { return is_alnum(c) || has("_~.:-", c); });
}

bool is_datetime(std::string_view text) {
  if (text.size() > max_datetime || text.size() < 20) return false;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return false;
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  const int day = number_at(text, 8, 2);
  const int hour = number_at(text, 11, 2);
  const int minute = number_at(text, 14, 2);
  const int second = number_at(text, 17, 2);
  std::size_t zone = 19;
  if (text[zone] == '.') {
    ++zone;
    while (zone < text.size() && is_digit(text[zone])) ++zone;
    if (zone == 20) return false;
  }
  const Offset offset = offset_of(text.substr(zone));
  if (!offset.sound || year < 0 || !between(month, 1, 12) ||
      !between(day, 1, days_in(year, month)) || !between(hour, 0, 23) || !between(minute, 0, 59) ||
      !between(second, 0, 59))
    return false;
  const bool first_day = year == 0 && month == 1 && day == 1;
  return !first_day || hour * 60 + minute >= offset.minutes;
}

bool is_language(std::string_view text) {
  const std::string lower = lower_ascii(text);
  if (std::find(irregular.begin(), irregular.end(), lower) != irregular.end()) return true;
  Subtags tags(text);
  if (lower.starts_with("x-")) return take_private_use(tags) && tags.done();
  const std::string_view primary = text.substr(0, text.find('-'));
  if (primary != lower_ascii(primary)) return false;
  if (!tags.take([](const std::string& tag) { return letters(tag, 2) || letters(tag, 3); }))
    return false;
  for (int i = 0; i < 3; ++i) {
    if (!tags.take([](const std::string& tag) { return letters(tag, 3); })) break;
  }
  tags.take([](const std::string& tag) { return letters(tag, 4); });
  tags.take(is_region);
  std::set<std::string> variants;
  while (tags.take(is_variant)) {
    if (!variants.insert(tags.last()).second) return false;
  }
  return take_extensions(tags) && take_private_use(tags) && tags.done();
}

bool is_cid(std::string_view text) {
  // "Qm…" is version 0.
  return text.size() >= 8 && text.size() <= 256 && !(text.starts_with("Qm") && text.size() == 46) &&
         all(text, [](char c) { return is_alnum(c) || has("+=", c); });
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.size() > max_uri) return false;
  const std::string_view scheme = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  return !scheme.empty() && is_alpha(scheme[0]) && !rest.empty() &&
         all(scheme, [](char c) { return is_alnum(c) || has("+.-", c); }) &&
         all(rest, [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace carillon
