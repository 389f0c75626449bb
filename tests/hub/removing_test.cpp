#include "hub/removing.hpp"

#include <doctest/doctest.h>

#include "base/moment.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"
#include "hub/service.hpp"
#include "publish/removal.hpp"

using namespace carillon;

namespace {

const Actor kim{.name = "kim", .holds = Permission::editor, .local = true};

const std::string tea = "---\ntitle: Tea\nslug: tea\n---\nAt four.\n";

HttpAnswer get(const Service& service, const std::string& path) {
  const HttpQuery query{.method = "GET", .target = path, .path = path};
  return service.answer(query);
}

bool becomes(const std::function<bool()>& so) {
  Pulse pulse;
  for (int i = 0; i < 600; ++i) {
    if (so()) return true;
    pulse.wait(second / 20);
  }
  return false;
}

}  // namespace

TEST_CASE("what is removed is no more on the home, its address says so, its slug is spent") {
  const rig::Project project;
  const auto hub = project.open();
  REQUIRE(publish(*hub, kim, {.text = tea}));
  auto service = Service::start(project.dir());
  REQUIRE_MESSAGE(service.has_value(), service.error().what);
  CHECK(get(**service, "/posts/tea/").status == 200);
  CHECK(get(**service, "/posts/cake/").status == 404);

  const auto reply = perform(*hub, *find_operation("announcement remove"), kim,
                             json::object{{"announcement", "tea"}});
  REQUIRE_MESSAGE(reply.has_value(), reply.error().what);
  const auto removed = *from_json<AnnouncementRemoved>(*reply);
  CHECK(removed.slug == "tea");
  REQUIRE(removed.copies.size() == 1);
  CHECK(removed.copies[0].channel == "echo");
  CHECK(removed_in_words(removed).find("Still public on echo") != std::string::npos);
  CHECK(*announcement_remove(*hub, kim, {"tea"}).map([](const auto& one) { return one.removed; }) ==
        removed.removed);

  CHECK(hub->view()->posts.empty());
  CHECK(announcement_show(*hub, kim, {"tea"})->permalink.empty());
  CHECK(becomes([&] { return get(**service, "/posts/tea/").status == 410; }));
  const HttpAnswer page = get(**service, "/posts/tea");
  CHECK(page.status == 410);
  CHECK(page.body.find("This announcement was removed") != std::string::npos);
  CHECK(page.body.find("noindex") != std::string::npos);
  CHECK(page.headers.get("Content-Security-Policy").find("default-src 'none'") !=
        std::string_view::npos);
  CHECK(get(**service, "/feed.json").bytes().find("At four") == std::string_view::npos);
  CHECK(get(**service, "/posts/cake/").status == 404);

  const auto again = publish(*hub, kim, {.text = tea});
  REQUIRE(!again.has_value());
  CHECK(again.error().fault == Fault::conflict);
  CHECK(publish(*hub, kim, {.text = tea + "Or at five.\n"}).error().fault == Fault::conflict);
  CHECK(project.echoed() == 1);
  const auto events = hub->store().read([](Db& db) { return events_after(db, "", 100); });
  CHECK(std::count_if(events->begin(), events->end(), [](const Event& event) {
          return event.kind == "announcement.removed" && event.actor == "kim";
        }) == 1);
}

TEST_CASE("only what the home shows can be removed, and only by an editor") {
  const rig::Project project;
  const auto hub = project.open();
  REQUIRE(publish(*hub, kim, {.text = tea, .at = "2090-01-01 10:00 UTC"}));
  CHECK(announcement_remove(*hub, kim, {"tea"}).error().fault == Fault::conflict);
  CHECK(announcement_remove(*hub, kim, {"none"}).error().fault == Fault::not_found);
  const Actor author{.name = "mo", .holds = Permission::author};
  CHECK(perform(*hub, *find_operation("announcement remove"), author,
                json::object{{"announcement", "tea"}})
            .error()
            .fault == Fault::denied);
}
