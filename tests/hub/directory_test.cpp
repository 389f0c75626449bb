// The directory of official channels against a real site and a real server of accounts.
#include "hub/directory.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "hub/watching.hpp"
#include "retire/sites.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

using carillon::testing::Walker;

namespace {

const Actor kim{.name = "kim", .holds = Permission::admin, .local = true};
const Actor afar{.name = "lee", .holds = Permission::admin};

// One site, which is also the server of its accounts.
struct Project {
  rig::TestDatabase database;
  carillon::testing::Site site;
  Project() {
    const auto made = init_workspace(database.dir().path() / "w");
    REQUIRE(made.has_value());
    std::ofstream(database.dir().file("w") + "/carillon.yaml") << fmt::format(
        "organisation:\n  name: Bells\n  url: {}\nstore:\n  url: {}\n"
        "watch:\n  - platform: mastodon\n    server: 127.0.0.1:{}\n    handle: be11s\n"
        "channels:\n  home:\n    platform: home\n    use: home\n"
        "  toots:\n    platform: manual\n    rules: mastodon\n    url: {}\n"
        "    also: [\"@old_bells\"]\n"
        "  x:\n    platform: manual\n    rules: x\n    use: reserved\n"
        "    url: https://x.com/bells_org\n",
        site.url(""), database.url(), site.port(), site.url("/@bells"));
    account("bells", "42", site.url("/"));
  }
  void account(const std::string& name, const std::string& id, const std::string& verified = {}) {
    site.pages["/api/v1/accounts/lookup?acct=" + name] = {
        fmt::format(R"({{"id":"{}","fields":[{{"value":"<a href=\"{}\">x</a>",)"
                    R"("verified_at":{}}}]}})",
                    id, verified, verified.empty() ? "null" : "\"2026-01-01\""),
        "application/json"};
  }
  [[nodiscard]] std::unique_ptr<Hub> open() const {
    auto workspace = open_workspace(database.dir().file("w"));
    REQUIRE_MESSAGE(workspace.has_value(), workspace.error().what);
    auto hub = Hub::open(std::move(*workspace));
    REQUIRE_MESSAGE(hub.has_value(), hub.error().what);
    return std::move(*hub);
  }
};

bool at_once(Micros) {
  return true;
}

std::string words(const std::vector<ChannelFinding>& findings) {
  std::string out;
  for (const ChannelFinding& each : findings)
    out += (out.empty() ? "" : ", ") + word_of(each.wrong) + " " + each.channel;
  return out;
}

}  // namespace

TEST_CASE("verify finds what the site shows wrongly, and nothing when it is right") {
  Project project;
  project.site.put("/", fmt::format("<footer><a href=\"{}\">Mastodon</a></footer>",
                                    project.site.url("/@bells")));
  const auto hub = project.open();
  Walker walker;
  auto verified = verify_channels(*hub, kim, {}, walker.tools());
  REQUIRE_MESSAGE(verified.has_value(), verified.error().what);
  CHECK(words(verified->findings).empty());
  CHECK(verified->pages == 1);

  project.account("bells", "42");
  project.site.put("/contact", "<nav><a href=\"https://x.com/bells_org\">X</a></nav>");
  verified = verify_channels(*hub, kim, {}, walker.tools());
  REQUIRE(verified.has_value());
  CHECK(words(verified->findings) == "retired x, unproved toots");
  CHECK(verified->findings[0].page == project.site.url("/contact"));

  const auto foreign = verify_channels(*hub, afar, {.site = {project.site.url()}}, walker.tools());
  REQUIRE_FALSE(foreign.has_value());
  CHECK(foreign.error().fault == Fault::denied);
}

TEST_CASE("watch notes who has a name and cries when that changes") {
  Project project;
  project.account("old_bells", "7");
  const auto hub = project.open();
  const auto named = [&](const std::string& handle) {
    const auto all = watch_names(*hub, kim, {}, at_once);
    REQUIRE_MESSAGE(all.has_value(), all.error().what);
    const auto found = std::find_if(all->begin(), all->end(),
                                    [&](const WatchedName& each) { return each.handle == handle; });
    REQUIRE(found != all->end());
    return *found;
  };
  WatchedName old = named("old_bells");
  CHECK(old.kind == NameKind::former);
  CHECK(old.concern == Concern::look);
  CHECK(old.id == "7");
  CHECK(named("old_bells").concern == Concern::none);
  project.account("old_bells", "9");
  old = named("old_bells");
  CHECK(old.concern == Concern::alarm);
  CHECK(old.message.find("9") != std::string::npos);
  CHECK(named("bells").concern == Concern::none);
  CHECK(named("bells_org").state == NameState::person);
  CHECK(named("bells_org").due);
  REQUIRE(channel_watch(*hub, kim, {.seen = {"x:bells_org taken 5"}}).has_value());
  CHECK_FALSE(named("bells_org").due);
}

TEST_CASE("what a person saw is noted and compared") {
  Project project;
  const auto hub = project.open();
  const auto seen = [&](const std::string& said) {
    const auto all = channel_watch(*hub, kim, {.seen = {said}});
    REQUIRE_MESSAGE(all.has_value(), all.error().what);
    REQUIRE(all->size() == 1);
    return all->front();
  };
  CHECK(seen("x:bells_org taken 100").concern == Concern::none);
  CHECK(seen("x:bells_org taken 100").last.empty() == false);
  CHECK(seen("twitter:@bells_org taken 200").concern == Concern::alarm);
  CHECK(seen("x:be11s free").concern == Concern::none);
  CHECK(seen("x:be11s taken").concern == Concern::alarm);
  for (const char* bad : {"x:bells", "bells free", "x:bells gone", "nowhere:bells free", ""})
    CHECK_FALSE(channel_watch(*hub, kim, {.seen = {bad}}).has_value());
}
