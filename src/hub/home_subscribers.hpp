// Who subscribes to the feeds of the home (WebSub), and what brings them what is new.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "federation/websub_courier.hpp"
#include "home/cache.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct HomeSubscribersRequest {};
BOOST_DESCRIBE_STRUCT(HomeSubscribersRequest, (), ())

struct HomeSubscriber {
  std::string host;       // of its callback, whose whole address is its own affair
  std::string feed;       // what it subscribed to
  std::string until;      // RFC 3339 in UTC, unless it renews
  std::string delivered;  // when it took the last one; empty: nothing new came yet
  std::string next;       // when it is tried again; empty: nothing waits
  std::string reason;     // what the last attempt said; empty: it was taken
};
BOOST_DESCRIBE_STRUCT(HomeSubscriber, (), (host, feed, until, delivered, next, reason))

// Those of the first hosts, by host. Errors: those of the store.
Result<std::vector<HomeSubscriber>> home_subscribers(Hub& hub, const Actor& actor,
                                                     const HomeSubscribersRequest& request);
// For people. Pure.
[[nodiscard]] std::string subscribers_in_words(const std::vector<HomeSubscriber>& all,
                                               const std::string& zone);
[[nodiscard]] std::vector<Operation<Hub>> subscriber_operations();

// Where the feeds are subscribed to, as a path of the home; empty where nothing leaves: in a
// rehearsal, without a home. Errors: those of the home's settings.
[[nodiscard]] Result<std::string> websub_path(const Hub& hub);

// The feeds as `site` shows them now. `version` grows with each change of the home.
[[nodiscard]] std::shared_ptr<const WebSubFeeds> websub_feeds(const Hub& hub, const SiteCache& site,
                                                              const std::string& path,
                                                              std::int64_t version);

// Answers a request to the hub's address; nothing for any other. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_subscriber(Hub& hub, const WebSubFeeds& feeds,
                                                          const HttpQuery& query);

// Says in the header of a feed where it is subscribed to.
void add_feed_headers(const WebSubFeeds& feeds, const HttpQuery& query, HttpAnswer& page);

// `hub` must outlive it. Errors: as WebSubCourier::start; those of the home's settings.
[[nodiscard]] Result<std::unique_ptr<WebSubCourier>> websub_courier(Hub& hub);

}  // namespace carillon
