// Followers that move to another account.
#pragma once

#include <optional>

#include "federation/activity.hpp"
#include "federation/peers.hpp"

namespace carillon {

// The account that a follower says it moved to, as its own server shows it. It must name the old
// one in alsoKnownAs (docs.joinmastodon.org/spec/activitypub/#Move); nothing where it does not, and
// where the activity is no Move of a follower. Reads it through net's guard. Errors: unavailable
// where it cannot be read now.
[[nodiscard]] Result<std::optional<fedi_rows::FediActor>> moved_to(const PeerAccess& access,
                                                                   PeerMemory& memory,
                                                                   const Activity& activity);

// Puts the new account where the old one was among the followers. Within the caller's transaction.
[[nodiscard]] Result<void> take_move(Db& db, const std::string& old,
                                     const fedi_rows::FediActor& moved, Micros now);

}  // namespace carillon
