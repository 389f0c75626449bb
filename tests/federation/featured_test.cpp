#include "federation/featured.hpp"

#include <doctest/doctest.h>

#include "federation/house.hpp"
#include "publish/pins.hpp"
#include "publish/rows.hpp"

using namespace carillon;
using rig::House;
using rig::note;

namespace {

void announce(House& house, const std::string& slug) {
  AnnouncementRow row;
  row.id = "id-" + slug;
  row.slug = slug;
  row.permalink = "https://example.org/posts/" + slug + "/";
  REQUIRE(house.store->write([&](Db& db) { return rows::save(db, row, true); }));
}

json::value featured(House& house) {
  const HttpQuery query{
      .method = "GET", .target = "/actors/news/featured", .path = "/actors/news/featured"};
  const auto answer = answer_featured(house.site, *house.store, query);
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->headers.get("Content-Type").starts_with("application/activity+json"));
  return *parse_json(answer->body);
}

}  // namespace

TEST_CASE(
    "docs.joinmastodon.org/spec/activitypub/#featured: what is pinned, the newest pin first") {
  House house;
  CHECK(featured(house).at("totalItems") == 0);
  announce(house, "tea");
  announce(house, "planned");
  CHECK(pin(*house.store, house.clock, "tea", true)->changed);
  house.clock.advance(second);
  CHECK_FALSE(pin(*house.store, house.clock, "id-tea", true)->changed);
  // The home does not show this one.
  CHECK(pin(*house.store, house.clock, "planned", true)->changed);
  const json::value shown = featured(house);
  CHECK(shown.at("type") == "OrderedCollection");
  CHECK(shown.at("id") == "https://example.org/actors/news/featured");
  CHECK(shown.at("orderedItems") == json::value(json::array{json::string(note)}));
  CHECK(pin(*house.store, house.clock, "tea", false)->changed);
  CHECK_FALSE(pin(*house.store, house.clock, "tea", false)->changed);
  CHECK(featured(house).at("orderedItems").as_array().empty());
}

TEST_CASE("five are pinned at most, and what is removed is pinned no more") {
  House house;
  for (const char* slug : {"a", "b", "c", "d", "e", "f"}) announce(house, slug);
  for (const char* slug : {"a", "b", "c", "d", "e"})
    CHECK(pin(*house.store, house.clock, slug, true));
  CHECK(pin(*house.store, house.clock, "f", true).error().fault == Fault::conflict);
  CHECK_FALSE(pin(*house.store, house.clock, "e", true)->changed);
  REQUIRE(house.store->write([](Db& db) {
    return db.run(
        "insert into removal (announcement, slug, permalink, published, removed) "
        "values ('id-e', 'e', 'https://example.org/posts/e/', 1, 2)");
  }));
  CHECK(house.store->read(pinned)->size() == 4);
  CHECK(pin(*house.store, house.clock, "f", true));
  CHECK(pin(*house.store, house.clock, "e", true).error().fault == Fault::conflict);
  CHECK(pin(*house.store, house.clock, "none", true).error().fault == Fault::not_found);
  const HttpQuery other{.method = "GET", .target = "/actors/news", .path = "/actors/news"};
  CHECK_FALSE(answer_featured(house.site, *house.store, other));
}
