#include <doctest/doctest.h>

#include "channel/registry.hpp"

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
