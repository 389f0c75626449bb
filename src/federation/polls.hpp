// Votes in the polls of the home, as other servers send them: a Note of the voter to us that has a
// name, an option of the poll, and no content (docs.joinmastodon.org/spec/activitypub/#Question).
// Who voted is known only as long as the poll is open, so that nobody votes twice; then sums
// remain.
#pragma once

#include <string>
#include <vector>

#include "federation/account.hpp"
#include "federation/activity.hpp"
#include "store/db.hpp"

namespace carillon {

// Whether what came is a vote, for a post that has a poll or not. Pure.
[[nodiscard]] bool is_vote(const ActivityPart& part);
// Keeps a vote of who sent it. One that comes late, is for no option, or is a second one where only
// one may be chosen, changes nothing.
[[nodiscard]] Result<void> take_vote(Db& db, const FediPost& post, const ActivityPart& vote,
                                     Micros now);

namespace fedi_rows {

// What was chosen in the poll of that address so far.
Result<FediTally> tally(Db& db, const std::string& post);
// The same as it was told last; of no votes before somebody was told.
Result<FediTally> told_tally(Db& db, const std::string& post);
// Also its votes.
Result<void> forget_poll(Db& db, const std::string& post);
// The posts that have votes.
Result<std::vector<std::string>> posts_with_votes(Db& db);
// What the followers should hear now: of a poll that is over, or that has other votes than they
// know and was not told of lately.
Result<std::optional<FediTally>> tally_to_tell(Db& db, const FediPost& post, Micros now);
// They hear of it. Of a poll that ended the sums are kept, and not who voted.
Result<void> note_tally(Db& db, const std::string& post, const FediTally& tally, Micros now);
// Another number whenever somebody was told of a poll.
Result<std::int64_t> polls_told(Db& db);

}  // namespace fedi_rows

}  // namespace carillon
