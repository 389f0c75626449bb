// Announcements that stay on top of what the home shows of itself elsewhere.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

// More are shown nowhere (docs.joinmastodon.org/user/profile).
inline constexpr std::int64_t pins_at_most = 5;

struct Pinned {
  std::string announcement;  // its id
  std::string slug;
  std::string permalink;
  bool changed = false;  // false: it was so before
};

// Pins or unpins an announcement (by id or slug). Errors: not_found; conflict where it has no page
// on the home, or as many as may be are pinned. `also` belongs to the same transaction, where
// something changed. Thread-safe.
Result<Pinned> pin(Store& store, const Clock& clock, const std::string& announcement, bool on,
                   const std::function<Result<void>(Db&, const Pinned&)>& also = {});

// The permalinks of those that are pinned and not removed, the last one pinned first. Within the
// caller's transaction.
Result<std::vector<std::string>> pinned(Db& db);

}  // namespace carillon
