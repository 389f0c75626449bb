#include "hub/service.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "hub/cards.hpp"
#include "hub/channels.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"
#include "hub/publishing.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

namespace {

const Actor kim{.name = "kim", .holds = Permission::admin, .local = true};
const Actor remote{.name = "lee", .holds = Permission::editor};

PublishRequest post(int n) {
  return {.text = fmt::format("---\ntitle: Post {}\nslug: post-{}\n---\nHello {}.\n", n, n, n)};
}

bool all_published(const std::vector<DeliveryView>& all) {
  return !all.empty() && std::all_of(all.begin(), all.end(), [](const DeliveryView& one) {
    return one.state == DeliveryState::published;
  });
}

// Until it is so, or half a minute has gone.
bool becomes(const std::function<bool()>& so) {
  Pulse pulse;
  for (int i = 0; i < 600; ++i) {
    if (so()) return true;
    pulse.wait(second / 20);
  }
  return false;
}

}  // namespace

TEST_CASE("a service sends what is planned, beside a command that publishes too") {
  const rig::Project project;
  auto service = Service::start(project.dir());
  REQUIRE_MESSAGE(service.has_value(), service.error().what);
  const auto hub = project.open();
  for (int i = 0; i < 8; ++i) {
    const auto here = publish(*hub, kim, post(2 * i));
    REQUIRE_MESSAGE(here.has_value(), here.error().what);
    CHECK(all_published(*here));
    const auto there = publish(*(*service)->hub(), remote, post(2 * i + 1));
    REQUIRE_MESSAGE(there.has_value(), there.error().what);
    (*service)->ring();
  }
  CHECK(becomes([&] { return all_published(*status(*hub, kim, {})); }));
  const auto all = status(*hub, kim, {});
  for (const DeliveryView& one : *all) {
    if (one.state != DeliveryState::published) MESSAGE(write_json(one));
  }
  CHECK(project.echoed() == 16);
  HttpQuery query{.method = "GET", .target = "/posts/post-15/", .path = "/posts/post-15/"};
  CHECK(becomes([&] { return (*service)->answer(query).status == 200; }));
  (*service)->stop();
  CHECK(project.echoed() == 16);
}

TEST_CASE("a page that was given once is at hand, until the site changes") {
  const rig::Project project;
  auto service = Service::start(project.dir());
  REQUIRE_MESSAGE(service.has_value(), service.error().what);
  HttpQuery query{.method = "GET", .target = "/", .path = "/"};
  query.headers = {{"Accept", "text/html"}};
  CHECK_FALSE((*service)->answer_at_once(query).has_value());
  const HttpAnswer made = (*service)->answer(query);
  REQUIRE(made.lines);
  auto again = (*service)->answer_at_once(query);
  REQUIRE(again.has_value());
  CHECK(again->status == 200);
  CHECK(again->shared == made.shared);
  CHECK(again->lines == made.lines);
  const std::size_t at = made.lines->find("ETag: ") + 6;
  const std::string etag = made.lines->substr(at, made.lines->find('\r', at) - at);
  HttpQuery known = query;
  known.headers.emplace_back("If-None-Match", etag);
  CHECK((*service)->answer_at_once(known)->status == 304);
  // What is not a page is asked for each time.
  query.path = query.target = "/nothing/";
  CHECK((*service)->answer(query).status == 404);
  CHECK_FALSE((*service)->answer_at_once(query).has_value());

  REQUIRE(publish(*(*service)->hub(), remote, post(1)));
  (*service)->ring();
  CHECK(becomes([&] { return (*service)->answer(known).status == 200; }));
  CHECK((*service)->answer(known).bytes().find("Post 1") != std::string_view::npos);
}

