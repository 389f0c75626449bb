// Posts that quote ours: anybody may, and has it in writing (FEP-044f).
#pragma once

#include <optional>

#include "federation/activity.hpp"
#include "federation/rows.hpp"
#include "federation/site.hpp"

namespace carillon {

// Answers a QuoteRequest for one of the posts by an Accept in the queue, with the address of the
// authorisation; of any other it takes no notice. Within the caller's transaction.
[[nodiscard]] Result<void> take_quote_request(Db& db, const FediSite& site,
                                              const Activity& activity,
                                              const fedi_rows::FediActor& actor, Micros now);

// The authorisation at this address; nothing where it is the address of none. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_quote(const FediSite& site, Store& store,
                                                     const HttpQuery& query);

}  // namespace carillon
