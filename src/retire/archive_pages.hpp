// The past as pages: one a day, with its threads whole, and lists by month and year above them.
// Pure. Everything is escaped by the HTML builder; no page has a script.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/html.hpp"
#include "retire/archive_store.hpp"

namespace carillon {

// A page before the organisation's frame (header, navigation, footer) stands around it.
struct PastPage {
  std::string path;  // below the organisation's url: "/past/x/example_org/2023/05/17/"
  std::string title;
  std::string description;
  Html main;
  Micros modified = 0;
};

// Puts the frame around a page: the whole document.
using PastFrame = std::function<std::string(const PastPage&)>;

// Where the pages stand.
struct PastPlace {
  std::string origin;  // "https://example.org"
  std::string prefix;  // of the organisation's url: "" or "/news"
  std::string at;      // "/past/"
  std::string organisation;
  [[nodiscard]] std::string local(const std::string& path) const { return prefix + path; }
  [[nodiscard]] std::string absolute(const std::string& path) const {
    return origin + prefix + path;
  }
};

struct PastShown {
  PastRow row;
  std::vector<PastMediaRow> media;
};

// A number of something with the path of its page: a month of a year, a day, a post.
struct PastLine {
  std::string path;
  std::string text;
  Micros at = 0;
};

// Turns an address in a text into one that stays on this site, where it leads to a post we have.
using PastResolve = std::function<std::optional<std::string>(std::string_view address)>;

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

// The beginning of a text, on one line.
[[nodiscard]] std::string past_excerpt(std::string_view text, std::size_t bytes);

// One post, with its media, alt texts and original address.
[[nodiscard]] Html past_article(const PastPlace& place, const PastAccountRow& account,
                                const PastShown& shown, const PastResolve& resolve);
// The text alone, with links.
[[nodiscard]] Html past_text(std::string_view text, const PastResolve& resolve);

[[nodiscard]] PastPage day_page(const PastPlace& place, const PastAccountRow& account,
                                const std::vector<PastShown>& shown, const PastResolve& resolve);
// A page of lines under one heading: a month, a year, an account, all accounts. `up` is the page
// above it; an empty path leaves it out.
[[nodiscard]] PastPage list_page(const PastPlace& place, std::string path, std::string title,
                                 const PastLine& up, const std::vector<PastLine>& lines);

}  // namespace carillon
