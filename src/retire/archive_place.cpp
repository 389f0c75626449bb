#include "retire/archive_place.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/bytes.hpp"
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

constexpr std::string_view bluesky_repost = "repost/";

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
  const auto date = date_of(at);
  return fmt::format(FMT_COMPILE("{}{:04}/{:02}/"), account_path(place, account), int(date.year()),
                     unsigned(date.month()));
}

std::string day_path(const PastPlace& place, const PastAccountRow& account, Micros at) {
  const auto date = date_of(at);
  return fmt::format(FMT_COMPILE("{}{:04}/{:02}/{:02}/"), account_path(place, account),
                     int(date.year()), unsigned(date.month()), unsigned(date.day()));
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
  // A Bluesky account whose handle nobody said: its DID is no name for people.
  if (account.handle == account.original && !account.name.empty())
    return fmt::format("{} on {}", account.name, platform_title(account.platform));
  return fmt::format("@{} on {}", account.handle, platform_title(account.platform));
}

std::string original_address(const PastAccountRow& account, std::string_view id) {
  if (account.platform == "mastodon") {
    const auto at = account.handle.find('@');
    return fmt::format("https://{}/@{}/{}", account.handle.substr(at + 1),
                       account.handle.substr(0, at), id);
  }
  if (account.platform != "bluesky") return x_address(account.handle, id);
  if (id.starts_with(bluesky_repost))
    return fmt::format("at://{}/app.bsky.feed.{}", account.original, id);
  // By the DID, for an address by a handle ends with the handle.
  return fmt::format("https://bsky.app/profile/{}/post/{}", account.original, id);
}

std::optional<std::string> original_of(const PastAccountRow& account, std::string_view address) {
  const std::string sign = account.platform == "x"         ? "/status/"
                           : account.platform == "bluesky" ? "/post/"
                                                           : "/@";
  const auto at = address.find(sign);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view id = address.substr(at + sign.size());
  id = id.substr(0, id.find_first_of("?#"));
  while (id.ends_with('/')) id.remove_suffix(1);
  const std::string_view before = address.substr(0, at);
  const std::string owner = lower_ascii(before.substr(before.rfind('/') + 1));
  bool own = owner == lower_ascii(account.handle) || owner == account.original;
  if (account.platform == "mastodon") {  // host/@user/123
    const auto slash = id.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    own = lower_ascii(fmt::format("{}@{}", id.substr(0, slash), owner)) ==
          lower_ascii(account.handle);
    id.remove_prefix(slash + 1);
  }
  // ".../status/123/photo/1"
  id = id.substr(0, id.find('/'));
  return own && !id.empty() ? std::optional(std::string(id)) : std::nullopt;
}

}  // namespace carillon
