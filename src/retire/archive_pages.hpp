// The past as pages: one a day, with its threads whole, and lists by month and year above them.
// Pure. Everything is escaped by the HTML builder; no page has a script.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/html.hpp"
#include "retire/archive_place.hpp"

namespace carillon {

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

// The lines that lists are made of.
[[nodiscard]] PastLine account_line(const PastPlace& place, const PastAccountRow& account);
[[nodiscard]] PastLine year_line(const PastPlace&, const PastAccountRow&, Micros at,
                                 std::int64_t threads);
[[nodiscard]] PastLine month_line(const PastPlace&, const PastAccountRow&, Micros at,
                                  std::int64_t threads);
[[nodiscard]] PastLine post_line(const PastPlace&, const PastAccountRow&, const PastRow& row);

// Turns an address in a text into one that stays on this site, where it leads to a post we have.
using PastResolve = std::function<std::optional<std::string>(std::string_view address)>;

// The beginning of a text, on one line.
[[nodiscard]] std::string past_excerpt(std::string_view text, std::size_t bytes);

// One post, with its media, alt texts and original address.
[[nodiscard]] Html past_article(const PastPlace& place, const PastAccountRow& account,
                                const PastShown& shown, const PastResolve& resolve);
// The text alone, with links.
[[nodiscard]] Html past_text(std::string_view text, const PastResolve& resolve);

[[nodiscard]] PastPage day_page(const PastPlace& place, const PastAccountRow& account,
                                const std::vector<PastShown>& shown, const PastResolve& resolve);
// Pages of lines under one heading: the posts of a month, the months of a year, the years of an
// account, all accounts.
[[nodiscard]] PastPage month_page(const PastPlace&, const PastAccountRow&, Micros at,
                                  const std::vector<PastLine>& posts);
[[nodiscard]] PastPage year_page(const PastPlace&, const PastAccountRow&, Micros at,
                                 const std::vector<PastLine>& months);
[[nodiscard]] PastPage account_page(const PastPlace&, const PastAccountRow&,
                                    const std::vector<PastLine>& years);
[[nodiscard]] PastPage first_page(const PastPlace&, const std::vector<PastLine>& accounts);
// What a search for `words` found. `more`: there are older ones.
[[nodiscard]] PastPage search_page(const PastPlace&, const std::string& words,
                                   const std::vector<PastHit>& hits,
                                   const std::vector<PastAccountRow>& accounts, bool more);
// The same with the reason why nothing was looked for, or empty before anything was asked.
[[nodiscard]] PastPage search_page(const PastPlace&, const std::string& words,
                                   const std::string& why);

}  // namespace carillon
