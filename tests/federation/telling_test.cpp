#include "federation/telling.hpp"

#include <doctest/doctest.h>

#include "federation/answered.hpp"
#include "federation/blocks.hpp"
#include "federation/gone.hpp"
#include "federation/limits.hpp"
#include "federation/peer.hpp"
#include "federation/rows.hpp"
#include "federation/spread.hpp"
#include "federation/ties.hpp"
#include "publish/removal.hpp"
#include "publish/rows.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using rig::our_account;

namespace {

FediPost post(const std::string& name, std::int64_t revision = 1) {
  FediPost out;
  out.announcement = name;
  out.revision = revision;
  out.url = "https://example.org/posts/" + name + "/";
  out.language = "en";
  return out;
}

struct World {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  SystemClock clock;
  World() {
    REQUIRE(store->write([&](Db& db) {
      return fedi_rows::save(
          db, fedi_rows::FediFollower{"https://a.example/u", "https://a.example/u/inbox",
                                      "https://a.example/inbox", "a.example", "f", clock.now()});
    }));
  }
  std::int64_t tell(std::vector<FediPost> posts) {
    const FediSite site(our_account(), std::move(posts), {});
    const auto told = tell_posts(*store, clock, site);
    REQUIRE_MESSAGE(told.has_value(), told.error().what);
    return *told;
  }
  void remove(const std::string& name) {
    REQUIRE(store->write([&](Db& db) {
      return db.insert("removal", Removal{name, name, post(name).url, 5 * second, 9 * second});
    }));
  }
  std::vector<std::string> queued() {
    std::vector<std::string> out;
    const Micros now = clock.now();
    while (true) {
      const auto one = *store->write(
          [&](Db& db) { return fedi_rows::claim_spread(db, now, now + limits::send_lease); });
      if (!one) return out;
      out.push_back(one->activity.id);
    }
  }
};

}  // namespace

TEST_CASE("the past is not told, what is new is told once, an edit as an Update") {
  World world;
  CHECK(world.tell({post("old")}) == 0);
  CHECK(world.tell({post("old")}) == 0);
  CHECK(world.tell({post("new"), post("old")}) == 1);
  CHECK(world.tell({post("new"), post("old")}) == 0);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/new/#create"});
  CHECK(world.tell({post("new"), post("old", 2)}) == 1);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/old/#update-2"});
}

TEST_CASE(
    "a removed post is told as a Delete behind its Create, once, and only where it was told") {
  World world;
  CHECK(world.tell({post("old")}) == 0);
  CHECK(world.tell({post("new"), post("old")}) == 1);
  world.remove("new");
  world.remove("never");
  CHECK(world.tell({post("old")}) == 1);
  CHECK(world.tell({post("old")}) == 0);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/new/#create"});
  const auto body = world.store->read(
      [](Db& db) { return fedi_rows::body_of(db, "https://example.org/posts/new/#delete"); });
  REQUIRE(body);
  const json::value gone = *parse_json(*body);
  CHECK(gone.at("type") == "Delete");
  CHECK(gone.at("actor") == json::value(our_account().id()));
  CHECK(gone.at("published") == "1970-01-01T00:00:09Z");
  CHECK(gone.at("to").at(0) == json::value(public_audience));
  CHECK(gone.at("object").at("id") == "https://example.org/posts/new/");
  CHECK(gone.at("object").at("type") == "Tombstone");
  CHECK(gone.at("object").at("deleted") == gone.at("published"));
}

TEST_CASE("servers get 410 and a Tombstone where a post was removed, people do not") {
  World world;
  world.remove("new");
  const FediSite site(our_account(), {post("old")}, {});
  const auto ask = [&](std::string_view path, std::string_view accept) {
    HttpQuery query{.method = "GET", .target = path, .path = path};
    query.headers = {{"Accept", accept}};
    return answer_gone(site, *world.store, query);
  };
  const auto gone = ask("/posts/new/", activity_type);
  REQUIRE(gone);
  CHECK(gone->status == 410);
  CHECK(gone->headers.get("Content-Type").starts_with(activity_type));
  CHECK(gone->headers.get("Vary") == "Accept");
  const json::value tombstone = *parse_json(gone->body);
  CHECK(tombstone.at("type") == "Tombstone");
  CHECK(tombstone.at("id") == "https://example.org/posts/new/");
  CHECK(tombstone.at("published") == "1970-01-01T00:00:05Z");
  CHECK(tombstone.as_object().contains("@context"));
  CHECK_FALSE(ask("/posts/new/", "text/html"));
  CHECK_FALSE(ask("/posts/old/", activity_type));
  CHECK_FALSE(ask("/posts/none/", activity_type));
}

