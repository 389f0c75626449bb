#include "publish/world.hpp"

using namespace carillon;

TEST_CASE("a new text never repeats a thread of which a part is public") {
  for (const bool cancels : {false, true}) {
    World world;
    world.adapter->script = {"ok", cancels ? "later" : "refused"};
    Outbox box = world.outbox();
    world.plan(box, 3);
    REQUIRE(box.run_once() == 1);
    const std::string id = box.deliveries("tea")->at(0).id;
    if (cancels) REQUIRE(box.cancel(id, "kim").has_value());
    world.plan(box, 3, "new");
    const Delivery delivery = world.finish(box);
    CHECK(delivery.revision == 1);
    CHECK(delivery.receipts.size() == 1);
    CHECK(world.adapter->held.size() == 1);
  }
}

TEST_CASE("a new text does not bring back what was cancelled while it was in doubt") {
  World world;
  world.adapter->finds = false;
  world.adapter->script = {"taken-unsure"};
  Outbox box = world.outbox();
  world.plan(box, 1);
  const Delivery lost = world.finish(box);
  const auto cancelled = box.cancel(lost.id, "kim");
  REQUIRE(cancelled.has_value());
  CHECK(cancelled->reason.find("not known") != std::string::npos);
  world.plan(box, 1, "new");
  CHECK(world.finish(box).state == DeliveryState::cancelled);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a new text is taken by all that is surely not public") {
  for (const std::string first : {"refused", "later", "lost-unsure"}) {
    World world;
    world.adapter->script = {first};
    Outbox box = world.outbox();
    world.plan(box, 1);
    REQUIRE(box.run_once() == 1);
    if (first == "lost-unsure") REQUIRE(box.run_once() == 1);  // proved absent
    if (first == "later") REQUIRE(box.cancel(box.deliveries("tea")->at(0).id, "kim").has_value());
    world.plan(box, 1, "new");
    const Delivery delivery = world.finish(box);
    CHECK(delivery.revision == 2);
    CHECK(delivery.state == DeliveryState::published);
    CHECK(world.adapter->held.size() == 1);
  }
}
