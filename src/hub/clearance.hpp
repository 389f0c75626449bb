// Whether a text may go out: the policy, asked of the desk.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/desk.hpp"

namespace carillon {

// The desk of a hub, for one request, and who the team is now.
[[nodiscard]] Desk desk_of(Hub& hub);
[[nodiscard]] Result<Team> team_of(Hub& hub);

// Who acts, in the role that they act in.
[[nodiscard]] Signature signature_of(const Actor& actor);
// The owner of this machine, by a command or the installation's own token: the policy is theirs.
[[nodiscard]] bool is_owner(const Actor& actor);

// Errors: denied, with what is missing, when the policy does not let `actor` send this very text to
// these channels (empty: those it names).
[[nodiscard]] Result<void> check_cleared(Hub& hub, const Actor& actor, const Draft& draft,
                                         const std::vector<std::string>& channels);

// The drafts that say what the announcement says are published as it.
[[nodiscard]] Result<void> note_published(Hub& hub, const Actor& actor, const AnnouncementRow& row);

}  // namespace carillon
