#include "hub/platforms.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "channel/registry.hpp"
#include "hub/channels.hpp"
#include "hub/project.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

PlatformView platform(Hub& hub, const std::string& name) {
  const auto all = platform_list(hub, owner, {});
  REQUIRE_MESSAGE(all.has_value(), all.error().what);
  const auto found = std::find_if(all->begin(), all->end(),
                                  [&](const PlatformView& one) { return one.name == name; });
  REQUIRE_MESSAGE(found != all->end(), name);
  return *found;
}

const PlatformSetting& setting(const PlatformView& of, const std::string& name) {
  const auto found = std::find_if(of.settings.begin(), of.settings.end(),
                                  [&](const PlatformSetting& one) { return one.name == name; });
  REQUIRE_MESSAGE(found != of.settings.end(), name);
  return *found;
}

}  // namespace

TEST_CASE("what a channel needs is told of every platform, in words") {
  const rig::Project project;
  const auto hub = project.open();
  const auto all = platform_list(*hub, owner, {});
  REQUIRE(all.has_value());
  CHECK(all->size() == all_platforms().size());
  for (const PlatformView& one : *all)
    for (const PlatformSetting& each : one.settings)
      CHECK_MESSAGE(each.label != each.name, one.name, ": ", each.name, " has no words");
  for (const PlatformView& one : *all) {
    CAPTURE(one.name);
    CHECK(one.about.ends_with("."));
    for (const std::string& step : one.there) CHECK(step.ends_with("."));
    for (const PlatformSetting& each : one.settings) {
      CAPTURE(each.name);
      CHECK(!each.about.empty());
      CHECK((each.kind == SettingKind::choice) == !each.choices.empty());
    }
  }
}

TEST_CASE("settings are told as what they are, and secrets apart from them") {
  const rig::Project project;
  const auto hub = project.open();
  const PlatformView hook = platform(*hub, "webhook");
  CHECK(setting(hook, "target").needed);
  CHECK(setting(hook, "target").kind == SettingKind::text);
  CHECK(setting(hook, "deduplicates").kind == SettingKind::yes_no);
  CHECK(!setting(hook, "deduplicates").needed);
  REQUIRE(hook.secrets.size() == 1);
  CHECK(hook.secrets[0].name == "secret");
  CHECK(hook.channels.empty());
  const PlatformView manual = platform(*hub, "manual");
  CHECK(setting(manual, "rules").needed);
  CHECK(setting(manual, "rules").choices.size() == 6);
  CHECK(setting(manual, "length").kind == SettingKind::number);
  CHECK(platform(*hub, "home").channels == std::vector<std::string>{"home"});
  CHECK(setting(platform(*hub, "home"), "handle").kind == SettingKind::text);
}

TEST_CASE("a channel made of what is needed works") {
  const rig::Project project;
  {
    const auto hub = project.open();
    std::vector<std::string> set;
    for (const PlatformSetting& one : platform(*hub, "manual").settings) {
      if (one.needed) set.push_back(one.name + "=\"" + one.choices.at(0) + "\"");
    }
    const auto added = channel_add(*hub, owner, {"manual", "club", set, {}});
    REQUIRE_MESSAGE(added.has_value(), added.error().what);
  }
  const auto hub = project.open();
  const auto checked = channel_check(*hub, owner, {{"club"}});
  REQUIRE(checked.has_value());
  CHECK(checked->at(0).good);
  CHECK(platform(*hub, "manual").channels == std::vector<std::string>{"club"});
}
