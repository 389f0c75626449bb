#include "hub/home_subscribers.hpp"

#include <fmt/format.h>

#include <array>

#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/fediverse.hpp"

namespace carillon {

namespace {

constexpr std::int64_t subscribers_shown = 500;
constexpr std::array<std::string_view, 3> feed_paths{"/feed.atom", "/feed.rss", "/feed.json"};

WebSubSeals seals_of(Hub& hub) {
  return {
      .seal = [&hub](const std::string& place,
                     const Secret& secret) { return hub.vault().seal_for(place, secret); },
      .open = [&hub](const std::string& place,
                     const std::string& sealed) { return hub.vault().open_from(place, sealed); }};
}

std::string time_or_nothing(Micros at) {
  return at == 0 ? std::string() : iso_time(at);
}

}  // namespace

Result<std::string> websub_path(const Hub& hub) {
  TRY(const auto settings, home_settings(hub));
  const bool open = settings && !hub.workspace().config.organisation.url.empty();
  return std::string(open ? "/websub" : "");
}

std::shared_ptr<const WebSubFeeds> websub_feeds(const Hub& hub, const SiteCache& site,
                                                const std::string& path, std::int64_t version) {
  const std::string& home = hub.workspace().config.organisation.url;
  auto out = std::make_shared<WebSubFeeds>();
  out->hub = home + path;
  out->version = version;
  for (const std::string_view feed : feed_paths) {
    const HttpAnswer page = site.answer({.method = "GET", .target = feed, .path = feed});
    const auto topic = parse_url(home + std::string(feed));
    if (page.status != 200 || !page.shared || !topic) continue;
    out->feeds.push_back({topic->str(), std::string(page.headers.get("Content-Type")), page.shared,
                          std::string(page.headers.get("ETag"))});
  }
  return out;
}

std::optional<HttpAnswer> answer_subscriber(Hub& hub, const WebSubFeeds& feeds,
                                            const HttpQuery& query) {
  return answer_websub({feeds, hub.store(), hub.clock(), seals_of(hub)}, query);
}

void add_feed_headers(const WebSubFeeds& feeds, const HttpQuery& query, HttpAnswer& page) {
  if (page.status != 200 && page.status != 304) return;
  for (const WebSubFeed& feed : feeds.feeds) {
    if (feed.topic.ends_with(query.path)) return add_websub_headers(feeds, feed, page.headers);
  }
}

Result<std::unique_ptr<WebSubCourier>> websub_courier(Hub& hub) {
  TRY(const auto settings, home_settings(hub));
  WebSubOptions options;
  const bool loopback = settings && settings->loopback_peers;
  options.fanout.trust = loopback ? Trust::admin : Trust::foreign;
  options.fanout.contact_url = hub.workspace().config.organisation.url;
  return WebSubCourier::start(hub.store(), hub.clock(), seals_of(hub), std::move(options));
}

Result<std::vector<HomeSubscriber>> home_subscribers(Hub& hub, const Actor&,
                                                     const HomeSubscribersRequest&) {
  TRY(const auto rows,
      hub.store().read([](Db& db) { return websub_rows::subscriptions(db, subscribers_shown); }));
  const Micros now = hub.clock().now();
  std::vector<HomeSubscriber> out;
  for (const auto& row : rows) {
    if (row.expires <= now) continue;
    out.push_back({row.host, row.topic, iso_time(row.expires), time_or_nothing(row.delivered),
                   row.attempts > 0 ? time_or_nothing(row.not_before) : "", row.reason});
  }
  return out;
}

std::string subscribers_in_words(const std::vector<HomeSubscriber>& all, const std::string& zone) {
  const auto at = [&](const std::string& time) {
    return in_zone(parse_time(time).value_or(0), zone);
  };
  std::string out;
  for (const HomeSubscriber& one : all) {
    out += fmt::format(
        "{}  {}\n  until {}, {}\n", one.host, one.feed, at(one.until),
        one.delivered.empty() ? "nothing new since it subscribed" : "told " + at(one.delivered));
    if (!one.reason.empty()) out += fmt::format("  tried again {}: {}\n", at(one.next), one.reason);
  }
  return out.empty() ? "Nobody subscribes to the feeds.\n" : out;
}

std::vector<Operation<Hub>> subscriber_operations() {
  return {operation<Hub>(
      {.name = "home subscribers",
       .method = "GET",
       .path = "/home/subscribers",
       .needs = Permission::author,
       .summary = "which servers subscribe to the feeds of the home, and until when",
       .help = "Feed readers that speak WebSub are brought each feed as it changes, while "
               "`carillon serve` runs. Shows the host of each, its feed, when its subscription "
               "ends unless it is renewed, and when it took the last change."},
      &home_subscribers)};
}

}  // namespace carillon
