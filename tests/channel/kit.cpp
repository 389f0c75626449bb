#include "kit.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "net/url.hpp"
#include "text/adapt.hpp"

namespace carillon::kit {

namespace {

constexpr Micros tick = 3 * minute;  // longer than a lease and than a request may still run

HttpClientOptions local_only() {
  HttpClientOptions out;
  out.allow_private_for_tests = true;
  return out;
}

// A moment no other scenario shares, so that keys and texts differ.
Micros next_start() {
  static Micros last = SystemClock().now();
  return last += 7 * second + 11;
}

struct World {
  explicit World(const Target& the_target, const std::string& path, Micros start)
      : target(the_target), clock(start), ids(clock) {
    auto opened = Store::open(path);
    REQUIRE_MESSAGE(opened.has_value(), opened.error().what);
    store = std::move(*opened);
    auto adapter = make_adapter(target.channel);
    REQUIRE_MESSAGE(adapter.has_value(), adapter.error().what);
    OutboxOptions options;
    options.window = 1000 * day;
    options.http.total_ms = 700;
    options.secret = [this](const std::string&, const std::string& field) -> Result<Secret> {
      return Secret(target.secrets.at(field));
    };
    options.crash_point = [this](const char*) {
      if (kill_at >= 0 && crash_points++ == kill_at) ::kill(::getpid(), SIGKILL);
    };
    const Channel& channel = target.channel;
    outbox = std::make_unique<Outbox>(
        *store, http, clock, ids,
        std::map<std::string, Speaker>{{channel.name, {channel, std::move(*adapter)}}}, options);
  }

  void plan(const std::string& token, int parts) {
    Announcement announcement;
    announcement.draft.slug = "t";
    for (int i = 0; i < parts; ++i)
      announcement.draft.body += fmt::format("{}Part {} of {}, see https://example.org/{} & #tea\n",
                                             i > 0 ? "---\n" : "", i, token, token);
    const auto adapter = make_adapter(target.channel);
    auto rendition = (*adapter)->render(announcement, target.channel, (*adapter)->limits({}));
    REQUIRE(rendition.parts.size() == std::size_t(parts));
    const auto row = outbox->plan(announcement.draft, "", {rendition}, clock.now(), "kim");
    REQUIRE_MESSAGE(row.has_value(), row.error().what);
  }

  // Until nothing moves any more.
  Delivery finish() {
    for (int quiet = 0, i = 0; quiet < 3 && i < 200; ++i) {
      const auto done = outbox->run_once();
      if (!done) MESSAGE(done.error().what);
      quiet = done && *done == 0 ? quiet + 1 : 0;
      clock.advance(quiet > 0 ? 2 * hour : tick);
    }
    return outbox->deliveries("t")->at(0);
  }

  const Target& target;
  ManualClock clock;
  Ids ids;
  HttpClient http{local_only()};
  std::unique_ptr<Store> store;
  std::unique_ptr<Outbox> outbox;
  int kill_at = -1;
  int crash_points = 0;
};

std::int64_t count(const Target& target, HttpClient& http, const std::string& token, int part) {
  const std::string mark = fmt::format("Part {} of {},", part, token);
  const auto texts = target.held(http);
  return std::count_if(texts.begin(), texts.end(), [&](const std::string& text) {
    return text.find(mark) != std::string::npos;
  });
}

// The heart of the kit: what the platform holds against what the delivery says.
void judge(World& world, const std::string& token, int parts, const Delivery& delivery) {
  CAPTURE(delivery.reason);
  std::int64_t there = 0;
  for (int part = 0; part < parts; ++part) {
    const auto held = count(world.target, world.http, token, part);
    CHECK_MESSAGE(held <= 1, fmt::format("part {} stands there {} times", part, held));
    there += held;
  }
  const DeliveryState state = delivery.state;
  if (state == DeliveryState::published) {
    CHECK(there == parts);
    CHECK(delivery.receipts.size() == std::size_t(parts));
  } else if (state == DeliveryState::refused) {
    CHECK(there == std::int64_t(delivery.receipts.size()));
    CHECK(!delivery.reason.empty());
  } else {
    CHECK(state == DeliveryState::unconfirmed);  // a person looks
    CHECK(!world.target.can_tell);
    CHECK(!delivery.hint.empty());
  }
}

struct TempDir {
  TempDir() {
    char pattern[] = "/tmp/carillon-kit-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~TempDir() { std::filesystem::remove_all(path); }
  std::string path;
};

void arm_fault(HttpClient& http, const Target& target, const std::string& kind, int skip) {
  (void)fetch(
      http,
      target.proxy + "/__fault?" +
          build_query({{"kind", kind}, {"match", target.write}, {"skip", std::to_string(skip)}}));
}

void run_fault(const Target& target, const std::string& kind, int parts, int skip) {
  INFO(target.channel.name, ": ", kind, ", parts ", parts, ", write ", skip);
  const TempDir dir;
  World world(target, dir.path + "/k.db", next_start());
  const std::string token = world.ids.next();
  world.plan(token, parts);
  arm_fault(world.http, target, kind, skip);
  const Delivery delivery = world.finish();
  CHECK(fetch(world.http, target.proxy + "/__hits") == "1");
  judge(world, token, parts, delivery);
  const bool final = kind == "refusal";
  if (final) CHECK(delivery.state == DeliveryState::refused);
  if (target.can_tell && !final && kind != "expired")
    CHECK(delivery.state == DeliveryState::published);
}

// Runs the outbox in a process of its own that dies at its `kill_at`th crash point; true when it
// lived to the end.
bool run_child(const Target& target, const std::string& path, Micros start, int kill_at) {
  const pid_t child = ::fork();
  if (child == 0) {
    World world(target, path, start);
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

// True when the first process died.
bool run_kill(const Target& target, int parts, int first, int second) {
  INFO(target.channel.name, ": killed at ", first, ", then at ", second, ", parts ", parts);
  const TempDir dir;
  const std::string path = dir.path + "/k.db";
  const Micros start = next_start();
  std::string token;
  {
    World world(target, path, start);
    token = world.ids.next();
    world.plan(token, parts);
  }
  if (run_child(target, path, start, first)) return false;
  if (second >= 0) (void)run_child(target, path, start + hour, second);
  World successor(target, path, start + 2 * hour);
  const Delivery delivery = successor.finish();
  judge(successor, token, parts, delivery);
  if (target.can_tell) CHECK(delivery.state == DeliveryState::published);
  return true;
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

void run_faults(const Target& target) {
  for (const int parts : {1, 3}) {
    for (int skip = 0; skip < std::min({parts, target.writes, 2}); ++skip) {
      for (const char* kind : {"reset-before", "reset-after", "500-before", "500-after",
                               "502-after", "503-before", "page-before", "page-after", "cut",
                               "slow", "limit-with", "limit-without", "expired", "refusal"}) {
        run_fault(target, kind, parts, skip);
      }
    }
  }
}

void run_kills(const Target& target) {
  for (const int parts : {1, 3}) {
    bool died = true;
    for (int first = 0; died; ++first) {
      REQUIRE(first < 60);
      died = run_kill(target, parts, first, -1);
      for (int second = 0; died && second < (parts == 1 ? 6 : 4); ++second)
        run_kill(target, parts, first, second);
    }
  }
}

}  // namespace carillon::kit
