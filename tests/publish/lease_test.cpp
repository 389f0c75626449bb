#include "publish/world.hpp"

using namespace carillon;

namespace {

// Does it the first time only.
std::function<void()> once(std::function<void()> what) {
  return [what = std::move(what), done = false]() mutable {
    if (!std::exchange(done, true)) what();
  };
}

}  // namespace

TEST_CASE("what a person cancels stays cancelled, whatever a worker has in hand") {
  World world;
  Outbox box = world.outbox();
  world.plan(box, 1);
  const std::string id = box.deliveries("tea")->at(0).id;
  world.adapter->prepares = false;
  world.adapter->on_prepare = once([&] { REQUIRE(box.cancel(id, "kim").has_value()); });
  REQUIRE(box.run_once() == 1);
  CHECK(box.deliveries("tea")->at(0).state == DeliveryState::cancelled);
  world.adapter->prepares = true;
  CHECK(world.finish(box).state == DeliveryState::cancelled);
  CHECK(world.adapter->held.empty());
}

TEST_CASE("a person's word stands against what a worker finds meanwhile") {
  World world;
  world.adapter->script = {"lost-unsure"};
  Outbox box = world.outbox();
  world.plan(box, 1);
  REQUIRE(box.run_once() == 1);
  const Delivery lost = box.deliveries("tea")->at(0);
  REQUIRE(lost.state == DeliveryState::unconfirmed);
  world.adapter->on_find = once([&] {
    REQUIRE(box.resolve(lost.id, "https://p.example/by-hand", false, "kim").has_value());
  });
  const Delivery delivery = world.finish(box);
  CHECK(delivery.state == DeliveryState::published);
  CHECK(delivery.receipts.at(0).url == "https://p.example/by-hand");
  CHECK(world.adapter->held.empty());
}

TEST_CASE("a new text takes the delivery from the worker that holds the old one") {
  World world;
  Outbox box = world.outbox();
  world.plan(box, 1, "old");
  world.adapter->on_prepare = once([&] { world.plan(box, 3, "new"); });
  const Delivery delivery = world.finish(box);
  CHECK(delivery.revision == 2);
  CHECK(delivery.state == DeliveryState::published);
  CHECK(world.adapter->held.size() == 3);
}

TEST_CASE("a worker that comes back after its lease knows best, and says it once") {
  for (const bool finds : {true, false}) {
    CAPTURE(finds);
    World world;
    world.adapter->finds = finds;
    Outbox box = world.outbox();
    Outbox other = world.outbox();
    world.plan(box, 3);
    world.adapter->on_send = once([&] {
      world.clock.advance(world.options.lease + second);
      const auto done = other.run_once();
      REQUIRE(done.has_value());
    });
    const Delivery delivery = world.finish(box);
    CHECK(delivery.state == DeliveryState::published);
    CHECK(delivery.receipts.size() == 3);
    CHECK(world.adapter->held.size() == 3);
    for (const Receipt& receipt : delivery.receipts) CHECK(!receipt.id.empty());
  }
}

TEST_CASE("a machine that sleeps between arming and sending does not send what others took over") {
  World world;
  world.options.window = 1000 * day;
  Outbox other = world.outbox();
  world.options.crash_point = [&, slept = false](const char* name) mutable {
    if (std::string(name) != "after arm" || std::exchange(slept, true)) return;
    world.clock.advance(world.options.lease + second);
    CHECK(other.run_once() == 1);  // looks for it: it is not there
    world.clock.advance(hour);
    CHECK(other.run_once() == 1);  // so it sends it
  };
  Outbox sleeper = world.outbox();
  world.plan(sleeper, 1);
  CHECK(world.finish(sleeper).state == DeliveryState::published);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a machine that slept past the window sends nothing when it wakes") {
  World world;
  world.options.crash_point = [&, slept = false](const char* name) mutable {
    if (std::string(name) == "before arm" && !std::exchange(slept, true))
      world.clock.advance(5 * hour);
  };
  Outbox box = world.outbox();
  world.plan(box, 1);
  CHECK(world.finish(box).state == DeliveryState::missed);
  CHECK(world.adapter->held.empty());
}

TEST_CASE("what is looked for may have left a little after it was armed") {
  World world;
  world.adapter->script = {"lost-unsure"};
  Outbox box = world.outbox();
  world.plan(box, 1);
  REQUIRE(box.run_once() == 1);
  REQUIRE(box.run_once() == 1);
  const Micros armed = start;
  CHECK(world.adapter->looked_from > armed);
  CHECK(world.adapter->looked_from < armed + minute);
}
