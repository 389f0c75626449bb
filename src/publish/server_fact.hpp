// What servers said of themselves (how long a post may be), kept so that a preview counts right
// without asking again.
#pragma once

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

struct ServerFact {
  std::string channel;
  json::object learned;  // what the adapter's learn() answered
  Micros at = 0;
};
BOOST_DESCRIBE_STRUCT(ServerFact, (), (channel, learned, at))

// Of every channel that was ever asked.
[[nodiscard]] Result<std::vector<ServerFact>> server_facts(Db& db);
[[nodiscard]] Result<std::optional<ServerFact>> server_fact(Db& db, const std::string& channel);
// Replaces what was known.
Result<void> keep_server_fact(Db& db, const ServerFact& fact);

}  // namespace carillon
