#include "base/describe.hpp"
#include "kit.hpp"

using namespace carillon;

namespace {

void with_receiver(const char* name, bool deduplicates,
                   const std::function<void(const kit::Target&)>& run) {
  const auto ports = kit::ports(name);
  if (!ports) {
    MESSAGE("skipped: no receiver runs here (", name, ")");
    return;
  }
  const std::string server = "http://127.0.0.1:" + ports->server;
  kit::Target target;
  target.channel.name = "hook";
  target.channel.platform = "webhook";
  target.proxy = "http://127.0.0.1:" + ports->proxy;
  target.channel.settings = {{"target", json::string(target.proxy + "/hook")},
                             {"deduplicates", deduplicates}};
  target.secrets = {{"secret", "hook-secret"}};
  target.write = "^POST /hook";
  target.writes = 1;
  target.can_tell = deduplicates;
  target.held = [server](HttpClient& http) {
    return *parse_json_as<std::vector<std::string>>(kit::fetch(http, server + "/__hooked"));
  };
  run(target);
}

}  // namespace

TEST_CASE("Webhook: settings are checked, and say what is wrong") {
  Channel channel;
  channel.name = "hook";
  channel.platform = "webhook";
  CHECK(make_adapter(channel).error().what == "channel hook: target: missing");
  channel.settings = {{"target", "mailto:a@example.org"}};
  CHECK(!make_adapter(channel).has_value());
}

TEST_CASE("Webhook: every fault, at a receiver that knows repeated keys") {
  with_receiver("CARILLON_STANDIN_HONOUR", true, kit::run_faults);
}

TEST_CASE("Webhook: every fault, at a receiver that does not: a person decides") {
  with_receiver("CARILLON_STANDIN_IGNORE", false, kit::run_faults);
}

TEST_CASE("Webhook: kill -9 at every step") {
  with_receiver("CARILLON_STANDIN_HONOUR", true, kit::run_kills);
  with_receiver("CARILLON_STANDIN_IGNORE", false, kit::run_kills);
}
