#include "federation/websub_courier.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "federation/blocks.hpp"
#include "net/server.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

const std::string topic = "https://example.org/feed.atom";

// A subscriber: it echoes the challenge, and takes what it is brought.
struct Reader {
  struct Came {
    std::string method;
    std::string query;
    Headers headers;
    std::string body;
    [[nodiscard]] std::string field(const std::string& name) const {
      for (const auto& [key, value] : parse_query(query)) {
        if (key == name) return value;
      }
      return {};
    }
  };
  int status = 200;
  std::function<std::string(const std::string& challenge)> answer = [](const std::string& one) {
    return one;
  };

  [[nodiscard]] std::string address(const std::string& query = "") const {
    return fmt::format("http://127.0.0.1:{}/hook{}", server->port(), query);
  }
  [[nodiscard]] std::vector<Came> came(const std::string& method) const {
    const std::lock_guard lock(mutex);
    std::vector<Came> out;
    for (const Came& one : all) {
      if (one.method == method) out.push_back(one);
    }
    return out;
  }

  mutable std::mutex mutex;
  std::vector<Came> all;
  std::unique_ptr<HttpServer> server = [this] {
    HttpServerOptions options;
    options.port = 0;
    auto started = HttpServer::start(options, [this](const HttpQuery& query) {
      const std::lock_guard lock(mutex);
      Came one{std::string(query.method), std::string(query.query), {}, std::string(query.body)};
      for (const auto& [name, value] : query.headers)
        one.headers.add(std::string(name), std::string(value));
      all.push_back(one);
      return HttpAnswer{.status = status, .body = answer(one.field("hub.challenge"))};
    });
    REQUIRE(started);
    return std::move(*started);
  }();
};

// The home: its hub's door, its feeds, and who brings them.
struct Home {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{*parse_time("2026-11-24T10:22:03Z")};
  WebSubSeals seals{
      .seal =
          [](const std::string& place, const Secret& secret) {
            return Result<std::string>(to_base64(place + secret.reveal()));
          },
      .open = [](const std::string& place, const std::string& sealed) -> Result<Secret> {
        const auto whole = from_base64(sealed);
        if (!whole || !whole->starts_with(place)) return fail(Fault::corrupt, "of another place");
        return Secret(whole->substr(place.size()));
      }};
  std::shared_ptr<const WebSubFeeds> feeds = shows("one", 1);
  std::unique_ptr<WebSubCourier> courier = make();

  static std::shared_ptr<const WebSubFeeds> shows(const std::string& body, std::int64_t version,
                                                  const std::string& at = topic) {
    auto out = std::make_shared<WebSubFeeds>();
    out->hub = "https://example.org/websub";
    out->version = version;
    out->feeds = {{at, "application/atom+xml; charset=utf-8",
                   std::make_shared<const SharedBody>(body), to_hex(sha256(body))}};
    return out;
  }
  std::unique_ptr<WebSubCourier> make(Trust trust = Trust::admin) {
    WebSubOptions options{.fanout = {.trust = trust}, .chance = [] { return 0.0; }};
    auto started = WebSubCourier::start(*store, clock, seals, std::move(options));
    REQUIRE_MESSAGE(started.has_value(), started.error().what);
    return std::move(*started);
  }
  HttpAnswer post(const std::string& body,
                  const std::string& type = "application/x-www-form-urlencoded") {
    HttpQuery query{.method = "POST", .target = "/websub", .path = "/websub", .body = body};
    query.headers = {{"Content-Type", type}};
    return answer_websub({*feeds, *store, clock, seals}, query).value_or(HttpAnswer{.status = 404});
  }
  HttpAnswer ask(const std::string& callback, const QueryPairs& more = {},
                 const std::string& mode = "subscribe", const std::string& what = topic) {
    QueryPairs pairs{{"hub.mode", mode}, {"hub.topic", what}, {"hub.callback", callback}};
    pairs.insert(pairs.end(), more.begin(), more.end());
    return post(build_query(pairs));
  }
  // Until nothing is due any more.
  void run() {
    while (true) {
      const auto moved = courier->run_once(feeds);
      REQUIRE_MESSAGE(moved.has_value(), moved.error().what);
      if (*moved == 0) return;
    }
  }
  std::vector<websub_rows::WebSubSubscription> subscribers() {
    return *store->read([](Db& db) { return websub_rows::subscriptions(db, 100); });
  }
};

