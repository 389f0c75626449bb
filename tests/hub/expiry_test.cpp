#include "team/expiry.hpp"

#include <doctest/doctest.h>

#include "base/moment.hpp"
#include "hub/channels.hpp"
#include "hub/project.hpp"
#include "hub/today.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

std::vector<TodayItem> expiring(Hub& hub) {
  const auto all = today(hub, owner, {});
  REQUIRE_MESSAGE(all.has_value(), all.error().what);
  std::vector<TodayItem> out;
  for (const TodayItem& item : *all) {
    if (item.need == Need::expiring) out.push_back(item);
  }
  return out;
}

}  // namespace

TEST_CASE("a secret that runs out is told of until there is a new one") {
  const rig::Project project;
  {
    const auto hub = project.open();
    const ChannelAddRequest hook{
        "webhook", "hook", {"target=https://tea.example/"}, {{"secret", "oolong"}}, {}};
    REQUIRE(channel_add(*hub, owner, hook).has_value());
  }
  const auto hub = project.open();
  const auto ends = [&](Micros from_now, const std::map<std::string, std::string>& secrets) {
    const std::string said = day_of(hub->clock().now() + from_now);
    const auto done = channel_set(*hub, owner, {"hook", {}, {}, secrets, said});
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
    CHECK(done->secrets.at(0).expires == said);
    return done->secrets.at(0).warning;
  };
  CHECK(ends(30 * day, {}).empty());
  CHECK(expiring(*hub).empty());
  CHECK(ends(5 * day, {}).starts_with("the credential of hook works until "));
  REQUIRE(expiring(*hub).size() == 1);
  CHECK(expiring(*hub)[0].channel == "hook");
  CHECK(expiring(*hub)[0].act == renewal_hint("hook"));
  CHECK(today_in_words(expiring(*hub), "UTC").find("carillon channel show hook") !=
        std::string::npos);
  // A new secret has another end, here none that anybody knows.
  REQUIRE(channel_set(*hub, owner, {"hook", {}, {}, {{"secret", "sencha"}}, {}}).has_value());
  CHECK(expiring(*hub).empty());
  CHECK(!ends(2 * day, {{"secret", "matcha"}}).empty());
  REQUIRE(channel_set(*hub, owner, {"hook", {}, {}, {}, "never"}).has_value());
  CHECK(expiring(*hub).empty());
  CHECK(channel_set(*hub, owner, {"hook", {}, {}, {}, "soon"}).error().fault == Fault::invalid);
}
