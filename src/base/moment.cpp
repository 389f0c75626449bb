#include "base/moment.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>

namespace carillon {

namespace {

using Days = std::chrono::sys_days;

struct Civil {
  int year;
  unsigned month;
  unsigned day;
  int hour;
  int minute;
  int second;
  int micros;
  unsigned weekday;
};

Civil civil(Micros at) {
  Micros of_day = at % day;
  if (of_day < 0) of_day += day;
  const Days date{std::chrono::days{(at - of_day) / day}};
  const std::chrono::year_month_day ymd{date};
  const auto seconds = static_cast<int>(of_day / second);
  return {int(ymd.year()),      unsigned(ymd.month()),
          unsigned(ymd.day()),  seconds / 3600,
          seconds / 60 % 60,    seconds % 60,
          int(of_day % second), std::chrono::weekday{date}.c_encoding()};
}

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Takes exactly `count` digits off the front.
bool digits(std::string_view& text, std::size_t count, int& out) {
  if (text.size() < count) return false;
  const auto [at, error] = std::from_chars(text.data(), text.data() + count, out);
  if (error != std::errc{} || at != text.data() + count || text[0] == '-') return false;
  text.remove_prefix(count);
  return true;
}

bool literal(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Micros> assemble(int year, int month, int day_of_month, int h, int m, int s) {
  const std::chrono::year_month_day ymd{std::chrono::year{year},
                                        std::chrono::month{static_cast<unsigned>(month)},
                                        std::chrono::day{static_cast<unsigned>(day_of_month)}};
  if (!ymd.ok() || h > 23 || m > 59 || s > 60) return std::nullopt;
  return Days{ymd}.time_since_epoch().count() * day + h * hour + m * minute + s * second;
}

Micros fraction(std::string_view& text) {
  Micros unit = second;
  Micros out = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    unit /= 10;
    out += (text[0] - '0') * unit;
    text.remove_prefix(1);
  }
  return out;
}

std::optional<Micros> parse_rfc3339(std::string_view text) {
  int year = 0;
  int month = 0;
  int mday = 0;
  int h = 0;
  int m = 0;
  int s = 0;
  if (!digits(text, 4, year) || !literal(text, "-") || !digits(text, 2, month) ||
      !literal(text, "-") || !digits(text, 2, mday) || !literal(text, "Tt ") ||
      !digits(text, 2, h) || !literal(text, ":") || !digits(text, 2, m) || !literal(text, ":") ||
      !digits(text, 2, s))
    return std::nullopt;
  auto at = assemble(year, month, mday, h, m, s);
  if (!at) return std::nullopt;
  if (literal(text, ".")) *at += fraction(text);
  if (literal(text, "Zz")) return text.empty() ? at : std::nullopt;
  const bool west = !text.empty() && text[0] == '-';
  int offset_h = 0;
  int offset_m = 0;
  if (!literal(text, "+-") || !digits(text, 2, offset_h) || !literal(text, ":") ||
      !digits(text, 2, offset_m) || !text.empty())
    return std::nullopt;
  const Micros offset = offset_h * hour + offset_m * minute;
  return *at + (west ? offset : -offset);
}

std::optional<Micros> parse_http(std::string_view text) {
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  text.remove_prefix(5);
  int mday = 0;
  int year = 0;
  int h = 0;
  int m = 0;
  int s = 0;
  if (!digits(text, 2, mday) || !literal(text, " ")) return std::nullopt;
  int month = 0;
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (text.starts_with(months[i])) month = static_cast<int>(i) + 1;
  }
  text.remove_prefix(3);
  if (!literal(text, " ") || !digits(text, 4, year) || !literal(text, " ") || !digits(text, 2, h) ||
      !literal(text, ":") || !digits(text, 2, m) || !literal(text, ":") || !digits(text, 2, s))
    return std::nullopt;
  return assemble(year, month, mday, h, m, s);
}

}  // namespace

std::string iso_time(Micros at) {
  const Civil c = civil(at);
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z"), c.year, c.month, c.day,
                     c.hour, c.minute, c.second);
}

std::string iso_time_millis(Micros at) {
  const Civil c = civil(at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", c.year, c.month, c.day, c.hour,
                     c.minute, c.second, c.micros / 1000);
}

std::string http_time(Micros at) {
  const Civil c = civil(at);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdays[c.weekday], c.day,
                     months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

std::optional<Micros> parse_time(std::string_view text) {
  if (auto at = parse_rfc3339(text)) return at;
  return parse_http(text);
}

std::string day_of(Micros at) {
  return iso_time(at).substr(0, 10);
}

std::optional<Micros> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  return parse_time(std::string(text) + "T00:00:00Z");
}

}  // namespace carillon
