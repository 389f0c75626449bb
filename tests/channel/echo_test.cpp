#include <doctest/doctest.h>

#include "channel/registry.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

TEST_CASE("the rehearsal writes a line once, and finds it again") {
  const rig::TempDir dir;
  Channel channel;
  channel.name = "practice";
  channel.platform = "echo";
  channel.settings["length"] = 30;
  const auto adapter = make_adapter(channel);
  REQUIRE(adapter.has_value());
  CHECK((*adapter)->limits({}).length == 30);
  HttpClient http;
  const SystemClock clock;
  Access access{http, clock, {}, {}, {}, dir.path().string()};
  Announcement announcement;
  Rendition rendition;
  rendition.parts = {{"one", 3, 30, {}, {}}, {"two", 3, 30, {}, {}}};
  const Job job{announcement, rendition, "d1", 0};
  const auto steps = (*adapter)->prepare(job, access);
  REQUIRE(steps.has_value());
  REQUIRE(steps->size() == 2);
  CHECK(std::holds_alternative<Absent>((*adapter)->find(steps->at(0), {}, 0, access)));
  CHECK(std::holds_alternative<Published>((*adapter)->send(steps->at(0), {}, access)));
  CHECK(std::holds_alternative<Published>((*adapter)->find(steps->at(0), {}, 0, access)));
  CHECK(std::holds_alternative<Absent>((*adapter)->find(steps->at(1), {}, 0, access)));
  access.data_dir = dir.file("nowhere");
  CHECK(std::holds_alternative<Later>((*adapter)->send(steps->at(1), {}, access)));
  channel.settings["lenght"] = 1;
  CHECK(make_adapter(channel).error().hint == "Did you mean \"length\"?");
}
