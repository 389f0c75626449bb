// An activity on its way to all followers: one row that says how far it came, so that telling a
// million begins with one small commit, and what arrived at once is never a row at all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "federation/queue.hpp"

namespace carillon::fedi_rows {

struct Spread {
  FediActivity activity;
  std::string reached;  // inboxes up to this one, in their order, are settled or have a row
};

// Where to go next, with what is known of its host.
struct SpreadTarget {
  std::string target;  // the inbox
  FediHost host;
  bool waits = false;  // for an earlier activity of the same post, or it has a row of this one
};

// The followers hear of an activity that was added.
Result<void> spread(Db& db, const std::string& activity);
// Takes the oldest that nobody else spreads, until `lease`; of one post the earlier first.
Result<std::optional<Spread>> claim_spread(Db& db, Micros now, Micros lease);
// The next inboxes behind `behind` in their order, each once, of those who followed when the
// activity was made; those of dead hosts too.
Result<std::vector<SpreadTarget>> targets_behind(Db& db, const FediActivity& activity,
                                                 const std::string& behind, std::size_t count);
// It came to `reached`; so many more arrived and were refused. Nothing where somebody who took it
// over came further.
Result<void> advance(Db& db, const std::string& activity, const std::string& reached,
                     std::int64_t delivered, std::int64_t given_up, Micros lease);
// Another may go on with it at once.
Result<void> leave_spread(Db& db, const std::string& activity);
// All followers were reached, or have a row.
Result<void> end_spread(Db& db, const std::string& activity);
// A row for an inbox that could not be reached at once; one that is there already stays.
Result<void> add_row(Db& db, const FediDelivery& delivery);

}  // namespace carillon::fedi_rows
