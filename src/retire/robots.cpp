#include "retire/robots.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/digits.hpp"

namespace carillon {

namespace {

constexpr std::size_t rules_most = 10'000;
constexpr std::size_t stars_most = 20;  // of one rule; a rule with more is left out

bool is_unreserved(int code) {
  return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
         (code >= '0' && code <= '9') || code == '-' || code == '.' || code == '_' || code == '~';
}

// Section 2.2.2: what is not ASCII is escaped, an escape of an unreserved character is not, and all
// escapes are written in one way.
std::string comparable(std::string_view path) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  const auto escape = [&out](unsigned code) {
    out += '%';
    out += digits[code >> 4U];
    out += digits[code & 15U];
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto byte = static_cast<unsigned char>(path[i]);
    const bool whole = path[i] == '%' && i + 2 < path.size() && hex_digit(path[i + 1]) >= 0 &&
                       hex_digit(path[i + 2]) >= 0;
    if (whole) {
      const int code = hex_digit(path[i + 1]) * 16 + hex_digit(path[i + 2]);
      if (is_unreserved(code))
        out += static_cast<char>(code);
      else
        escape(static_cast<unsigned>(code));
      i += 2;
    } else if (byte >= 0x80) {
      escape(byte);
    } else {
      out += path[i];
    }
  }
  return out;
}

// Greedy from the left: each piece between stars at its first place, which is never worse.
bool matches(std::string_view rule, std::string_view path) {
  const bool anchored = rule.ends_with('$');
  if (anchored) rule.remove_suffix(1);
  std::size_t at = 0;
  bool first = true;
  while (true) {
    const auto star = rule.find('*');
    const std::string_view piece = rule.substr(0, star);
    if (first) {
      if (!path.starts_with(piece)) return false;
      at = piece.size();
    } else if (star == npos && anchored) {
      return path.size() >= at + piece.size() && path.ends_with(piece);
    } else {
      const auto found = path.find(piece, at);
      if (found == npos) return false;
      at = found + piece.size();
    }
    if (star == npos) return !anchored || at == path.size();
    rule.remove_prefix(star + 1);
    first = false;
  }
}

struct Line {
  std::string key;
  std::string_view value;
};

// "Disallow: /x # why" and what people write instead of it.
Line line_of(std::string_view text) {
  text = trim(text.substr(0, text.find('#')));
  const auto colon = text.find(':');
  if (colon == npos) return {};
  return {lower_ascii(trim(text.substr(0, colon))), trim(text.substr(colon + 1))};
}

// The letters a product token is made of; what stands behind them is a version.
std::string token_of(std::string_view name) {
  std::size_t end = 0;
  while (end < name.size() &&
         ((name[end] >= 'a' && name[end] <= 'z') || (name[end] >= 'A' && name[end] <= 'Z') ||
          name[end] == '-' || name[end] == '_'))
    ++end;
  return lower_ascii(name.substr(0, end));
}

Micros seconds_of(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || !std::isfinite(seconds) || seconds <= 0) return 0;
  return static_cast<Micros>(std::min(seconds, 86400.0) * static_cast<double>(second));
}

}  // namespace

Robots Robots::none() {
  Robots out;
  out.rules_.push_back({"/", false});
  return out;
}

Robots Robots::read(std::string_view text, std::string_view product) {
  text = text.substr(0, limits::robots_bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string own = lower_ascii(product);
  Robots ours;
  Robots everybody;
  bool named = false;   // some group names us
  bool for_us = false;  // the group at hand does
  bool for_all = false;
  bool in_names = false;  // the lines before were names too
  while (!text.empty()) {
    const auto end = text.find_first_of("\r\n");
    const auto [key, value] = line_of(text.substr(0, end));
    text.remove_prefix(end == npos ? text.size() : end + 1);
    if (key == "sitemap" && !value.empty() && ours.sitemaps_.size() < limits::sitemaps)
      ours.sitemaps_.emplace_back(value);
    if (key == "user-agent") {
      if (!in_names) for_us = for_all = false;
      in_names = true;
      for_all = for_all || value == "*";
      for_us = for_us || token_of(value) == own;
      named = named || for_us;
      continue;
    }
    const bool rule = key == "allow" || key == "disallow";
    const bool wait = key == "crawl-delay";
    if (rule || wait) in_names = false;
    for (Robots* group : {for_us ? &ours : nullptr, for_all ? &everybody : nullptr}) {
      if (group == nullptr) continue;
      if (wait) group->delay_ = std::max(group->delay_, seconds_of(value));
      const auto stars = static_cast<std::size_t>(std::count(value.begin(), value.end(), '*'));
      // An empty rule says nothing.
      if (rule && !value.empty() && stars <= stars_most && group->rules_.size() < rules_most)
        group->rules_.push_back({comparable(value), key == "allow"});
    }
  }
  if (named) return ours;
  everybody.sitemaps_ = std::move(ours.sitemaps_);
  return everybody;
}

bool Robots::allows(std::string_view target) const {
  if (target == "/robots.txt") return true;
  const std::string path = comparable(target);
  std::size_t longest = 0;
  bool allowed = true;
  for (const Rule& rule : rules_) {
    if (rule.path.size() < longest || !matches(rule.path, path)) continue;
    if (rule.path.size() > longest || rule.allow) allowed = rule.allow;
    longest = rule.path.size();
  }
  return allowed;
}

}  // namespace carillon
