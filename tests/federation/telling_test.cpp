#include "federation/telling.hpp"

#include <doctest/doctest.h>

#include "federation/peer.hpp"
#include "federation/limits.hpp"
#include "federation/rows.hpp"
#include "federation/spread.hpp"
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
  CHECK(world.queued() ==
        std::vector<std::string>{"https://example.org/posts/old/#update-2"});
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
