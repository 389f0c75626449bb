#include "publish/world.hpp"

using namespace carillon;

TEST_CASE("where a repetition is recognised, a doubt ends by repeating") {
  for (const std::string first : {"taken-unsure", "lost-unsure"}) {
    World world;
    world.adapter->knows_keys = true;
    world.adapter->script = {first, "later", "lost-unsure"};
    Outbox box = world.outbox();
    world.plan(box, 3);
    const Delivery delivery = world.finish(box);
    CHECK(delivery.state == DeliveryState::published);
    CHECK(delivery.receipts.size() == 3);
    CHECK(world.adapter->held.size() == 3);
  }
}

TEST_CASE("a repetition that is refused says nothing of the first attempt: a person looks") {
  World world;
  world.adapter->knows_keys = true;
  world.adapter->script = {"taken-unsure", "refused"};
  Outbox box = world.outbox();
  world.plan(box, 1);
  const Delivery delivery = world.finish(box);
  CHECK(delivery.state == DeliveryState::unconfirmed);
  CHECK(delivery.reason.find("too rude") != std::string::npos);
  CHECK(!delivery.hint.empty());
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a doubt that only a repetition could end is not repeated after the window") {
  for (const std::string first : {"taken-unsure", "lost-unsure"}) {
    World world;
    world.adapter->knows_keys = true;
    world.adapter->script = {first};
    Outbox box = world.outbox();
    world.plan(box, 1);
    REQUIRE(box.run_once() == 1);
    world.clock.advance(2 * hour);
    CHECK(world.finish(box).state == DeliveryState::unconfirmed);
    CHECK(world.adapter->held.size() == (first == "taken-unsure" ? 1 : 0));
  }
}

TEST_CASE("a server that answers nothing but errors is not asked all the time") {
  World world;
  world.adapter->script.assign(500, "lost-unsure");
  Outbox box = world.outbox();
  world.plan(box, 1);
  for (int i = 0; i < 3600; ++i) {
    REQUIRE(box.run_once().has_value());
    world.clock.advance(second);
  }
  CHECK(world.adapter->script.size() > 480);
  CHECK(world.adapter->script.size() < 495);
}

TEST_CASE("waiting for a busy server does not use up the patience to look") {
  World world;
  world.options.window = 1000 * day;
  world.adapter->script.assign(30, "later");
  world.adapter->script.push_back("taken-unsure");
  world.adapter->away = 3;
  Outbox box = world.outbox();
  world.plan(box, 1);
  for (int i = 0; i < 100; ++i) world.finish(box);
  CHECK(world.adapter->looked == 4);
  CHECK(box.deliveries("tea")->at(0).state == DeliveryState::published);
  CHECK(world.adapter->held.size() == 1);
}
