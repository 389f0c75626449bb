#include "base/describe.hpp"
#include "kit.hpp"

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
  target.write = "^POST /api/v1/statuses";
  target.held = [server](HttpClient& http) {
    return *parse_json_as<std::vector<std::string>>(kit::fetch(http, server + "/__held"));
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

}  // namespace

TEST_CASE("Mastodon: settings are checked, and say what is wrong") {
  CHECK(adapter_with({{"server", "fosstodon.org"}}).has_value());
  CHECK(adapter_with({}).error().what == "channel toots: server: missing");
  const auto mistyped = adapter_with({{"server", "fosstodon.org"}, {"visiblity", "public"}});
  CHECK(mistyped.error().hint == "Did you mean \"visibility\"?");
  const auto deep = adapter_with({{"server", "https://fosstodon.org/@us"}});
  CHECK(deep.error().what.find("is more than a server") != std::string::npos);
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
