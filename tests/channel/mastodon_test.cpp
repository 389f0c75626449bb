#include <cstdlib>
#include <fstream>

#include "base/describe.hpp"
#include "channel/exchange.hpp"
#include "kit_world.hpp"

using namespace carillon;

namespace {

void with_standin(const char* name, const std::function<void(const kit::Target&)>& run) {
  const auto ports = kit::ports(name);
  if (!ports) {
    MESSAGE("skipped: no stand-in runs here (", name, ")");
    return;
  }
  const std::string server = "http://127.0.0.1:" + ports->server;
  kit::Target target;
  target.channel.name = "toots";
  target.channel.platform = "mastodon";
  target.proxy = "http://127.0.0.1:" + ports->proxy;
  target.channel.settings = {{"server", json::string(target.proxy)}};
  target.secrets = {{"token", "good-token"}};
  if (std::string_view(name) == "CARILLON_STANDIN_DESCRIBED") {
    target.reply_ms = 20'000;
    target.bytes_kept = false;  // Prism takes every body for text
  }
  target.write = "^POST /api/v1/statuses";
  target.upload = "^POST /api/v2/media";
  target.read = "^GET /api/v1/";
  target.uploads_wait = true;
  target.held = [server](HttpClient& http) {
    return *parse_json_as<std::vector<std::string>>(kit::fetch(http, server + "/__held"));
  };
  target.pictures = [server](HttpClient& http) {
    return *parse_json_as<std::vector<kit::Picture>>(kit::fetch(http, server + "/__pictures"));
  };
  HttpClient http({.allow_private_for_tests = true});
  (void)kit::fetch(http, server + "/__forget");
  run(target);
}

Result<std::unique_ptr<Adapter>> adapter_with(json::object settings) {
  Channel channel;
  channel.name = "toots";
  channel.platform = "mastodon";
  channel.settings = std::move(settings);
  return make_adapter(channel);
}

// What was against the description: each line of it, after the line that names the request. A text
// over the limit is sent on purpose; its refusal is described, so nothing of it is against it.
std::vector<std::string> violations() {
  std::vector<std::string> out;
  std::ifstream log(std::getenv("CARILLON_PRISM_LOG"));
  std::string request;
  for (std::string line; std::getline(log, line);) {
    if (line.find("Request received") != std::string::npos) request = line;
    if (line.find("Violation: ") != std::string::npos) out.push_back(request + "\n" + line);
  }
  return out;
}

// The post that holds this text, as the server keeps it.
json::value post_with(kit::World& world, const std::string& server, const std::string& text) {
  const auto posts = parse_json(kit::fetch(world.http, server + "/__posts"));
  for (const json::value& post : posts->as_array()) {
    if (text_at(post, "text").starts_with(text)) return post;
  }
  return {};
}

// What the adapter is given beside the world's own outbox.
Access access_in(kit::World& world) {
  return {.http = world.http,
          .clock = world.clock,
          .secret = [](const std::string&) -> Result<Secret> {
            return Secret(std::string("good-token"));
          },
          .keep_secret = {},
          .image = {},
          .data_dir = {}};
}

}  // namespace

TEST_CASE("Mastodon: settings are checked, and say what is wrong") {
  CHECK(adapter_with({{"server", "fosstodon.org"}}).has_value());
  CHECK(adapter_with({}).error().what == "channel toots: server: missing");
  const auto mistyped = adapter_with({{"server", "fosstodon.org"}, {"visiblity", "public"}});
  CHECK(mistyped.error().hint == "Did you mean \"visibility\"?");
  const auto deep = adapter_with({{"server", "https://fosstodon.org/@us"}});
  CHECK(deep.error().what.find("is more than a server") != std::string::npos);
}

TEST_CASE("Mastodon: posts, threads, pictures and the longest texts") {
  with_standin("CARILLON_STANDIN_HONOUR", kit::run_posts);
}

