// Announcements that the home's account shows first, as operations.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/announcements.hpp"

namespace carillon {

struct AnnouncementPinned {
  std::string slug;
  std::string permalink;
  bool pinned = false;
  bool changed = false;  // false: it was so before
};
BOOST_DESCRIBE_STRUCT(AnnouncementPinned, (), (slug, permalink, pinned, changed))

// Errors: those of pin.
Result<AnnouncementPinned> announcement_pin(Hub& hub, const Actor& actor,
                                            const AnnouncementShowRequest& request);
Result<AnnouncementPinned> announcement_unpin(Hub& hub, const Actor& actor,
                                              const AnnouncementShowRequest& request);
[[nodiscard]] std::vector<Operation<Hub>> pinning_operations();

}  // namespace carillon
