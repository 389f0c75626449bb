#include "publish/world.hpp"

using namespace carillon;

namespace {

Result<AnnouncementRow> plan_from(World& world, Outbox& box, const std::string& source,
                                  const std::string& body) {
  Draft draft;
  draft.slug = "index";
  draft.body = body;
  return box.plan(draft, "https://tea.example/posts/index/", {World::rendition(1)},
                  world.clock.now(), "kim", {.source = source});
}

}  // namespace

TEST_CASE("two posts with one slug are not one post") {
  World world;
  Outbox box = world.outbox();
  REQUIRE(plan_from(world, box, "jan/index.md", "January").has_value());
  world.finish(box, "index");
  const auto other = plan_from(world, box, "feb/index.md", "February");
  REQUIRE(!other.has_value());
  CHECK(other.error().fault == Fault::conflict);
  CHECK(other.error().what == "the slug \"index\" belongs to jan/index.md");
  CHECK(plan_from(world, box, "jan/index.md", "January, mended")->revision == 2);
  // The same text elsewhere is the post, moved; from there it goes on.
  CHECK(plan_from(world, box, "archive/index.md", "January, mended")->revision == 2);
  CHECK(plan_from(world, box, "archive/index.md", "January, again")->revision == 3);
  CHECK(!plan_from(world, box, "jan/index.md", "January?").has_value());
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a time that a person names moves what is planned; no word leaves it") {
  World world;
  Outbox box = world.outbox();
  Draft draft;
  draft.slug = "tea";
  draft.body = "b";
  const auto plan = [&](Micros due, bool said) {
    const auto row = box.plan(draft, "", {World::rendition(1)}, due, "kim",
                              {.source = "tea.md", .at_is_said = said});
    REQUIRE(row.has_value());
    return box.deliveries("tea")->at(0);
  };
  CHECK(plan(start + day, true).due == start + day);
  CHECK(plan(start, false).due == start + day);
  CHECK(plan(start + 2 * day, true).due == start + 2 * day);
  CHECK(plan(start, true).due == start);
  CHECK(world.finish(box).state == DeliveryState::published);
  CHECK(plan(start + 3 * day, true).state == DeliveryState::published);
  CHECK(world.finish(box).state == DeliveryState::published);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("what was rehearsed is sent once rehearsal is over, and only when it is published") {
  World world;
  Outbox practice = world.outbox(true);
  world.plan(practice, 1);
  const Delivery rehearsed = world.finish(practice);
  CHECK(rehearsed.state == DeliveryState::published);
  CHECK(rehearsed.rehearsed);
  Outbox box = world.outbox();
  CHECK(box.run_once() == 0);
  world.adapter->held.clear();
  world.plan(box, 1);
  const Delivery sent = world.finish(box);
  CHECK(sent.state == DeliveryState::published);
  CHECK(!sent.rehearsed);
  CHECK(world.adapter->held.size() == 1);
  world.plan(practice, 1);
  CHECK(world.finish(practice).rehearsed == false);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a plan made in rehearsal is not kept in earnest, nor the other way round") {
  World world;
  Outbox practice = world.outbox(true);
  Outbox box = world.outbox();
  world.plan(practice, 1);
  const Delivery missed = world.finish(box);
  CHECK(missed.state == DeliveryState::missed);
  CHECK(missed.reason == "it was planned as a rehearsal, which is over");
  CHECK(world.adapter->held.empty());
  REQUIRE(box.resolve(missed.id, "", true, "kim").has_value());
  CHECK(world.finish(box).state == DeliveryState::published);
  CHECK(world.adapter->held.size() == 1);

  World other;
  Outbox real = other.outbox();
  other.plan(real, 1);
  Outbox rehearsal = other.outbox(true);
  REQUIRE(rehearsal.run_once() == 1);
  const Delivery waits = rehearsal.deliveries("tea")->at(0);
  CHECK(waits.state == DeliveryState::due);
  CHECK(waits.reason == "rehearsal is on, so nothing is sent");
  CHECK(other.adapter->held.empty());
  other.clock.advance(2 * minute);
  CHECK(other.finish(real).state == DeliveryState::published);
  CHECK(other.adapter->held.size() == 1);
}

TEST_CASE("the reason for a doubt stays when nobody can look") {
  World world;
  world.adapter->finds = false;
  world.adapter->script = {"lost-unsure"};
  Outbox box = world.outbox();
  world.plan(box, 1);
  const Delivery lost = world.finish(box);
  CHECK(lost.reason == "no answer; no way to look");
  CHECK(box.resolve(lost.id, "https://p.example/1", false, "kim").has_value());
  const auto again = box.resolve(lost.id, "https://p.example/1", false, "kim");
  CHECK(again.error().what.find("is published: there is no doubt to settle") != std::string::npos);
  CHECK(box.cancel(lost.id, "kim").error().what.find("cannot be cancelled") != std::string::npos);
}