TEST_CASE("Mastodon: every request is as Mastodon describes it") {
  with_standin("CARILLON_STANDIN_DESCRIBED", [](const kit::Target& target) {
    kit::run_posts(target);
    for (const char* kind : {"reset-after", "500-before"}) {
      const kit::Scratch dir;
      kit::World world(target, dir.file("k.db"), kit::next_start());
      const std::string token = world.ids.next();
      REQUIRE(world.plan(token, {.parts = 3, .picture = true, .warning = "Spoilers"}).has_value());
      (void)kit::control(world.http, target, "/__fault",
                         {{"kind", kind}, {"match", target.write}, {"skip", "1"}});
      CHECK(world.finish().state == DeliveryState::published);
      world.judge(token, {.parts = 3, .picture = true});
      REQUIRE(world.plan(world.ids.next(), {.poll = Poll{{"Tea", "Cake"}, 24, true}}).has_value());
      CHECK(world.finish().state == DeliveryState::published);
      Access access = access_in(world);
      CHECK(world.adapter->learn(access).has_value());
      CHECK(world.adapter->verify(access).has_value());
      CHECK(world.adapter->profile(access).has_value());
    }
    CHECK(violations().empty());
    for (const std::string& violation : violations()) FAIL_CHECK(violation);
  });
}

TEST_CASE("Mastodon: every fault, where Idempotency-Key is honoured") {
  with_standin("CARILLON_STANDIN_HONOUR", kit::run_faults);
}

TEST_CASE("Mastodon: every fault, where Idempotency-Key is ignored") {
  with_standin("CARILLON_STANDIN_IGNORE", kit::run_faults);
}

TEST_CASE("Mastodon: kill -9 at every step, where Idempotency-Key is ignored") {
  with_standin("CARILLON_STANDIN_IGNORE", kit::run_kills);
}

TEST_CASE("Mastodon: the profile tells its text, its fields, what is pinned and where it moved") {
  const auto ports = kit::ports("CARILLON_STANDIN_HONOUR");
  with_standin("CARILLON_STANDIN_HONOUR", [&](const kit::Target& target) {
    const std::string server = "http://127.0.0.1:" + ports->server;
    const kit::Scratch dir;
    kit::World world(target, dir.file("k.db"), kit::next_start());
    const std::string token = world.ids.next();
    REQUIRE(world.plan(token).has_value());
    CHECK(world.finish().state == DeliveryState::published);
    const json::value post = post_with(world, server, kit::World::text_of(token, 0));
    Access access = access_in(world);
    const auto before = world.adapter->profile(access);
    REQUIRE(before.has_value());
    CHECK(before->text.find("tea.example") == std::string::npos);
    CHECK(before->moved_to.empty());
    (void)kit::fetch(world.http,
                     server +
                         "/__profile?note=%3Cp%3EWe%20left%3C%2Fp%3E&field=%3Ca%20href%3D%22x"
                         "%22%3E%3Cspan%3Ehttps%3A%2F%2F%3C%2Fspan%3Etea.example%3C%2Fa%3E"
                         "&moved=https%3A%2F%2Fother.example%2F%40news&pin=" +
                         text_at(post, "id"));
    const auto after = world.adapter->profile(access);
    (void)kit::fetch(world.http, server + "/__profile");
    REQUIRE_MESSAGE(after.has_value(), after.error().what);
    CHECK(after->text.find("We left") != std::string::npos);
    CHECK(after->text.find("https://tea.example") != std::string::npos);
    CHECK(after->moved_to == "https://other.example/@news");
    REQUIRE(after->pinned.size() == 1);
    CHECK(after->pinned.front() == text_at(post, "url"));
  });
}

