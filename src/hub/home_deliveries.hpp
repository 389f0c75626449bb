// How far what the home sent to its followers came, as an operation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct HomeDeliveriesRequest {};
BOOST_DESCRIBE_STRUCT(HomeDeliveriesRequest, (), ())

// An activity on its way to all followers, counted in inboxes: a server with a shared one is one.
struct HomeDelivery {
  std::string id;
  std::string type;   // "Create"
  std::string about;  // the address of the announcement, or of the account
  std::string made;   // RFC 3339 in UTC
  bool done = false;  // nobody is asked any more
  std::int64_t told = 0;
  std::int64_t refused = 0;  // by the server, or given up
  std::int64_t waiting = 0;  // asked again later
  std::int64_t left = 0;     // not asked yet
  std::int64_t dead = 0;     // on servers that answered nothing for a week
  std::string next;          // when the first that waits is asked again; empty: none waits
  // Of a first round that is under way; since it was made, also while nobody sent.
  std::optional<double> per_second;
  std::optional<std::int64_t> seconds_left;
  bool idle = false;  // there is something to do, and nobody does it
};
BOOST_DESCRIBE_STRUCT(HomeDelivery, (),
                      (id, type, about, made, done, told, refused, waiting, left, dead, next,
                       per_second, seconds_left, idle))

struct HomeHost {
  std::string host;
  bool dead = false;          // is asked nothing until it is heard of
  std::int64_t failures = 0;  // in a row
  std::string since;          // RFC 3339 in UTC
  std::string next;           // when it is asked again; empty where it is dead
  std::int64_t waiting = 0;   // deliveries
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(HomeHost, (), (host, dead, failures, since, next, waiting, reason))

struct HomeDeliveries {
  std::vector<HomeDelivery> deliveries;  // the newest first, 50 at most, of a week
  std::vector<HomeHost> hosts;           // that take nothing now, 100 at most, the longest first
};
BOOST_DESCRIBE_STRUCT(HomeDeliveries, (), (deliveries, hosts))

// Errors: conflict where the home has no account in the fediverse.
Result<HomeDeliveries> home_deliveries(Hub& hub, const Actor& actor,
                                       const HomeDeliveriesRequest& request);

// For people; times in `zone`. Pure.
[[nodiscard]] std::string deliveries_in_words(const HomeDeliveries& all, const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> fan_out_operations();

}  // namespace carillon
