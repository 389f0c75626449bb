// What other servers get at the address of a post that was removed.
#pragma once

#include <optional>

#include "federation/site.hpp"
#include "store/db.hpp"

namespace carillon {

// 410 with a Tombstone for who asks for the object at such an address
// (https://www.w3.org/TR/activitypub/#delete-activity-outbox); nothing at any other, and for
// people. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_gone(const FediSite& site, Store& store,
                                                    const HttpQuery& query);

}  // namespace carillon