TEST_CASE("Mastodon: a person says where a part of a thread stands, and the others follow it") {
  const auto ports = kit::ports("CARILLON_STANDIN_IGNORE");
  with_standin("CARILLON_STANDIN_IGNORE", [&](const kit::Target& target) {
    const std::string server = "http://127.0.0.1:" + ports->server;
    const kit::Scratch dir;
    kit::World world(target, dir.file("k.db"), kit::next_start());
    const std::string token = world.ids.next();
    REQUIRE(world.plan(token, {.parts = 3}).has_value());
    (void)kit::control(world.http, target, "/__fault",
                       {{"kind", "reset-after"}, {"match", target.write}, {"skip", "1"}});
    (void)kit::control(
        world.http, target, "/__fault",
        {{"kind", "page-before"}, {"match", "^GET"}, {"times", "999"}, {"then", "1"}});
    const Delivery doubtful = world.finish();
    CHECK(doubtful.state == DeliveryState::unconfirmed);
    CHECK(doubtful.receipts.size() == 1);
    (void)kit::control(world.http, target, "/__fault");
    const json::value second = post_with(world, server, "Part 1 of " + token);
    REQUIRE(world.outbox->resolve(doubtful.id, text_at(second, "url"), false, "kim").has_value());
    const Delivery done = world.finish();
    CHECK(done.state == DeliveryState::published);
    CHECK(done.receipts.front().url == doubtful.receipts.front().url);
    world.judge(token, {.parts = 3});
    const json::value third = post_with(world, server, "Part 2 of " + token);
    CHECK(text_at(third, "parent") == text_at(second, "id"));
  });
}

TEST_CASE("Mastodon: a content warning counts as text, and takes the place of the channel's") {
  const auto adapter = adapter_with({{"server", "fosstodon.org"}, {"spoiler", "Tea"}});
  REQUIRE(adapter.has_value());
  Channel channel;
  channel.name = "toots";
  Announcement announcement;
  announcement.draft.body = "The end";
  const auto shown = [&] {
    return (*adapter)->render(announcement, channel, (*adapter)->limits({}));
  };
  CHECK(shown().warning == "Tea");
  CHECK(shown().parts[0].length == 10);
  announcement.draft.warning = "Spoilers";
  CHECK(shown().warning == "Spoilers");
  CHECK(shown().parts[0].text == "The end");
  CHECK(shown().parts[0].length == 15);
}

TEST_CASE("Mastodon: a poll goes with the first part, for as long as it says, without a picture") {
  const auto ports = kit::ports("CARILLON_STANDIN_HONOUR");
  with_standin("CARILLON_STANDIN_HONOUR", [&](const kit::Target& target) {
    const kit::Scratch dir;
    kit::World world(target, dir.file("k.db"), kit::next_start());
    const std::string token = world.ids.next();
    const Poll poll{{"Tea", "Cake"}, 24, false};
    REQUIRE(world.plan(token, {.parts = 2, .poll = poll}).has_value());
    CHECK(world.finish().state == DeliveryState::published);
    const std::string server = "http://127.0.0.1:" + ports->server;
    const json::value post = post_with(world, server, kit::World::text_of(token, 0));
    CHECK(value_at(post, "/poll/options/1/title") == json::value("Cake"));
    CHECK(value_at(post, "/poll/multiple") == json::value(false));
    CHECK(value_at(post_with(world, server, kit::World::text_of(token, 1)), "/poll").is_null());
    const std::string more = world.ids.next();
    CHECK_FALSE(world.plan(more, {.poll = Poll{{"1", "2", "3", "4", "5"}, 24, false}}).has_value());
  });
}

TEST_CASE("Mastodon: a content warning is sent, and hides the pictures") {
  const auto ports = kit::ports("CARILLON_STANDIN_HONOUR");
  with_standin("CARILLON_STANDIN_HONOUR", [&](const kit::Target& target) {
    const kit::Scratch dir;
    kit::World world(target, dir.file("k.db"), kit::next_start());
    const std::string token = world.ids.next();
    REQUIRE(world.plan(token, {.picture = true, .warning = "Spoilers"}).has_value());
    CHECK(world.finish().state == DeliveryState::published);
    const json::value post =
        post_with(world, "http://127.0.0.1:" + ports->server, kit::World::text_of(token, 0));
    CHECK(text_at(post, "spoiler_text") == "Spoilers");
    CHECK(value_at(post, "/sensitive") == json::value(true));
  });
}
