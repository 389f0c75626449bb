// How far what goes to the followers came: read of the rows by which it is sent, and of nothing
// else.
#pragma once

#include <string>
#include <vector>

#include "federation/queue.hpp"

namespace carillon::fedi_rows {

// An activity for all followers. Counts are of inboxes: a server with a shared one is one inbox.
struct SpreadState {
  std::string id;
  std::string body;
  Micros made = 0;
  bool spreading = false;  // not all inboxes had their first attempt
  Micros lease = 0;        // somebody is at it until then
  std::int64_t told = 0;
  std::int64_t refused = 0;  // by the inbox, or given up
  std::int64_t waiting = 0;  // asked again later
  std::int64_t left = 0;     // no attempt yet
  std::int64_t dead = 0;     // followed from hosts that are not asked any more
  Micros next = 0;           // when the first that waits is due; 0: none does
};
BOOST_DESCRIBE_STRUCT(SpreadState, (),
                      (id, body, made, spreading, lease, told, refused, waiting, left, dead, next))

// The newest first, at most `count`.
Result<std::vector<SpreadState>> spreads(Db& db, std::int64_t count);

// A host that does not take what it is sent.
struct HostState {
  std::string host;
  bool dead = false;
  std::int64_t failures = 0;  // in a row
  Micros since = 0;
  Micros not_before = 0;     // when it is asked again; no matter where it is dead
  std::int64_t waiting = 0;  // deliveries
  std::string reason;        // what came of one of them; empty: none waits
};
BOOST_DESCRIBE_STRUCT(HostState, (), (host, dead, failures, since, not_before, waiting, reason))

// Those that failed longest first, at most `count`.
Result<std::vector<HostState>> failing_hosts(Db& db, std::int64_t count);

}  // namespace carillon::fedi_rows
