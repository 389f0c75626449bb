// A workspace with one channel on a platform that does what a script says.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <functional>

#include "publish/outbox.hpp"
#include "rig/test_db.hpp"

namespace carillon {

constexpr Micros start = 1'795'515'723'000'000;

// A platform that does what the script says and remembers what it holds.
class Scripted final : public Adapter {
 public:
  mutable std::deque<std::string> script;  // ok, taken-unsure, lost-unsure, later, refused
  mutable std::vector<std::string> held;   // the keys of what is public
  mutable bool finds = true;
  mutable bool knows_keys = false;  // a repetition changes nothing; then nothing can be found
  mutable bool prepares = true;
  bool hands = false;              // a person posts there
  mutable int away = 0;            // so often find() learns nothing
  mutable int looked = 0;          // how often find() was asked
  mutable Micros looked_from = 0;  // what it was told last
  // Called while each is under way: what others do meanwhile.
  std::function<void()> on_prepare = {};
  std::function<void()> on_send = {};
  std::function<void()> on_find = {};

  [[nodiscard]] Replay replay() const override {
    return knows_keys ? Replay::safe : finds ? Replay::look_first : Replay::ask;
  }
  [[nodiscard]] bool can_find() const override { return !knows_keys; }
  [[nodiscard]] bool by_hand() const override { return hands; }
  [[nodiscard]] Limits limits(const json::object&) const override { return {}; }
  [[nodiscard]] Result<Account> verify(Access&) const override { return Account{}; }

  [[nodiscard]] Result<std::vector<Step>> prepare(const Job& job, Access&) const override {
    if (on_prepare) on_prepare();
    if (!prepares) return fail(Fault::unavailable, "the platform is away");
    std::vector<Step> out;
    for (std::int64_t i = 0; i < std::int64_t(job.rendition.parts.size()); ++i)
      out.push_back(
          {job.delivery + std::to_string(i), job.rendition.parts[std::size_t(i)].text, i, 1});
    return out;
  }

  [[nodiscard]] Outcome send(const Step& step, std::span<const Receipt> before,
                             Access&) const override {
    CHECK(std::int64_t(before.size()) == step.first);
    const std::string what = script.empty() ? "ok" : script.front();
    if (!script.empty()) script.pop_front();
    const bool known = knows_keys && std::find(held.begin(), held.end(), step.key) != held.end();
    if ((what == "ok" || what == "taken-unsure") && !known) held.push_back(step.key);
    if (on_send) on_send();
    if (what == "ok") return Published{{{step.key, "https://p.example/" + step.key, {}}}};
    if (what == "later") return Later{"busy", 0};
    if (what == "refused") return Refused{"too rude", "Be kind."};
    return Unsure{"no answer"};
  }

  [[nodiscard]] Finding find(const Step& step, std::span<const Receipt>, Micros armed,
                             Access&) const override {
    looked_from = armed;
    if (on_find) on_find();
    ++looked;
    if (!finds || knows_keys || away > 0) {
      away -= away > 0 ? 1 : 0;
      return CannotTell{"no way to look"};
    }
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

  Outbox outbox(bool rehearses = false) {
    Channel channel;
    channel.name = "a";
    channel.platform = "scripted";
    return Outbox(*store, http, clock, ids, {{"a", Speaker{channel, adapter, rehearses}}}, options);
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

}  // namespace carillon
