// Where the pages of the past stand, and what they are called. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "retire/archive_store.hpp"

namespace carillon {

// A page before the organisation's frame (header, navigation, footer) stands around it.
struct PastPage {
  std::string path;  // below the organisation's url: "/past/x/example_org/2023/05/17/"
  std::string title;
  std::string description;
  std::string main;  // HTML
  Micros modified = 0;
  bool listed = true;  // search engines may show it
};

// Puts the frame around a page: the whole document.
using PastFrame = std::function<std::string(const PastPage&)>;

// Where the pages stand.
struct PastPlace {
  std::string origin;  // "https://example.org"
  std::string prefix;  // of the organisation's url: "" or "/news"
  std::string at;      // "/past/"
  std::string organisation;
  bool served = false;  // somebody answers a search
  [[nodiscard]] std::string local(const std::string& path) const { return prefix + path; }
  [[nodiscard]] std::string absolute(const std::string& path) const {
    return origin + prefix + path;
  }
};

[[nodiscard]] std::string account_path(const PastPlace& place, const PastAccountRow& account);
// Of the year, month and day of a moment (UTC).
[[nodiscard]] std::string year_path(const PastPlace&, const PastAccountRow&, Micros at);
[[nodiscard]] std::string month_path(const PastPlace&, const PastAccountRow&, Micros at);
[[nodiscard]] std::string day_path(const PastPlace&, const PastAccountRow&, Micros at);
// Where a post is: the page of the day on which its thread began, at the post.
[[nodiscard]] std::string post_path_of(const PastPlace&, const PastAccountRow&, const PastRow&);

[[nodiscard]] std::string long_day(Micros at);                          // "17 May 2023"
[[nodiscard]] std::string month_of(Micros at);                          // "May 2023"
[[nodiscard]] std::string year_name(Micros at);                         // "2023"
[[nodiscard]] std::string account_name(const PastAccountRow& account);  // "@example_org on X"
// Where the platform had a post.
[[nodiscard]] std::string original_address(const PastAccountRow& account, std::string_view id);
// The id of the account's post that was at such an address; nothing for others.
[[nodiscard]] std::optional<std::string> original_of(const PastAccountRow& account,
                                                     std::string_view address);

}  // namespace carillon
