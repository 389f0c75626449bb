#include "publish/world.hpp"

using namespace carillon;

namespace {

Delivery handed_over(World& world, Outbox& box, int parts = 1) {
  world.adapter->hands = true;
  world.plan(box, parts);
  return world.finish(box);
}

}  // namespace

TEST_CASE("what a person posts by hand waits for them, and nothing is sent") {
  World world;
  Outbox box = world.outbox();
  const Delivery waits = handed_over(world, box, 3);
  CHECK(waits.state == DeliveryState::manual);
  CHECK(waits.hint.find("carillon card " + waits.id) != std::string::npos);
  CHECK(waits.steps.empty());
  CHECK(world.adapter->held.empty());
  const auto again = box.resolve(waits.id, "", true, "kim");
  CHECK(again.error().fault == Fault::conflict);
  const auto posted = box.resolve(waits.id, "https://p.example/1", false, "kim");
  REQUIRE_MESSAGE(posted.has_value(), posted.error().what);
  CHECK(posted->state == DeliveryState::published);
  CHECK(posted->receipts.size() == 3);
  CHECK(posted->receipts.at(0).url == "https://p.example/1");
  CHECK(box.resolve(waits.id, "https://p.example/2", false, "kim").error().fault ==
        Fault::conflict);
  CHECK(world.finish(box).state == DeliveryState::published);
  CHECK(world.adapter->held.empty());
}

TEST_CASE("a changed text makes a new card until a person has said where it stands") {
  World world;
  Outbox box = world.outbox();
  const Delivery old = handed_over(world, box);
  world.plan(box, 2, "new");
  const Delivery fresh = world.finish(box);
  CHECK(fresh.state == DeliveryState::manual);
  CHECK(fresh.revision == 2);
  CHECK(fresh.rendition.parts.size() == 2);
  REQUIRE(box.resolve(old.id, "https://p.example/1", false, "kim").has_value());
  world.plan(box, 1, "newer");
  CHECK(world.finish(box).revision == 2);
}

TEST_CASE("a card whose time passed while nothing ran asks first") {
  World world;
  Outbox box = world.outbox();
  world.adapter->hands = true;
  world.plan(box, 1);
  world.clock.advance(2 * hour);
  const Delivery missed = world.finish(box);
  CHECK(missed.state == DeliveryState::missed);
  REQUIRE(box.resolve(missed.id, "", true, "kim").has_value());
  CHECK(world.finish(box).state == DeliveryState::manual);
  REQUIRE(box.cancel(missed.id, "kim").has_value());
  CHECK(world.finish(box).state == DeliveryState::cancelled);
}
