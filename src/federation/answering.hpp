// How other servers are answered: at once in words, and later by an activity.
#pragma once

#include <string>
#include <string_view>

#include "federation/queue.hpp"
#include "federation/rows.hpp"
#include "federation/site.hpp"
#include "net/server.hpp"

namespace carillon {

// A sentence for whoever reads the log of the other server. Nobody keeps it. Pure.
[[nodiscard]] HttpAnswer say(int status, std::string_view words);

// The id of the Accept of what has the id `asked`: one for each, however often it is asked. Pure.
[[nodiscard]] std::string accept_id(const FediAccount& account, std::string_view asked);

// Queues `activity` for the actor's own inbox, once for each `id`. Within the caller's transaction.
Result<void> send_to(Db& db, const fedi_rows::FediActor& actor, const std::string& id,
                     const json::object& activity, Micros now);

}  // namespace carillon
