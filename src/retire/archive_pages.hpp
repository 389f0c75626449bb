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
// A page of lines under one heading: a month, a year, an account, all accounts. `up` is the page
// above it; an empty path leaves it out.
[[nodiscard]] PastPage list_page(const PastPlace& place, std::string path, std::string title,
                                 const PastLine& up, const std::vector<PastLine>& lines);

}  // namespace carillon
