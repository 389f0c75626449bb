// The faults of the kit: what the fault proxy does to writes, uploads and reads.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "kit_world.hpp"

namespace carillon::kit {

namespace {

constexpr int far = 600;  // seconds: further ahead than any wait of the outbox's own at first

struct Rule {
  std::string kind;
  std::string match;
  int skip = 0;
  int times = 1;
};

// The first happens, then the next is waited for.
void arm(World& world, const std::vector<Rule>& rules) {
  (void)control(world.http, world.target, "/__fault");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    QueryPairs query{{"kind", rules[i].kind},
                     {"match", rules[i].match},
                     {"skip", std::to_string(rules[i].skip)},
                     {"times", std::to_string(rules[i].times)},
                     {"wait", std::to_string(far)}};
    if (i > 0) query.emplace_back("then", "1");
    (void)control(world.http, world.target, "/__fault", query);
  }
}

int number_of(World& world, const std::string& path, const QueryPairs& query = {}) {
  return std::stoi(control(world.http, world.target, path, query));
}

int writes_seen(World& world) {
  return number_of(world, "/__seen", {{"match", world.target.write}});
}

// Another server that we were sent to learns nothing of ours.
void judge_aside(World& world) {
  const std::string got = lower_ascii(control(world.http, world.target, "/__got"));
  CHECK(got.find("authorization") == std::string::npos);
  CHECK(got.find("post ") == std::string::npos);
  for (const auto& [field, secret] : world.target.secrets)
    CHECK(got.find(lower_ascii(secret)) == std::string::npos);
}

// One delivery while the rules hold. `certain`: it is published without a person.
void run_fault(const Target& target, const std::vector<Rule>& rules, const Plan& plan,
               bool certain) {
  std::string named;
  for (const Rule& rule : rules)
    named += fmt::format("{} on {} after {}, ", rule.kind, rule.match, rule.skip);
  INFO(target.channel.name, ": ", named, "parts ", plan.parts);
  const Scratch dir;
  World world(target, dir.file("k.db"), next_start());
  const std::string token = world.ids.next();
  REQUIRE(world.plan(token, plan).has_value());
  arm(world, rules);
  const Delivery delivery = world.finish();
  CAPTURE(delivery.reason);
  CHECK(number_of(world, "/__hits") >= int(rules.size()));
  if (certain) CHECK(delivery.state == DeliveryState::published);
  judge_aside(world);
  if (delivery.state != DeliveryState::published) arm(world, {});
  world.judge(token, plan);
}

bool is_final(const std::string& kind) {
  return kind == "refusal" || kind == "redirect-before" || kind == "moved-before";
}

void run_write_faults(const Target& target) {
  const std::vector<std::string> common{
      "reset-before", "reset-after",   "500-before", "500-after", "502-after",
      "503-before",   "page-before",   "page-after", "cut",       "slow",
      "limit-with",   "limit-without", "expired",    "refusal"};
  const std::vector<std::string> odd{
      "redirect-before", "moved-before",  "see-other-after", "flood-before", "flood-after",
      "endless-before",  "endless-after", "headers-after",   "junk-before",  "junk-after"};
  for (const int parts : {1, 3}) {
    for (int skip = 0; skip < std::min({parts, target.writes, 2}); ++skip) {
      auto kinds = common;
      if (parts == 1) kinds.insert(kinds.end(), odd.begin(), odd.end());
      for (const std::string& kind : kinds) {
        const bool certain = target.can_tell && !is_final(kind) && kind != "expired";
        run_fault(target, {{kind, target.write, skip}}, {.parts = parts}, certain);
      }
    }
  }
}

// Nothing of an upload is public, so it is simply done again.
void run_upload_faults(const Target& target) {
  for (const char* kind : {"reset-before", "reset-after", "500-before", "500-after", "503-before",
                           "page-before", "page-after", "cut", "slow", "limit-with",
                           "limit-without", "expired", "refusal", "redirect-before", "moved-before",
                           "flood-after", "endless-before", "junk-after", "empty-after"}) {
    // An answer that names no picture may be taken for a refusal.
    const bool certain =
        !is_final(kind) && std::string(kind) != "expired" && std::string(kind) != "empty-after";
    run_fault(target, {{kind, target.upload}}, {.picture = true}, certain);
  }
}

// While we look: before the first write, and after one whose outcome is not known.
void run_read_faults(const Target& target) {
  for (const char* kind : {"reset-before", "500-before", "page-before", "cut", "slow", "limit-with",
                           "limit-without", "redirect-before", "moved-before", "flood-before",
                           "endless-before", "junk-before", "empty-before", "expired"}) {
    for (const char* doubt : {"reset-after", "500-before"})
      run_fault(target, {{doubt, target.write}, {kind, target.read}}, {}, target.can_tell);
  }
}

// Nobody can look for what is in doubt: a person must, and it is not sent meanwhile.
void run_blind(const Target& target) {
  constexpr int always = 1'000'000;
  for (const char* doubt : {"reset-after", "500-before"}) {
    INFO(target.channel.name, ": blind after ", doubt);
    const Scratch dir;
    World world(target, dir.file("k.db"), next_start());
    const std::string token = world.ids.next();
    REQUIRE(world.plan(token).has_value());
    arm(world, {{doubt, target.write}, {"page-before", target.read, 0, always}});
    const Delivery delivery = world.finish();
    CHECK(delivery.state == DeliveryState::unconfirmed);
    CHECK(writes_seen(world) == 1);
    arm(world, {});
    world.judge(token, {});
  }
}

// A platform that names a time is left alone until then, to the microsecond of our clock.
void run_stated_time(const Target& target, const Rule& rule, const Plan& plan) {
  INFO(target.channel.name, ": ", rule.kind, " on ", rule.match, ", parts ", plan.parts);
  const Scratch dir;
  World world(target, dir.file("k.db"), next_start());
  const std::string token = world.ids.next();
  REQUIRE(world.plan(token, plan).has_value());
  arm(world, {rule});
  const QueryPairs counted{{"match", rule.match}};
  const Micros asked = world.clock.now();
  REQUIRE(world.outbox->run_once().has_value());
  const Delivery waits = world.delivery();
  CHECK(waits.state == DeliveryState::due);
  CHECK(waits.not_before >= asked + far * second);
  CHECK(waits.not_before <= asked + (far + 2) * second);
  const int before = number_of(world, "/__seen", counted);
  world.clock.set(waits.not_before - 1);
  CHECK(*world.outbox->run_once() == 0);
  CHECK(number_of(world, "/__seen", counted) == before);
  world.clock.set(waits.not_before);
  CHECK(*world.outbox->run_once() == 1);
  CHECK(world.delivery().state == DeliveryState::published);
  world.judge(token, plan);
}

void run_stated_times(const Target& target) {
  for (const char* kind : {"limit-with", "limit-date", "limit-words", "limit-epoch"}) {
    run_stated_time(target, {kind, target.write}, {});
    if (target.writes > 2) run_stated_time(target, {kind, target.write, 2}, {.parts = 3});
  }
  if (!target.uploads_wait) return;
  run_stated_time(target, {"limit-with", target.upload}, {.picture = true});
  run_stated_time(target, {"limit-words", target.read}, {});
}

// Without a stated time there is a pause all the same, and it grows.
void run_unstated_times(const Target& target) {
  const Scratch dir;
  World world(target, dir.file("k.db"), next_start());
  const std::string token = world.ids.next();
  REQUIRE(world.plan(token).has_value());
  arm(world, {{"limit-without", target.write, 0, 3}});
  Micros pause = 0;
  for (int round = 1; round <= 3; ++round) {
    CHECK(*world.outbox->run_once() == 1);
    const Micros next = world.delivery().not_before;
    CHECK(next - world.clock.now() > pause);
    pause = next - world.clock.now();
    world.clock.set(next - 1);
    CHECK(*world.outbox->run_once() == 0);
    CHECK(writes_seen(world) == round);
    world.clock.set(next);
  }
  CHECK(world.finish().state == DeliveryState::published);
  world.judge(token, {});
}

// Nothing listens, before the preparation or after it; then the server comes back. Nothing was
// sent, so nobody is asked, also where a doubt would need a person.
void run_refused_connection(const Target& target) {
  Target door = target;
  {
    HttpClient http({.allow_private_for_tests = true});
    door.proxy = "http://127.0.0.1:" + control(http, target, "/__aside");
  }
  for (const bool prepared : {false, true}) {
    INFO(target.channel.name, ": nothing listens", std::string(prepared ? ", prepared" : ""));
    const Scratch dir;
    World world(target, dir.file("k.db"), next_start());
    const std::string token = world.ids.next();
    REQUIRE(world.plan(token).has_value());
    arm(world, {});
    if (prepared) {
      arm(world, {{"limit-without", target.write}});
      REQUIRE(world.outbox->run_once().has_value());
    }
    (void)control(world.http, door, "/__down");
    for (int round = 0; round < 4; ++round) {
      CHECK(world.outbox->run_once().has_value());
      const Delivery waits = world.delivery();
      CAPTURE(waits.reason);
      CHECK(waits.state == DeliveryState::due);
      CHECK(waits.reason.find("127.0.0.1") != std::string::npos);
      world.clock.advance(hour);
    }
    (void)control(world.http, door, "/__up");
    CHECK(world.finish().state == DeliveryState::published);
    CHECK(writes_seen(world) == (prepared ? 2 : 1));
    world.judge(token, {});
  }
}

// Credentials that are wrong from the start: said at once, with what to do, and nothing stands
// there; with the right ones a person sends it again.
void run_wrong_credentials(const Target& target) {
  if (target.secrets.empty()) return;
  INFO(target.channel.name, ": wrong credentials");
  const Scratch dir;
  World world(target, dir.file("k.db"), next_start());
  for (auto& [field, secret] : world.secrets) secret = "quite-wrong";
  const std::string token = world.ids.next();
  REQUIRE(world.plan(token).has_value());
  arm(world, {});
  const Delivery delivery = world.finish();
  CHECK(delivery.state == DeliveryState::refused);
  CHECK(!delivery.hint.empty());
  CHECK((delivery.reason + delivery.hint).find("quite-wrong") == std::string::npos);
  world.secrets = target.secrets;
  world.judge(token, {});
}

}  // namespace

void run_faults(const Target& target) {
  run_write_faults(target);
  if (!target.upload.empty()) run_upload_faults(target);
  if (!target.read.empty()) {
    run_read_faults(target);
    run_blind(target);
  }
  run_stated_times(target);
  run_unstated_times(target);
  run_refused_connection(target);
  run_wrong_credentials(target);
}

}  // namespace carillon::kit
