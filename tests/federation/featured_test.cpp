#include <doctest/doctest.h>

#include "federation/house.hpp"
#include "federation/spread.hpp"
#include "federation/telling.hpp"
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
  FediPost post;
  post.url = note;
  post.language = "en";
  const FediSite site(rig::our_account(), {post}, {.followers = {}, .of_post = {}, .pinned = [&] {
                                                     return house.store->read(pinned);
                                                   }});
  const auto answer = site.answer(query);
  REQUIRE(answer);
  CHECK_FALSE(answer->headers.get("ETag").empty());
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
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub: followers hear that a post stands first") {
  House house;
  announce(house, "tea");
  announce(house, "later");
  const auto tells = [&](Db& db, const Pinned& one) {
    return tell_pin(db, rig::our_account(), one.announcement, one.permalink, true,
                    house.clock.now());
  };
  const auto queued = [&] {
    std::vector<json::value> out;
    while (const auto one = *house.store->write([&](Db& db) {
      return fedi_rows::claim_spread(db, house.clock.now() + 1, house.clock.now() + hour);
    })) {
      out.push_back(*parse_json(one->activity.body));
      REQUIRE(
          house.store->write([&](Db& db) { return fedi_rows::end_spread(db, one->activity.id); }));
    }
    return out;
  };
  // What the home does not show is no news.
  CHECK(pin(*house.store, house.clock, "later", true, tells)->changed);
  CHECK(queued().empty());
  FediPost post;
  post.announcement = "id-tea";
  post.url = note;
  post.language = "en";
  REQUIRE(tell_posts(*house.store, house.clock, FediSite(rig::our_account(), {post}, {})));
  CHECK(pin(*house.store, house.clock, "tea", true, tells)->changed);
  CHECK_FALSE(pin(*house.store, house.clock, "tea", true, tells)->changed);
  const auto told = queued();
  REQUIRE(told.size() == 1);
  CHECK(told[0].at("type") == "Add");
  CHECK(told[0].at("actor") == json::value(rig::our_account().id()));
  CHECK(told[0].at("object") == json::value(note));
  CHECK(told[0].at("target") == "https://example.org/actors/news/featured");
  CHECK(told[0].at("to").at(0) == json::value(public_audience));
  CHECK(pin_of(rig::our_account(), note, false, 5).at("type") == "Remove");
  CHECK(pin_of(rig::our_account(), note, false, 5).at("id") !=
        pin_of(rig::our_account(), note, true, 5).at("id"));
  // What was pinned before it came stands behind its Create.
  FediPost later = post;
  later.announcement = "id-later";
  later.url = "https://example.org/posts/later/";
  REQUIRE(tell_posts(*house.store, house.clock, FediSite(rig::our_account(), {later, post}, {})));
  const auto both = queued();
  REQUIRE(both.size() == 2);
  CHECK(both[0].at("type") == "Create");
  CHECK(both[1].at("type") == "Add");
  CHECK(both[1].at("object") == json::value(later.url));
}
