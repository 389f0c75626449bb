#include "kit.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "kit_world.hpp"

namespace carillon::kit {

namespace {

// The longest text that fits, by the adapter's own count: beginning with what `count_held` looks
// for, of letters, marks and emoji that are several code points and bytes, ending in a letter.
std::string longest(const Limits& limits, const std::string& token,
                    const std::vector<std::string>& units) {
  const auto fits = [&](const std::string& text) {
    return limits.count(text) <= limits.length &&
           (limits.bytes == 0 || std::int64_t(text.size()) <= limits.bytes);
  };
  std::string text = fmt::format("Part 0 of {}, https://example.org/{} ", token, token);
  for (std::size_t i = 0; fits(text + units[i % units.size()]); ++i)
    text += units[i % units.size()];
  while (!fits(text + "x")) text.erase(text.find_last_of(' '));
  while (fits(text + "x")) text += "x";
  return text;
}

// The text that just fits is published whole; with one letter more it is blocked while planning,
// and where it is sent all the same, the platform refuses it: the limit is the platform's own.
void run_length(const Target& target, const std::vector<std::string>& units) {
  const Scratch dir;
  World world(target, dir.file("k.db"), next_start());
  const std::string token = world.ids.next();
  const Limits limits = world.adapter->limits({});
  const std::string fits = longest(limits, token, units);
  CAPTURE(fits);
  CHECK((limits.count(fits) == limits.length || std::int64_t(fits.size()) == limits.bytes));
  const auto row = world.plan(token, {.text = fits});
  REQUIRE_MESSAGE(row.has_value(), row.error().what);
  CHECK(world.finish().state == DeliveryState::published);
  world.judge(token, {});
  const auto texts = target.held(world.http);
  CHECK(std::count(texts.begin(), texts.end(), fits) == 1);

  const Scratch other;
  World over(target, other.file("k.db"), next_start());
  const std::string next = over.ids.next();
  const std::string longer = longest(limits, next, units) + "x";
  const auto blocked = over.plan(next, {.text = longer});
  REQUIRE(!blocked.has_value());
  CHECK(blocked.error().fault == Fault::invalid);
  CHECK(over.outbox->deliveries("")->empty());
  if (!target.refuses_long) return;
  REQUIRE(over.plan(next, {.text = longer, .force = true}).has_value());
  CHECK(over.finish().state == DeliveryState::refused);
  for (const std::string& text : target.held(over.http))
    CHECK(text.find(next) == std::string::npos);
}

void run_post(const Target& target, const Plan& plan) {
  INFO(target.channel.name, ": parts ", plan.parts, std::string(plan.picture ? ", a picture" : ""));
  const Scratch dir;
  World world(target, dir.file("k.db"), next_start());
  const std::string token = world.ids.next();
  const auto row = world.plan(token, plan);
  REQUIRE_MESSAGE(row.has_value(), row.error().what);
  CHECK(world.finish().state == DeliveryState::published);
  world.judge(token, plan);
}

// Plans it, where there is a token, and runs the outbox, in a process of its own that dies at its
// `kill_at`th crash point; true when it lived to the end.
bool run_child(const Target& target, const std::string& path, Micros start, int kill_at,
               const std::string& token = {}, const Plan& plan = {}) {
  const pid_t child = ::fork();
  if (child == 0) {
    World world(target, path, start);
    if (!token.empty()) (void)world.plan(token, plan);
    world.kill_at = kill_at;
    (void)world.finish();
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  if (WIFEXITED(status)) return true;
  REQUIRE(WTERMSIG(status) == SIGKILL);
  return false;
}

// Which first deaths are followed by a second one. A process with the address sanitizer takes many
// times as long to fork; it looks for mistakes of memory, and they show at any of them.
#ifdef __SANITIZE_ADDRESS__
constexpr int apart = 5;
#else
constexpr int apart = 1;
#endif

struct Died {
  bool first = false;
  bool second = false;
};

// Killed at the crash points `first`, and its successor at `second` (none: -1).
Died run_kill(const Target& target, const Plan& plan, int first, int second) {
  INFO(target.channel.name, ": killed at ", first, ", then at ", second, ", parts ", plan.parts,
       std::string(plan.picture ? ", a picture" : ""));
  const Scratch dir;
  const std::string path = dir.file("k.db");
  const Micros start = next_start();
  const ManualClock clock(start);
  const std::string token = Ids(clock).next();
  Died died;
  died.first = !run_child(target, path, start, first, token, plan);
  if (!died.first) return died;
  if (second >= 0) died.second = !run_child(target, path, start + hour, second);
  World successor(target, path, start + 2 * hour);
  const Delivery delivery = successor.finish();
  if (target.can_tell) CHECK(delivery.state == DeliveryState::published);
  successor.judge(token, plan);
  return died;
}

}  // namespace

std::optional<Ports> ports(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == 0) return std::nullopt;
  const std::string both = value;
  const auto colon = both.find(':');
  return Ports{both.substr(0, colon), both.substr(colon + 1)};
}

std::string fetch(HttpClient& http, const std::string& url) {
  const HttpResult reply = http.send({.url = url, .trust = Trust::admin});
  REQUIRE_MESSAGE(reply.has_value(), reply.error().error.what);
  REQUIRE(reply->ok());
  return reply->body;
}

void run_posts(const Target& target) {
  run_post(target, {.parts = 1});
  run_post(target, {.parts = 3});
  if (!target.upload.empty()) {
    run_post(target, {.parts = 1, .picture = true});
    run_post(target, {.parts = 3, .picture = true});
  }
  const auto adapter = make_adapter(target.channel);
  REQUIRE(adapter.has_value());
  const Limits limits = (*adapter)->limits({});
  if (limits.length == 0) return;
  const std::string family = "👩‍👩‍👧‍👦";
  run_length(target, {"tea ", "thé ", "茶 ", "चाय ", family + " "});
  if (limits.bytes != 0) run_length(target, {family + family + family + " "});
}

void run_kills(const Target& target) {
  // Twice: everywhere in a single post, and in the part of a thread that has others on both sides.
  // The rest of a thread and a picture take the same steps.
  const auto die = [&](const Plan& plan, bool again) {
    int deaths = 0;
    while (run_kill(target, plan, deaths, -1).first) REQUIRE(++deaths < 60);
    CHECK(deaths > 0);
    const bool thread = plan.parts > 1;
    for (int first = thread ? deaths / 3 : 0; again && first < (thread ? 2 * deaths / 3 : deaths);
         first += apart) {
      int second = 0;
      while (run_kill(target, plan, first, second).second) REQUIRE(++second < 60);
    }
  };
  die({.parts = 1}, true);
  die({.parts = 3}, target.writes > 1);
  if (!target.upload.empty()) die({.parts = 1, .picture = true}, false);
}

}  // namespace carillon::kit
