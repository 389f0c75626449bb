// Finds what the followers have not been told of yet, and queues it.
#pragma once

#include <string>

#include "federation/site.hpp"
#include "store/db.hpp"

namespace carillon {

// Compares the posts of the site with what was told before: a new one becomes a Create, a newer
// revision an Update, one that was removed from the home a Delete, each for every follower's inbox
// and in one transaction with the note that it was told. So it may die anywhere and be called
// again, also by several. The first time of all, the posts that are there are taken for told:
// nobody gets the past at once. Nor does anybody get what is new once the account moved away; what
// was told before is still changed and taken back. A new one that is pinned already is followed by
// an Add. How many activities were queued. Errors: those
// of the store.
[[nodiscard]] Result<std::int64_t> tell_posts(Store& store, const Clock& clock,
                                              const FediSite& site);

// The followers hear how a poll of a post they were told of goes, now and then, and how it ended,
// once. How many activities were queued. Errors: those of the store.
[[nodiscard]] Result<std::int64_t> tell_polls(Store& store, const Clock& clock,
                                              const FediSite& site);

// The followers hear that a post stands first, or no longer: where they were told of it, and the
// account did not move away. Within the caller's transaction.
[[nodiscard]] Result<void> tell_pin(Db& db, const FediAccount& account,
                                    const std::string& announcement, const std::string& url,
                                    bool on, Micros now);

// Gives back at once what a server that died was sending, where no other one can be sending it: a
// database in a file has one server. If there were a second one, some activities would come twice,
// which their ids make harmless.
[[nodiscard]] Result<void> take_back(Store& store);

}  // namespace carillon
