#include <fmt/format.h>

#include <algorithm>

#include "publish/world.hpp"

using namespace carillon;

TEST_CASE("each outcome ends in a truthful state, and nothing is there twice") {
  for (const int parts : {1, 3}) {
    for (const std::string first : {"ok", "taken-unsure", "lost-unsure", "later"}) {
      for (const std::string second : {"ok", "taken-unsure", "lost-unsure"}) {
        World world;
        world.options.window = 1000 * day;
        Outbox box = world.outbox();
        world.adapter->script = {first, second};
        world.plan(box, parts);
        const Delivery delivery = world.finish(box);
        CAPTURE(first);
        CAPTURE(second);
        CHECK(delivery.state == DeliveryState::published);
        CHECK(world.adapter->held.size() == std::size_t(parts));
        CHECK(delivery.receipts.size() == std::size_t(parts));
      }
    }
  }
}

TEST_CASE("what cannot be looked for is left to a person, and never sent again") {
  World world;
  world.adapter->finds = false;
  world.adapter->script = {"taken-unsure"};
  Outbox box = world.outbox();
  world.plan(box, 1);
  Delivery delivery = world.finish(box);
  CHECK(delivery.state == DeliveryState::unconfirmed);
  CHECK(world.adapter->held.size() == 1);
  CHECK(box.resolve(delivery.id, "https://p.example/1", false, "kim")->state ==
        DeliveryState::published);
  CHECK(box.resolve(delivery.id, "", true, "kim").error().fault == Fault::conflict);
}

TEST_CASE("a refusal says why, and the same file again sends nothing") {
  World world;
  world.adapter->script = {"refused"};
  Outbox box = world.outbox();
  const AnnouncementRow row = world.plan(box, 1);
  CHECK(world.finish(box).reason == "too rude");
  CHECK(world.plan(box, 1).revision == row.revision);
  CHECK(world.finish(box).state == DeliveryState::refused);
  CHECK(world.plan(box, 1, "kinder").revision == row.revision + 1);
  world.clock.set(world.clock.now());
  CHECK(box.run_once().has_value());
  CHECK(box.deliveries("tea")->at(0).state == DeliveryState::published);
  CHECK(world.plan(box, 1, "another text").revision == row.revision + 2);
  world.finish(box);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a post overdue by more than its window is never sent unasked") {
  World world;
  Outbox box = world.outbox();
  world.plan(box, 1);
  world.clock.advance(world.options.window + second);
  const Delivery delivery = world.finish(box);
  CHECK(delivery.state == DeliveryState::missed);
  CHECK(world.adapter->held.empty());
  CHECK(box.resolve(delivery.id, "", true, "kim").has_value());
  CHECK(box.run_once() == 1);
  CHECK(world.adapter->held.size() == 1);
}

TEST_CASE("a program that dies at any step of a group leaves each post once") {
  constexpr int posts = 11;
  for (int kill = 1; kill < 60; ++kill) {
    World world;
    world.options.window = 1000 * day;
    int steps = 0;
    struct Died {};
    {
      auto dying = world.options;
      dying.crash_point = [&](const char*) {
        if (++steps == kill) throw Died{};
      };
      std::swap(world.options, dying);
      Outbox box = world.outbox();
      std::swap(world.options, dying);
      for (int i = 0; i < posts; ++i) world.plan(box, 1 + i % 2, "b", fmt::format("p{}", i));
      try {
        const bool ran = box.run_once().has_value();
        CHECK(ran);
      } catch (const Died&) {
        CHECK(steps == kill);
      }
    }
    world.store = world.database.open();
    Outbox box = world.outbox();
    world.finish(box, "p0");
    const auto all = box.deliveries("");
    CHECK(std::all_of(all->begin(), all->end(), [](const Delivery& delivery) {
      return delivery.state == DeliveryState::published;
    }));
    CHECK_MESSAGE(world.adapter->held.size() == posts + posts / 2, kill);
    if (steps < kill) return;
  }
  FAIL("it never came to the end");
}

TEST_CASE("a slow platform ends its group early, and the rest follows") {
  World world;
  Outbox box = world.outbox();
  for (int i = 0; i < 5; ++i) world.plan(box, 1, "b", fmt::format("p{}", i));
  world.adapter->on_send = [&] { world.clock.advance(40 * second); };
  REQUIRE(box.run_once().has_value());
  CHECK(world.adapter->held.size() == 1);
  const auto all = box.deliveries("");
  const auto waiting = std::count_if(all->begin(), all->end(), [](const Delivery& delivery) {
    return delivery.state == DeliveryState::due && delivery.attempts == 0;
  });
  CHECK(waiting == 4);
  world.finish(box, "p0");
  CHECK(world.adapter->held.size() == 5);
}

TEST_CASE("a program that dies at any step leaves one post, and its successor knows it") {
  for (const int parts : {1, 3}) {
    for (int kill = 1; kill < 30; ++kill) {
      World world;
      world.options.window = 1000 * day;
      int steps = 0;
      struct Died {};
      {
        auto dying = world.options;
        dying.crash_point = [&](const char*) {
          if (++steps == kill) throw Died{};
        };
        std::swap(world.options, dying);
        Outbox box = world.outbox();
        std::swap(world.options, dying);
        world.plan(box, parts);
        try {
          const bool ran = box.run_once().has_value();
          CHECK(ran);
        } catch (const Died&) {
          CHECK(steps == kill);
        }
      }
      world.store = world.database.open();  // the successor
      Outbox box = world.outbox();
      CHECK(world.finish(box).state == DeliveryState::published);
      CHECK_MESSAGE(world.adapter->held.size() == std::size_t(parts), kill);
      if (steps < kill) break;
    }
  }
}
