#include "publish/outbox.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "rig/test_db.hpp"
#include "text/adapt.hpp"

using namespace carillon;

namespace {

constexpr Micros start = 1'795'515'723'000'000;

// A platform that does what the script says and remembers what it holds.
class Scripted final : public Adapter {
 public:
  mutable std::deque<std::string> script;  // ok, taken-unsure, lost-unsure, later, refused
  mutable std::vector<std::string> held;   // the keys of what is public
  mutable bool finds = true;
  std::function<void()> on_send = {};

  [[nodiscard]] Replay replay() const override { return finds ? Replay::look_first : Replay::ask; }
  [[nodiscard]] Limits limits(const json::object&) const override { return {}; }
  [[nodiscard]] Result<Account> verify(Access&) const override { return Account{}; }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access&) const override {
    std::vector<Step> out;
    for (std::int64_t i = 0; i < std::int64_t(job.rendition.parts.size()); ++i)
      out.push_back(
          {job.delivery + std::to_string(i), job.rendition.parts[std::size_t(i)].text, i, 1});
    return out;
  }

  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt> before,
                             Access&) const override {
    CHECK(std::int64_t(before.size()) == step.first);
    if (on_send) on_send();
    const std::string what = script.empty() ? "ok" : script.front();
    if (!script.empty()) script.pop_front();
    if (what == "ok" || what == "taken-unsure") held.push_back(step.key);
    if (what == "ok") return Published{{{step.key, "https://p.example/" + step.key, {}}}};
    if (what == "later") return Later{"busy", 0};
    if (what == "refused") return Refused{"too rude", "Be kind."};
    return Unsure{"no answer"};
  }

  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt>, Micros,
                             Access&) const override {
    if (!finds) return CannotTell{"no way to look"};
    for (const std::string& key : held) {
      if (key == step.key) return Published{{{step.key, "https://p.example/" + step.key, {}}}};
    }
    return Absent{};
  }
};

struct World {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{start};
  Ids ids{clock};
  HttpClient http{HttpClientOptions{}};
  std::shared_ptr<Scripted> adapter = std::make_shared<Scripted>();
  OutboxOptions options;

  Outbox outbox() {
    Channel channel;
    channel.name = "a";
    channel.platform = "scripted";
    return Outbox(*store, http, clock, ids, {{"a", Speaker{channel, adapter}}}, options);
  }
  static Rendition rendition(int parts) {
    Rendition out;
    out.channel = "a";
    out.platform = "scripted";
    for (int i = 0; i < parts; ++i)
      out.parts.push_back({"part " + std::to_string(i), 6, 0, {}, {}});
    return out;
  }
  AnnouncementRow plan(Outbox& box, int parts, const std::string& body = "b",
                       const std::string& slug = "tea") {
    Draft draft;
    draft.slug = slug;
    draft.body = body;
    auto row =
        box.plan(draft, "https://tea.example/posts/tea/", {rendition(parts)}, clock.now(), "kim");
    REQUIRE_MESSAGE(row.has_value(), row.error().what);
    return *row;
  }
  // Runs until nothing moves for a day.
  Delivery finish(Outbox& box, const std::string& slug = "tea") {
    for (int i = 0; i < 60; ++i) {
      const auto done = box.run_once();
      REQUIRE_MESSAGE(done.has_value(), done.error().what);
      if (*done == 0) clock.advance(10 * minute);
    }
    return box.deliveries(slug)->at(0);
  }
};

}  // namespace

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

TEST_CASE("a server that fails each time is asked again less and less often") {
  World world;
  world.options.window = 1000 * day;
  world.adapter->script = {"lost-unsure", "lost-unsure", "lost-unsure", "lost-unsure", "ok"};
  int sends = 0;
  world.adapter->on_send = [&] { ++sends; };
  Outbox box = world.outbox();
  world.plan(box, 1);
  for (int i = 0; i < 20; ++i) CHECK(box.run_once().has_value());
  CHECK(sends == 2);  // the second attempt follows at once
  world.clock.advance(minute);
  for (int i = 0; i < 20; ++i) CHECK(box.run_once().has_value());
  CHECK(sends == 3);
  CHECK(world.finish(box).state == DeliveryState::published);
  CHECK(sends == 5);
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
