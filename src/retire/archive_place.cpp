#include "retire/archive_place.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "retire/archive_media.hpp"
#include "retire/archive_x.hpp"

namespace carillon {

namespace {

constexpr std::array<const char*, 12> months{"January",   "February", "March",    "April",
                                             "May",       "June",     "July",     "August",
                                             "September", "October",  "November", "December"};

std::chrono::year_month_day date_of(Micros at) {
  return std::chrono::sys_days{
      std::chrono::floor<std::chrono::days>(std::chrono::microseconds{at})};
}

const char* month_word(Micros at) {
  return months.at(unsigned(date_of(at).month()) - 1);
}

std::string_view platform_title(std::string_view platform) {
  if (platform == "x") return "X";
  if (platform == "mastodon") return "Mastodon";
  return platform == "bluesky" ? "Bluesky" : platform;
}

}  // namespace

std::string account_path(const PastPlace& place, const PastAccountRow& account) {
  return fmt::format("{}{}/{}/", place.at, account.platform, plain_segment(account.handle));
}

std::string year_path(const PastPlace& place, const PastAccountRow& account, Micros at) {
  return fmt::format("{}{:04}/", account_path(place, account), int(date_of(at).year()));
}

std::string month_path(const PastPlace& place, const PastAccountRow& account, Micros at) {
  return fmt::format("{}{:02}/", year_path(place, account, at), unsigned(date_of(at).month()));
}

std::string day_path(const PastPlace& place, const PastAccountRow& account, Micros at) {
  return fmt::format("{}{:02}/", month_path(place, account, at), unsigned(date_of(at).day()));
}

std::string post_path_of(const PastPlace& place, const PastAccountRow& account,
                         const PastRow& row) {
  return fmt::format("{}#p{}", day_path(place, account, past_time(row.thread)),
                     plain_segment(row.original));
}

std::string long_day(Micros at) {
  return fmt::format("{} {} {}", unsigned(date_of(at).day()), month_word(at),
                     int(date_of(at).year()));
}

std::string month_of(Micros at) {
  return fmt::format("{} {}", month_word(at), int(date_of(at).year()));
}

std::string year_name(Micros at) {
  return fmt::format("{}", int(date_of(at).year()));
}

std::string account_name(const PastAccountRow& account) {
  return fmt::format("@{} on {}", account.handle, platform_title(account.platform));
}

std::string original_address(const PastAccountRow& account, std::string_view id) {
  if (account.platform == "mastodon") {
    const auto at = account.handle.find('@');
    return fmt::format("https://{}/@{}/{}", account.handle.substr(at + 1),
                       account.handle.substr(0, at), id);
  }
  return x_address(account.handle, id);
}

}  // namespace carillon
