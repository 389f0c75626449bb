// What is to be delivered to which inbox, and what is known of the hosts behind them: rows that
// survive whatever happens to the program.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "federation/signature.hpp"
#include "store/db.hpp"

namespace carillon::fedi_rows {

// An activity of ours, in the bytes that are signed.
struct FediActivity {
  std::string id;
  std::string post;  // what it is about: of one post an inbox gets activities in their order
  std::string body;
  Micros made = 0;
};
BOOST_DESCRIBE_STRUCT(FediActivity, (), (id, post, body, made))

enum class FediState { waiting, delivered, given_up };
BOOST_DESCRIBE_ENUM(FediState, waiting, delivered, given_up)

struct FediDelivery {
  std::string activity;
  std::string inbox;
  std::string host;
  std::string post;
  Micros made = 0;  // of the activity
  FediState state = FediState::waiting;
  std::int64_t attempts = 0;
  Micros not_before = 0;
  Micros lease = 0;  // somebody sends it until then
  std::string reason;
  Micros updated = 0;
};
BOOST_DESCRIBE_STRUCT(FediDelivery, (),
                      (activity, inbox, host, post, made, state, attempts, not_before, lease,
                       reason, updated))

struct FediHost {
  std::string host;
  SignatureScheme scheme = SignatureScheme::cavage;  // the one that worked last
  std::int64_t failures = 0;                         // in a row
  Micros since = 0;                                  // when they began; 0: there are none
  Micros not_before = 0;
  bool dead = false;  // gets nothing until it is heard of again
};
BOOST_DESCRIBE_STRUCT(FediHost, (), (host, scheme, failures, since, not_before, dead))

// False when it is there already.
Result<bool> add(Db& db, const FediActivity& activity);
// One delivery; the same again changes nothing.
Result<void> add_delivery(Db& db, const FediActivity& activity, const std::string& inbox,
                          const std::string& host);
// Takes what is due, at most `count`, no more for a host than limits::sends_queued_per_host
// together with `busy` (host -> under way); they are ours until `lease`.
Result<std::vector<FediDelivery>> claim(Db& db, Micros now, Micros lease, std::size_t count,
                                        std::map<std::string, int> busy);
Result<std::string> body_of(Db& db, const std::string& activity);
Result<FediHost> host(Db& db, const std::string& name);
Result<void> save(Db& db, const FediHost& host);
// What came of an attempt; nothing where the lease was lost.
Result<void> settle(Db& db, const FediDelivery& delivery, Micros lease);
// No other delivery to that host is tried before then.
Result<void> hold_back(Db& db, const std::string& host, Micros until);
// It was heard of: what waits for it may go.
Result<void> revive(Db& db, const std::string& host, Micros now);
// Followers behind an inbox that is gone.
Result<void> remove_target(Db& db, const std::string& inbox);
// Forgets what was settled before, and activities that nobody waits for.
Result<void> prune(Db& db, Micros before);

struct QueueCount {
  FediState state = FediState::waiting;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(QueueCount, (), (state, count))
// Of one activity, or of all where it is empty.
Result<std::vector<QueueCount>> queue_counts(Db& db, const std::string& activity);

}  // namespace carillon::fedi_rows
