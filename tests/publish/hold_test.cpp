#include "publish/world.hpp"

using namespace carillon;

namespace {

constexpr Micros held_for = 10 * second;

Draft draft_of(const std::string& body) {
  Draft out;
  out.slug = "tea";
  out.body = body;
  return out;
}

AnnouncementRow hold(World& world, Outbox& box, const std::string& body) {
  const auto row = box.plan(draft_of(body), "https://tea.example/posts/tea/", {World::rendition(1)},
                            world.clock.now() + held_for, "kim", {.held = true});
  REQUIRE_MESSAGE(row.has_value(), row.error().what);
  return *row;
}

Result<void> take_back(Outbox& box, const std::string& id) {
  return box.withdraw(id, "kim", [](Db&, const Hold&) -> Result<void> { return {}; });
}

}  // namespace

TEST_CASE("a plan that is held is withdrawn as if it never was") {
  World world;
  Outbox box = world.outbox();
  const AnnouncementRow row = hold(world, box, "b");
  REQUIRE(box.holds()->size() == 1);
  CHECK(box.holds()->at(0).until == start + held_for);
  CHECK(box.run_once().value() == 0);
  REQUIRE(take_back(box, row.id).has_value());
  CHECK(box.announcement("tea").error().fault == Fault::not_found);
  CHECK(box.deliveries("")->empty());
  CHECK(box.holds()->empty());
  world.clock.advance(minute);
  CHECK(box.run_once().value() == 0);
  CHECK(world.adapter->held.empty());
  // And published anew it goes out.
  CHECK(hold(world, box, "b").revision == 1);
  world.clock.advance(held_for);
  CHECK(world.finish(box).state == DeliveryState::published);
}

TEST_CASE("what is on its way is not withdrawn") {
  World world;
  Outbox box = world.outbox();
  const AnnouncementRow row = hold(world, box, "b");
  world.clock.advance(held_for);
  world.adapter->on_send = [&] {
    const auto late = take_back(box, row.id);
    REQUIRE(!late.has_value());
    CHECK(late.error().fault == Fault::conflict);
  };
  CHECK(world.finish(box).state == DeliveryState::published);
  CHECK(take_back(box, row.id).error().what == "tea can no longer be withdrawn");
  CHECK(box.announcement("tea")->revision == 1);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("an edit that is withdrawn leaves what was planned before") {
  World world;
  Outbox box = world.outbox();
  const auto first = box.plan(draft_of("b"), "", {World::rendition(1)}, start + day, "kim", {});
  REQUIRE(first.has_value());
  world.clock.advance(second);
  REQUIRE(hold(world, box, "c").revision == 2);
  REQUIRE(take_back(box, first->id).has_value());
  CHECK(box.announcement("tea")->revision == 1);
  CHECK(box.announcement("tea")->draft.body == "b");
  const Delivery back = box.deliveries("tea")->at(0);
  CHECK(back.due == start + day);
  CHECK(back.revision == 1);
}

TEST_CASE("nothing is held where nobody asked for it, or where nothing changed") {
  World world;
  Outbox box = world.outbox();
  world.plan(box, 1);
  CHECK(box.holds()->empty());
  CHECK(take_back(box, "tea").error().fault == Fault::conflict);
  CHECK(take_back(box, "coffee").error().fault == Fault::not_found);
  CHECK(world.finish(box).state == DeliveryState::published);
  hold(world, box, "b");
  CHECK(box.holds()->empty());
}

TEST_CASE("a withdrawal that fails half way takes nothing back") {
  World world;
  Outbox box = world.outbox();
  const AnnouncementRow row = hold(world, box, "b");
  const auto failed = box.withdraw(row.id, "kim", [](Db&, const Hold&) -> Result<void> {
    return fail(Fault::unavailable, "the desk is away");
  });
  CHECK(!failed.has_value());
  CHECK(box.holds()->size() == 1);
  world.clock.advance(held_for);
  CHECK(world.finish(box).state == DeliveryState::published);
}
