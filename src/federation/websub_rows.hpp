// The SQL of the hub: what is to be asked of subscribers, and who subscribes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "federation/websub.hpp"

namespace carillon::websub_rows {

// Something to be asked of a subscriber, or said. A later request for the same takes its place.
struct WebSubAsked {
  std::string id;  // of the callback and the topic together
  WebSubMode mode = WebSubMode::subscribe;
  std::string callback;
  std::string host;
  std::string topic;
  std::string secret;  // sealed; empty: there is none
  std::int64_t lease_seconds = 0;
  std::int64_t attempts = 0;
  Micros not_before = 0;
  Micros lease = 0;  // somebody asks until then
  Micros made = 0;
};
BOOST_DESCRIBE_STRUCT(WebSubAsked, (),
                      (id, mode, callback, host, topic, secret, lease_seconds, attempts, not_before,
                       lease, made))

struct WebSubSubscription {
  std::string id;
  std::string callback;
  std::string host;
  std::string topic;
  std::string secret;
  Micros expires = 0;
  std::string told;           // the digest of what it has, or had when it subscribed
  std::int64_t version = 0;   // of the home then
  std::int64_t attempts = 0;  // that failed in a row
  Micros since = 0;           // when they began; 0: there are none
  Micros not_before = 0;
  Micros lease = 0;
  Micros delivered = 0;  // 0: nothing yet
  std::string reason;    // what the last attempt said; empty: it was taken
};
BOOST_DESCRIBE_STRUCT(WebSubSubscription, (),
                      (id, callback, host, topic, secret, expires, told, version, attempts, since,
                       not_before, lease, delivered, reason))

[[nodiscard]] std::string id_of(const std::string& callback, const std::string& topic);
// Where the secret of that id is sealed for.
[[nodiscard]] std::string place_of(const std::string& id);

Result<void> ask(Db& db, const WebSubAsked& asked);
// How many subscribe, all together and by that host; one of that id does not count.
struct WebSubCounts {
  std::int64_t all = 0;
  std::int64_t host = 0;
};
BOOST_DESCRIBE_STRUCT(WebSubCounts, (), (all, host))
Result<WebSubCounts> counts(Db& db, const std::string& host, const std::string& but);

// Takes what is due, at most `count`, no more for a host than limits::sends_queued_per_host
// together with `busy` (host -> under way); they are ours until `lease`.
Result<std::vector<WebSubAsked>> claim_asked(Db& db, Micros now, Micros lease, std::size_t count,
                                             std::map<std::string, int> busy);
Result<std::vector<WebSubSubscription>> claim_due(Db& db, const WebSubFeed& feed,
                                                  std::int64_t version, Micros now, Micros lease,
                                                  std::size_t count,
                                                  std::map<std::string, int> busy);

// True when it was taken out; false where another request took its place meanwhile.
Result<bool> done(Db& db, const WebSubAsked& asked);
Result<void> put_off(Db& db, const WebSubAsked& asked, std::int64_t attempts, Micros not_before);
// Subscribes, or renews: who renews is still told of what it has not got, and what is under way
// meanwhile counts.
Result<void> subscribe(Db& db, const WebSubSubscription& subscription);
Result<void> unsubscribe(Db& db, const std::string& id);
// What came of a delivery; nothing where it was renewed or taken over meanwhile.
Result<void> settle(Db& db, const WebSubSubscription& subscription, Micros lease);

// By host and topic, at most `count`.
Result<std::vector<WebSubSubscription>> subscriptions(Db& db, std::int64_t count);
// Neither a request nor a subscription is there.
Result<bool> is_empty(Db& db);
// What is subscribed to.
Result<std::vector<std::string>> topics(Db& db);
// Ends the subscriptions to that topic; each is told so.
Result<void> deny(Db& db, const std::string& topic, Micros now);
// Forgets those whose time is over.
Result<void> prune(Db& db, Micros now);
// Nobody of another process asks or sends: what was under way when this one began is due.
Result<void> take_back(Db& db);

}  // namespace carillon::websub_rows