TEST_CASE("an Update waits for the Create of its post") {
  World world;
  CHECK(world.tell({}) == 0);
  CHECK(world.tell({post("new")}) == 1);
  CHECK(world.tell({post("new", 2)}) == 1);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/new/#create"});
}

TEST_CASE("a post whose first text was never told is new with its second") {
  World world;
  CHECK(world.tell({}) == 0);
  CHECK(world.tell({post("new", 3)}) == 1);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/new/#create"});
}

TEST_CASE("where the account moved, nothing new is told, also not once it is back") {
  World world;
  CHECK(world.tell({post("old")}) == 0);
  const FediTie there{"https://b.example/u/new", TieKind::to, "@new@b.example", "kim", 1, 0};
  REQUIRE(world.store->write([&](Db& db) { return fedi_rows::tie(db, there); }));
  CHECK(world.tell({post("new"), post("old")}) == 0);
  CHECK(world.tell({post("new"), post("old", 2)}) == 1);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/old/#update-2"});
  REQUIRE(world.store->write(
      [&](Db& db) { return fedi_rows::untie(db, TieKind::to, there.account, 2); }));
  CHECK(world.tell({post("new"), post("old", 2)}) == 0);
  CHECK(world.tell({post("newer"), post("new"), post("old", 2)}) == 1);
  CHECK(world.queued() == std::vector<std::string>{"https://example.org/posts/newer/#create"});
}

TEST_CASE(
    "who is answered hears of it, of its edit and of its end, also where they do not follow") {
  World world;
  CHECK(world.tell({}) == 0);
  const std::string reply = "https://b.example/n/1";
  REQUIRE(world.store->write([&](Db& db) -> Result<void> {
    CHECK_OK(fedi_rows::save(db, FediAnswered{reply, "https://b.example/u/bo", "@bo@b.example",
                                              "https://b.example/inbox", post("tea").url, 1}));
    AnnouncementRow row{"one", "one", 1, "", post("one").url, {}, 1, {}};
    row.draft.answers = reply;
    return rows::save(db, row, true);
  }));
  const auto answer = [&](std::int64_t revision) {
    FediPost out = post("one", revision);
    out.answers = {reply, "https://b.example/u/bo", "@bo@b.example"};
    return out;
  };
  const auto direct = [&] {
    std::string out;
    const auto claimed = world.store->write([&](Db& db) {
      return fedi_rows::claim(db, world.clock.now(), world.clock.now() + hour, 9, {});
    });
    REQUIRE(claimed);
    for (const auto& one : *claimed) {
      CHECK(one.inbox == "https://b.example/inbox");
      out += one.activity.substr(one.activity.find('#')) + " ";
      fedi_rows::FediDelivery done = one;
      done.state = fedi_rows::FediState::delivered;
      REQUIRE(world.store->write([&](Db& db) { return fedi_rows::settle(db, done, one.lease); }));
    }
    return out;
  };
  CHECK(world.tell({answer(1)}) == 1);
  CHECK(direct() == "#create ");
  CHECK(world.tell({answer(2)}) == 1);
  CHECK(direct() == "#update-2 ");
  world.remove("one");
  CHECK(world.tell({}) == 1);
  CHECK(direct() == "#delete ");
  CHECK(world.queued().size() == 1);  // those who follow hear of it, one after the other

  REQUIRE(world.store->write([&](Db& db) {
    return fedi_rows::add(db, FediBlock{"b.example", BlockKind::domain, "kim", 1});
  }));
  FediPost second = post("two");
  second.answers = {reply, "https://b.example/u/bo", "@bo@b.example"};
  CHECK(world.tell({second}) == 1);
  CHECK(direct().empty());
}
