// The card of a link as readers of a channel will see it: made by us, or by the platform of our own
// page. No page of a stranger is asked for.
#pragma once

#include <string>

#include "core/announcement.hpp"
#include "core/rendition.hpp"

namespace carillon {

struct CardShown {
  std::string url;  // empty: there is no card
  std::string title;
  std::string description;
  std::int64_t picture = -1;  // which of the post's pictures it shows; -1: none of them
  std::int64_t part = 0;      // under which part it stands
  bool sent = false;          // it goes out with the post; else the platform makes it
  bool foreign = false;       // it also shows what stands on a page that is not ours
};
BOOST_DESCRIBE_STRUCT(CardShown, (), (url, title, description, picture, part, sent, foreign))

// `permalink`: of the announcement; empty where there is no home. Pure.
[[nodiscard]] CardShown card_shown(const Rendition& rendition, const Draft& draft,
                                   const std::string& permalink);

}  // namespace carillon