TEST_CASE("a service reads carillon.yaml anew, and keeps the old one when the new one is wrong") {
  const rig::Project project;
  auto service = Service::start(project.dir());
  REQUIRE(service.has_value());
  const auto added = channel_add(*(*service)->hub(), kim, {"echo", "second", {"length=80"}, {}});
  REQUIRE_MESSAGE(added.has_value(), added.error().what);
  CHECK(becomes([&] { return (*service)->hub()->channel("second").has_value(); }));
  project.append("nonsense: [\n");
  CHECK(becomes([&] { return !open_workspace(project.dir()).has_value(); }));
  const auto sent = publish(*(*service)->hub(), kim, post(1));
  REQUIRE(sent.has_value());
  CHECK(sent->size() == 3);
  CHECK(all_published(*sent));
}

TEST_CASE("an operation is refused to who may not, and leaves a trace of who did") {
  const rig::Project project;
  const auto hub = project.open();
  const Operation<Hub>* publish_row = find_operation("publish");
  REQUIRE(publish_row != nullptr);
  const Actor reader{.name = "mo", .holds = Permission::author};
  const auto refused = perform(*hub, *publish_row, reader, to_json(post(1)));
  CHECK(refused.error().fault == Fault::denied);
  const json::object file{{"file", "/etc/passwd"}};
  CHECK(perform(*hub, *publish_row, remote, file).error().fault == Fault::denied);
  REQUIRE(perform(*hub, *publish_row, kim, json::object{{"text", "Hi."}, {"name", "hi.md"}}));
  const auto events = hub->store().read([](Db& db) { return events_after(db, "", 100); });
  REQUIRE(events.has_value());
  const auto act = std::find_if(events->begin(), events->end(), [](const Event& event) {
    return event.kind == "announcement.planned";
  });
  REQUIRE(act != events->end());
  CHECK(act->actor == "kim");
}

TEST_CASE("a post that would not do what it says is refused before anything is planned") {
  const rig::Project project;
  project.append("  old:\n    platform: echo\n    use: closed\n", "channels:\n");
  const auto hub = project.open();
  const auto refused = [&](const std::string& front) {
    const PreviewRequest asked{.text = "---\n" + front + "\n---\nHello.\n", .name = "p.md"};
    const auto shown = preview(*hub, kim, asked);
    const auto sent = publish(*hub, kim, {.text = asked.text, .name = asked.name});
    REQUIRE(!shown.has_value());
    REQUIRE(!sent.has_value());
    CHECK(shown.error().what == sent.error().what);
    return shown.error();
  };
  CHECK(refused("texts: {blusky: Own}").hint == "Did you mean \"bluesky\"?");
  CHECK(refused("mentions: {k: {twiter: \"@k\"}}").what.find("/mentions/k") != std::string::npos);
  CHECK(refused("channels: [old]").what == "the channel old is closed: nothing is posted there");
  const Error late = refused("title: Tea\nat: 2031-02-30 10:00");
  CHECK(late.what.starts_with("p.md: line 3: /at"));
  CHECK(refused("at: 2020-01-01 10:00").what.find("is past") != std::string::npos);
  CHECK(preview(*hub, kim, {.text = "---\ntexts: {x: Own}\n---\nHello.\n"}).has_value());
  CHECK(project.echoed() == 0);
}

TEST_CASE("two texts sent without a name are two posts, or the second is refused") {
  const rig::Project project;
  const auto hub = project.open();
  const auto first = publish(*hub, kim, {.text = "One.\n"});
  const auto second = publish(*hub, kim, {.text = "Two.\n"});
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(first->front().slug != second->front().slug);
  CHECK(project.echoed() == 2);
  REQUIRE(publish(*hub, kim, {.text = "---\ntitle: News\n---\nOne.\n"}).has_value());
  CHECK(publish(*hub, kim, {.text = "---\ntitle: News\n---\nTwo.\n"}).error().fault ==
        Fault::conflict);
  REQUIRE(publish(*hub, kim, {.text = "---\ntitle: News\n---\nOne.\n"}).has_value());
  CHECK(project.echoed() == 3);
}