std::vector<std::string> links(const Headers& headers) {
  std::vector<std::string> out;
  for (const auto& [name, value] : headers) {
    if (same_ignoring_case(name, "Link")) out.push_back(value);
  }
  return out;
}

}  // namespace

TEST_CASE("www.w3.org/TR/websub: who says yes to the question is brought each change once") {
  Home home;
  Reader reader;
  const std::string secret = "between us";
  CHECK(
      home.ask(reader.address("?user=4"), {{"hub.secret", secret}, {"hub.unknown", "x"}}).status ==
      202);
  // Not before it was asked.
  CHECK(home.subscribers().empty());
  home.run();
  REQUIRE(reader.came("GET").size() == 1);
  const auto question = reader.came("GET")[0];
  CHECK(question.query.starts_with("user=4&"));
  CHECK(question.field("hub.mode") == "subscribe");
  CHECK(question.field("hub.topic") == topic);
  CHECK(question.field("hub.lease_seconds") == "864000");
  CHECK(question.field("hub.challenge").size() == 64);
  REQUIRE(home.subscribers().size() == 1);
  CHECK(home.subscribers()[0].expires == home.clock.now() + 10 * day);
  // The secret lies nowhere as it is.
  CHECK(home.subscribers()[0].secret.find(secret) == std::string::npos);
  // What it had when it subscribed is not new.
  CHECK(reader.came("POST").empty());

  home.feeds = Home::shows("two", 2);
  home.run();
  home.run();
  REQUIRE(reader.came("POST").size() == 1);
  const auto ping = reader.came("POST")[0];
  CHECK(ping.query == "user=4");
  CHECK(ping.body == "two");
  CHECK(ping.headers.get("Content-Type") == "application/atom+xml; charset=utf-8");
  CHECK(links(ping.headers) == std::vector<std::string>{"<https://example.org/websub>; rel=\"hub\"",
                                                        "<" + topic + ">; rel=\"self\""});
  CHECK(ping.headers.get("X-Hub-Signature") == "sha256=" + to_hex(hmac_sha256(secret, "two")));
  CHECK(home.subscribers()[0].delivered == home.clock.now());
  // Another server of the same database that is behind tells nobody of what was before.
  home.feeds = Home::shows("one", 1);
  home.run();
  CHECK(reader.came("POST").size() == 1);
}

