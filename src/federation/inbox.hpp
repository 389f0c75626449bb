// What other servers tell the account: judged before anything is kept.
#pragma once

#include "federation/judging.hpp"

namespace carillon {

// Whether the path is the shared inbox or the account's own. Pure.
[[nodiscard]] bool is_inbox(const FediSite& site, std::string_view path);

// Answers a POST to an inbox: 202 once it is kept (or need not be), 400, 401, 403, 413, 415, 503
// with a sentence. An activity counts once, by its id, whose server must be its actor's. A Follow
// is answered by an Accept in the queue. One of the account's own is kept nowhere, and answered
// with 200 and what of it came (self_check.hpp). Thread-safe.
[[nodiscard]] HttpAnswer take_activity(const InboxHouse& house, const HttpQuery& query);

}  // namespace carillon
