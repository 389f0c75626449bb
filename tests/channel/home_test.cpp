#include "kit.hpp"

using namespace carillon;

TEST_CASE("the home takes any text and no settings") {
  Channel channel;
  channel.name = "home";
  channel.platform = "home";
  const auto adapter = make_adapter(channel);
  REQUIRE(adapter.has_value());
  CHECK((*adapter)->limits({}).length == 0);
  CHECK((*adapter)->replay() == Replay::safe);
  channel.settings["url"] = "https://x.example";
  CHECK(make_adapter(channel).error().hint == "Its address is organisation.url.");
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
