// Announcements that are taken from the home again, as an operation and as the page that says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "home/frame.hpp"
#include "hub/announcements.hpp"
#include "net/server.hpp"

namespace carillon {

// Where it stands, or still goes, besides the home.
struct AnnouncementCopy {
  std::string channel;
  DeliveryState state = DeliveryState::planned;
  std::string url;       // empty: not known, or not public
  std::string delivery;  // its id
};
BOOST_DESCRIBE_STRUCT(AnnouncementCopy, (), (channel, state, url, delivery))

struct AnnouncementRemoved {
  std::string slug;
  std::string permalink;
  std::string removed;                   // RFC 3339 in UTC
  std::vector<AnnouncementCopy> copies;  // but what was cancelled
};
BOOST_DESCRIBE_STRUCT(AnnouncementRemoved, (), (slug, permalink, removed, copies))

// Errors: those of remove_from_home.
Result<AnnouncementRemoved> announcement_remove(Hub& hub, const Actor& actor,
                                                const AnnouncementShowRequest& request);

// The reply for people. Pure.
[[nodiscard]] std::string removed_in_words(const AnnouncementRemoved& one);

[[nodiscard]] std::vector<Operation<Hub>> removing_operations();

// 410 with a page, at the address of an announcement that was removed; nothing at any other. For
// addresses at which the home has nothing: it asks the database. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_removed(Hub& hub, const SiteFrame& frame,
                                                       const HttpQuery& query);

}  // namespace carillon
