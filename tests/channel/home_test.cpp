#include "kit.hpp"

using namespace carillon;

TEST_CASE("the home takes any text, and no settings but its name in the fediverse") {
  Channel channel;
  channel.name = "home";
  channel.platform = "home";
  const auto adapter = make_adapter(channel);
  REQUIRE(adapter.has_value());
  CHECK((*adapter)->limits({}).length == 0);
  CHECK((*adapter)->replay() == Replay::safe);
  CHECK((*adapter)->limits({}).poll.options == 0);
  channel.settings["url"] = "https://x.example";
  CHECK(make_adapter(channel).error().what.find("channel home: url: ") == 0);
  channel.settings.clear();
  for (const char* handle : {"news", "news_2@example.org"}) {
    channel.settings["handle"] = handle;
    CHECK((*make_adapter(channel))->limits({}).poll.options == 8);
  }
  for (const char* handle : {"News", "news@", "@news", "a b", "a-b"}) {
    channel.settings["handle"] = handle;
    CHECK(make_adapter(channel).error().hint ==
          "It has up to 30 letters a to z, digits and \"_\", as \"news\".");
  }
  channel.settings.clear();
  channel.platform = "hom";
  CHECK(make_adapter(channel).error().hint == "Did you mean \"home\"?");
}

TEST_CASE("Home: kill -9 at every step") {
  kit::Target target;
  target.channel.name = "home";
  target.channel.platform = "home";
  target.writes = 1;
  kit::run_kills(target);
}