TEST_CASE("a rehearsal is called one, and does not use the post up") {
  const rig::Project project;
  project.append("  hook:\n    platform: webhook\n    target: http://127.0.0.1:1/\n",
                 "channels:\n");
  const std::string config = project.dir() + "/carillon.yaml";
  project.append("rehearsal: true\n");
  const auto one = [](const std::vector<DeliveryView>& all) {
    return *std::find_if(all.begin(), all.end(),
                         [](const DeliveryView& view) { return view.channel == "hook"; });
  };
  {
    const auto hub = project.open();
    const DeliveryView view = one(*publish(*hub, kim, post(1)));
    CHECK(view.state == DeliveryState::published);
    CHECK(view.rehearsed);
  }
  std::ifstream in(config);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  text.erase(text.find("rehearsal: true\n"), 16);
  std::ofstream(config) << text;
  const auto hub = project.open();
  const DeliveryView view = one(*publish(*hub, kim, post(1)));
  CHECK(!view.rehearsed);
  CHECK(view.state == DeliveryState::refused);  // no secret was entered
}

TEST_CASE("what stands with an earlier text is said to, and addresses are addresses") {
  const rig::Project project;
  const auto hub = project.open();
  REQUIRE(publish(*hub, kim, {.text = "---\nslug: tea\n---\nOne.\n"}).has_value());
  const auto again = publish(*hub, kim, {.text = "---\nslug: tea\n---\nOne, mended.\n"});
  REQUIRE(again.has_value());
  for (const DeliveryView& view : *again) CHECK(view.outdated == (view.channel == "echo"));
  const auto wrong = resolve(*hub, kim, {again->front().id, "javascript:x"});
  CHECK(wrong.error().what.find("is not the address of a post") != std::string::npos);
}

TEST_CASE("a card shows what a person posts by hand, exactly") {
  const rig::Project project;
  project.append("  x:\n    platform: manual\n    rules: x\n    url: https://x.com/teahouse\n",
                 "channels:\n");
  const auto hub = project.open();
  const auto sent = publish(*hub, kim, post(1));
  REQUIRE_MESSAGE(sent.has_value(), sent.error().what);
  const auto mine = std::find_if(sent->begin(), sent->end(),
                                 [](const DeliveryView& one) { return one.channel == "x"; });
  REQUIRE(mine != sent->end());
  CHECK(mine->state == DeliveryState::manual);
  CHECK(mine->needs_person);
  const auto shown = card(*hub, kim, {mine->id});
  REQUIRE_MESSAGE(shown.has_value(), shown.error().what);
  CHECK(shown->account == "https://x.com/teahouse");
  CHECK(shown->parts.at(0).text.starts_with("Hello 1."));
  CHECK(shown->parts.at(0).limit == 280);
  CHECK(card(*hub, remote, {mine->id, "/tmp"}).error().fault == Fault::denied);
  for (const DeliveryView& one : *sent) {
    if (one.channel == "home") CHECK(card(*hub, kim, {one.id}).error().fault == Fault::conflict);
  }
  CHECK(card(*hub, kim, {"nothing"}).error().fault == Fault::not_found);
  REQUIRE(resolve(*hub, kim, {mine->id, "https://x.com/teahouse/status/1"}).has_value());
  CHECK(card(*hub, kim, {mine->id})->url == "https://x.com/teahouse/status/1");
}

TEST_CASE("a channel that would not work changes nothing") {
  const rig::Project project;
  const auto hub = project.open();
  std::ifstream in(project.dir() + "/carillon.yaml");
  const std::string before((std::istreambuf_iterator<char>(in)), {});
  CHECK(!channel_add(*hub, kim, {"mastodon", "toots", {}, {}}));            // no server
  CHECK(!channel_add(*hub, kim, {"echo", "practice", {"lenght=80"}, {}}));  // mistyped
  CHECK(!channel_add(*hub, kim, {"echo", "practice", {}, {{"token", "x"}}}));
  CHECK(!channel_set(*hub, kim, {"echo", {"length=many"}, {}}));
  std::ifstream again(project.dir() + "/carillon.yaml");
  CHECK(before == std::string((std::istreambuf_iterator<char>(again)), {}));
}