TEST_CASE("RFC 4231 and section 7.1: the signature is an HMAC of the body") {
  CHECK(websub_signature(Secret("Jefe"), "what do ya want for nothing?") ==
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("who does not say yes is not subscribed, and loses nothing it had") {
  Home home;
  Reader reader;
  REQUIRE(home.ask(reader.address()).status == 202);
  SUBCASE("another word") {
    reader.answer = [](const std::string&) { return "yes"; };
    home.run();
    CHECK(home.subscribers().empty());
  }
  SUBCASE("more than the challenge") {
    reader.answer = [](const std::string& challenge) { return challenge + std::string(9000, 'x'); };
    home.run();
    CHECK(home.subscribers().empty());
  }
  SUBCASE("a redirect") {
    reader.status = 302;
    home.run();
    CHECK(home.subscribers().empty());
  }
  SUBCASE("it had subscribed before") {
    home.run();
    const auto before = home.subscribers();
    REQUIRE(before.size() == 1);
    reader.status = 404;
    REQUIRE(home.ask(reader.address(), {{"hub.lease_seconds", "300"}}).status == 202);
    REQUIRE(home.ask(reader.address(), {}, "unsubscribe").status == 202);
    home.run();
    REQUIRE(home.subscribers().size() == 1);
    CHECK(home.subscribers()[0].expires == before[0].expires);
  }
  // It was asked, and is not asked for ever.
  const std::size_t asked = reader.came("GET").size();
  home.clock.advance(day);
  home.run();
  CHECK(reader.came("GET").size() == asked);
}

TEST_CASE("a callback that is not there yet is asked again, three times in all") {
  Home home;
  Reader reader;
  reader.status = 503;
  REQUIRE(home.ask(reader.address()).status == 202);
  home.run();
  CHECK(reader.came("GET").size() == 1);
  home.clock.advance(minute);
  SUBCASE("it comes") {
    reader.status = 200;
    home.run();
    CHECK(home.subscribers().size() == 1);
  }
  SUBCASE("it does not") {
    home.run();
    home.clock.advance(day);
    home.run();
    home.clock.advance(day);
    home.run();
    CHECK(reader.came("GET").size() == 3);
    CHECK(home.subscribers().empty());
  }
}

TEST_CASE("a subscription is renewed, ends with its time, and by a request") {
  Home home;
  Reader reader;
  REQUIRE(home.ask(reader.address(), {{"hub.lease_seconds", "3600"}}).status == 202);
  home.run();
  CHECK(reader.came("GET")[0].field("hub.lease_seconds") == "3600");
  home.clock.advance(hour / 2);
  // What is new while it renews is not lost.
  home.feeds = Home::shows("two", 2);
  REQUIRE(home.ask(reader.address(), {{"hub.lease_seconds", "3600"}}).status == 202);
  home.run();
  REQUIRE(home.subscribers().size() == 1);
  CHECK(home.subscribers()[0].expires == home.clock.now() + hour);
  CHECK(reader.came("POST").size() == 1);
  SUBCASE("its time is over") {
    home.clock.advance(2 * hour);
    home.feeds = Home::shows("three", 3);
    home.run();
    CHECK(home.subscribers().empty());
  }
  SUBCASE("it is ended") {
    REQUIRE(home.ask(reader.address(), {}, "unsubscribe").status == 202);
    home.run();
    CHECK(reader.came("GET").back().field("hub.mode") == "unsubscribe");
    CHECK(reader.came("GET").back().field("hub.lease_seconds").empty());
    CHECK(home.subscribers().empty());
    home.feeds = Home::shows("three", 3);
    home.run();
  }
  CHECK(reader.came("POST").size() == 1);
}

TEST_CASE("what was not taken is sent again, the newest only; 410 ends it") {
  Home home;
  Reader reader;
  REQUIRE(home.ask(reader.address()).status == 202);
  home.run();
  reader.status = 500;
  home.feeds = Home::shows("two", 2);
  home.run();
  REQUIRE(reader.came("POST").size() == 1);
  CHECK(home.subscribers()[0].reason == "it answered 500");
  CHECK(home.subscribers()[0].not_before == home.clock.now() + minute);
  home.feeds = Home::shows("three", 3);
  home.run();
  CHECK(reader.came("POST").size() == 1);
  home.clock.advance(minute);
  SUBCASE("it is well again") {
    reader.status = 204;
    // Whoever was at it has ended meanwhile.
    home.courier = home.make();
    home.run();
    REQUIRE(reader.came("POST").size() == 2);
    CHECK(reader.came("POST")[1].body == "three");
    CHECK(home.subscribers()[0].reason.empty());
  }
  SUBCASE("it is gone") {
    reader.status = 410;
    home.run();
    CHECK(home.subscribers().empty());
  }
  SUBCASE("it stays ill for a week") {
    for (int i = 0; i < 12; ++i) {
      home.run();
      home.clock.advance(day);
    }
    CHECK(home.subscribers().empty());
    CHECK(reader.came("POST").size() > 6);
    CHECK(reader.came("POST").size() < 14);
  }
}

TEST_CASE("who cannot be taken is told so, and so is who subscribed to what is no more") {
  Home home;
  Reader reader;
  SUBCASE("there are as many as may be") {
    REQUIRE(home.store->write([&](Db& db) -> Result<void> {
      for (std::int64_t i = 0; i < limits::websub_per_host; ++i) {
        websub_rows::WebSubSubscription one;
        one.id = std::to_string(i);
        one.host = fmt::format("127.0.0.1:{}", reader.server->port());
        one.topic = topic;
        one.told = home.feeds->feeds[0].digest;
        one.expires = home.clock.now() + day;
        CHECK_OK(websub_rows::subscribe(db, one));
      }
      return {};
    }));
    REQUIRE(home.ask(reader.address()).status == 202);
  }
  SUBCASE("the home has another address") {
    REQUIRE(home.ask(reader.address()).status == 202);
    home.run();
    REQUIRE(home.subscribers().size() == 1);
    home.clock.advance(hour);
    home.feeds = Home::shows("one", 2, "https://news.example.org/feed.atom");
  }
  home.run();
  const auto said = reader.came("GET").back();
  CHECK(said.field("hub.mode") == "denied");
  CHECK(said.field("hub.topic") == topic);
  CHECK_FALSE(said.field("hub.reason").empty());
  CHECK(said.field("hub.challenge").empty());
  const auto left = home.subscribers();
  CHECK(std::none_of(left.begin(), left.end(),
                     [&](const auto& one) { return one.callback == reader.address(); }));
}

TEST_CASE("an address inside is not asked, and a host that is blocked neither") {
  Home home;
  Reader reader;
  home.courier = home.make(Trust::foreign);
  REQUIRE(home.ask(reader.address()).status == 202);
  REQUIRE(home.ask("http://169.254.169.254/latest/").status == 202);
  home.run();
  CHECK(reader.came("GET").empty());
  home.courier = home.make();
  REQUIRE(home.ask(reader.address("?b")).status == 202);
  const std::string host = "127.0.0.1:" + std::to_string(reader.server->port());
  REQUIRE(home.store->write([&](Db& db) { return fedi_rows::add(db, *read_block(host)); }));
  home.run();
  CHECK(reader.came("GET").empty());
  CHECK(home.ask(reader.address("?c")).status == 403);
}

TEST_CASE("what is no request to a hub is said at once, and nobody is asked") {
  Home home;
  Reader reader;
  const std::string back = reader.address();
  CHECK(home.ask(back, {}, "publish").status == 400);
  CHECK(home.ask(back, {}, "subscribe", "https://example.org/feed.xml").status == 400);
  CHECK(home.ask(back, {}, "subscribe", "https://other.example/feed.atom").status == 400);
  CHECK(home.ask("").status == 400);
  CHECK(home.ask("ftp://127.0.0.1/").status == 400);
  CHECK(home.ask("http://u:p@127.0.0.1/").status == 400);
  CHECK(home.ask(back + "?" + std::string(3000, 'a')).status == 400);
  for (const char* lease : {"-1", "0", "ten", "1.5", "10 "})
    CHECK(home.ask(back, {{"hub.lease_seconds", lease}}).status == 400);
  CHECK(home.ask(back, {{"hub.secret", std::string(200, 's')}}).status == 400);
  CHECK(home.post("").status == 400);
  CHECK(home.post(std::string(9000, 'a')).status == 413);
  CHECK(home.post("hub.mode=subscribe", "application/json").status == 415);
  const HttpQuery get{.method = "GET", .target = "/websub", .path = "/websub"};
  CHECK(answer_websub({*home.feeds, *home.store, home.clock, home.seals}, get)->status == 405);
  home.run();
  CHECK(reader.came("GET").empty());
}

TEST_CASE("a form is read as it is meant, within the limits") {
  const auto read = [](const QueryPairs& more) {
    QueryPairs pairs{{"hub.mode", "subscribe"},
                     {"hub.topic", "HTTPS://Example.org:443/feed.atom"},
                     {"hub.callback", "https://reader.example/x?y=1#z"}};
    pairs.insert(pairs.end(), more.begin(), more.end());
    const auto form = read_websub(build_query(pairs));
    REQUIRE_MESSAGE(form.has_value(), form.error().what);
    return *form;
  };
  CHECK(read({}).topic == topic);
  CHECK(read({}).callback.str() == "https://reader.example/x?y=1");
  CHECK(read({}).secret.empty());
  CHECK(read({{"hub.secret", std::string(199, 's')}}).secret.reveal().size() == 199);
  CHECK(read({{"hub.lease_seconds", "1"}}).lease_seconds == 300);
  CHECK(read({{"hub.lease_seconds", ""}}).lease_seconds == 864'000);
  CHECK(read({{"hub.lease_seconds", "99999999999999999999"}}).lease_seconds == 2'592'000);
}

TEST_CASE("nobody makes us ask a host as often as they like") {
  Home home;
  Reader reader;
  int taken = 0;
  HttpAnswer last;
  for (int i = 0; i < 60 && last.status != 429; ++i) {
    last = home.ask(reader.address("?" + std::to_string(i)));
    if (last.status == 202) ++taken;
  }
  CHECK(last.status == 429);
  CHECK_FALSE(last.headers.get("Retry-After").empty());
  CHECK(taken == 30);
}
