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

TEST_CASE("Webhook: pictures are told by their address on the home, where there is one") {
  Channel channel;
  channel.name = "hook";
  channel.platform = "webhook";
  channel.settings = {{"target", "https://bots.example.org/hook"}};
  const auto adapter = make_adapter(channel);
  REQUIRE(adapter.has_value());
  Announcement announcement;
  announcement.permalink = "https://tea.example/news/posts/pot/";
  announcement.draft.media = {{"pot.png", "A pot", std::string(64, 'a')}};
  Rendition rendition;
  rendition.parts.push_back({"Look.", 5, 0, {}, {0}});
  HttpClient http{HttpClientOptions{}};
  const ManualClock clock{0};
  Access access{.http = http,
                .clock = clock,
                .secret = {},
                .keep_secret = {},
                .image = [](const Media& media, const ImageLimits& limits) -> Result<Image> {
                  CHECK(limits.side == 1600);
                  return Image{"bytes", "image/png", 90, 60, media.alt};
                },
                .data_dir = {}};
  auto steps = (*adapter)->prepare({announcement, rendition, "d"}, access);
  REQUIRE(steps.has_value());
  CHECK(steps->at(0).request.find("\"pictures\":[{\"url\":\"https://tea.example/news/media/" +
                                  std::string(64, 'a') +
                                  "-1600.png\",\"mime\":\"image/png\",\"width\":90,"
                                  "\"height\":60,\"alt\":\"A pot\"}]") != std::string::npos);
  announcement.permalink.clear();
  steps = (*adapter)->prepare({announcement, rendition, "d"}, access);
  REQUIRE(steps.has_value());
  CHECK(steps->at(0).request.find("\"pictures\":[]") != std::string::npos);
}
