#include "kit.hpp"

using namespace carillon;

namespace {

std::unique_ptr<Adapter> by_rules(const char* rules) {
  Channel channel;
  channel.name = "hand";
  channel.platform = "manual";
  channel.url = "https://social.example/teahouse";
  channel.settings["rules"] = rules;
  auto made = make_adapter(channel);
  REQUIRE_MESSAGE(made.has_value(), made.error().what);
  return std::move(*made);
}

}  // namespace

TEST_CASE("By hand: the settings say whose rules count") {
  Channel channel;
  channel.name = "hand";
  channel.platform = "manual";
  CHECK(make_adapter(channel).error().what == "channel hand: rules: missing");
  channel.settings["rules"] = "y";
  CHECK(make_adapter(channel).error().what.find("linkedin") != std::string::npos);
  CHECK(by_rules("x")->by_hand());
  CHECK(by_rules("linkedin")->network() == "LinkedIn");
  CHECK(by_rules("x")->compose() == "https://x.com/compose/post");
  CHECK(by_rules("facebook")->compose() == "https://social.example/teahouse");
}

TEST_CASE("By hand: a text is counted as the platform counts it") {
  const std::string cup = "\xF0\x9F\x8D\xB5";
  CHECK(by_rules("x")->limits({}).count("お茶 example.org") == 5 + 23);
  CHECK(by_rules("threads")->limits({}).count("tea " + cup) == 4 + 4);
  CHECK(by_rules("linkedin")->limits({}).count("tea " + cup) == 4 + 2);
  CHECK(by_rules("bluesky")->limits({}).count("tea " + cup) == 4 + 1);
  CHECK(by_rules("mastodon")->limits({}).count("tea https://example.org/long/path") == 4 + 23);
  const auto adapter = by_rules("linkedin");
  Announcement announcement;
  announcement.draft.texts["linkedin"] = "For our colleagues.";
  announcement.draft.body = "For all.";
  Channel channel;
  channel.name = "hand";
  const Rendition out = adapter->render(announcement, channel, adapter->limits({}));
  CHECK(out.parts.at(0).text == "For our colleagues.");
}

TEST_CASE("By hand: nothing is ever sent") {
  const auto adapter = by_rules("x");
  HttpClient http;
  const SystemClock clock;
  Access access{http, clock, {}, {}, {}, {}};
  CHECK(std::holds_alternative<Refused>(adapter->send({"k", "text", 0, 1}, {}, access)));
  const Announcement announcement;
  const Rendition rendition;
  CHECK(!adapter->prepare({announcement, rendition, "d", 0}, access).has_value());
  const auto account = adapter->verify(access);
  REQUIRE(account.has_value());
  CHECK(account->url == "https://social.example/teahouse");
  CHECK(account->warnings.empty());
}
