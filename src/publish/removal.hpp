// Announcements that were taken from the home again. Their addresses stay theirs for good: whoever
// comes to one is told that it was removed, and no other announcement stands there later.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "store/db.hpp"

namespace carillon {

struct Removal {
  std::string announcement;  // its id
  std::string slug;
  std::string permalink;
  Micros published = 0;
  Micros removed = 0;
};
BOOST_DESCRIBE_STRUCT(Removal, (), (announcement, slug, permalink, published, removed))

// Takes an announcement (by id or slug) from the home, with its event; a second time changes
// nothing. What stands on other channels stays. Errors: not_found; conflict where the home does not
// show it. Thread-safe.
Result<Removal> remove_from_home(Store& store, const Clock& clock, Ids& ids,
                                 const std::string& announcement, const std::string& actor);

// Within the caller's transaction: of that announcement (its id), of that slug, at that address,
// and all of them.
Result<std::optional<Removal>> removal_of(Db& db, const std::string& announcement);
Result<std::optional<Removal>> removal_of_slug(Db& db, const std::string& slug);
Result<std::optional<Removal>> removal_at(Db& db, const std::string& permalink);
Result<std::vector<Removal>> removals(Db& db);

}  // namespace carillon
