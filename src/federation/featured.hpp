// The posts that the account shows first: those that are pinned
// (docs.joinmastodon.org/spec/activitypub/#featured).
#pragma once

#include <optional>

#include "federation/site.hpp"
#include "store/db.hpp"

namespace carillon {

// The collection of their addresses; nothing at any other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_featured(const FediSite& site, Store& store,
                                                        const HttpQuery& query);

}  // namespace carillon
