#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "kit.hpp"

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

TEST_CASE("the rehearsal counts like the platform that is rehearsed") {
  Channel channel;
  channel.name = "like-x";
  channel.platform = "echo";
  channel.settings["like"] = "x";
  const auto adapter = make_adapter(channel);
  REQUIRE(adapter.has_value());
  const Limits limits = (*adapter)->limits({});
  CHECK(limits.length == 280);
  CHECK(limits.count("お茶 example.org") == 5 + 23);
  Announcement announcement;
  announcement.draft.texts["x"] = "For X, by @kim.";
  announcement.draft.mentions["kim"]["x"] = "kimdrinks";
  const Rendition out = (*adapter)->render(announcement, channel, limits);
  CHECK(out.used == Used::own);
  CHECK(out.parts[0].text == "For X, by @kimdrinks.");
  channel.settings["like"] = "y";
  CHECK(make_adapter(channel).error().what.find("mastodon, x, bluesky") != std::string::npos);
}

TEST_CASE("the rehearsal takes the pictures that the platform takes") {
  Channel channel;
  channel.name = "practice";
  channel.platform = "echo";
  const auto image = [&](const std::string& like) {
    channel.settings["like"] = like;
    return make_adapter(channel).value()->limits({}).image;
  };
  for (const std::string like : {"mastodon", "x", "bluesky"}) {
    CHECK(image(like).count == 4);
    CHECK(image(like).bytes > 0);
  }
  CHECK(image("x").alt_length == 1000);
  CHECK(image("mastodon").pixels == 33'177'600);
  CHECK(image("bluesky").side == 2000);
  channel.settings["like"] = "x";
  const auto adapter = make_adapter(channel);
  Announcement announcement;
  announcement.draft.body = "Tea";
  for (int i = 0; i < 5; ++i) announcement.draft.media.push_back({"a.png", "A", ""});
  announcement.draft.media[0].alt = std::string(1001, 'a');
  const Rendition out = (*adapter)->render(announcement, channel, (*adapter)->limits({}));
  CHECK(out.parts.at(0).media.size() == 4);
  CHECK(out.blockers.size() == 1);
}

namespace {

// The lines of the file, as the rehearsal's platform holds them.
std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> out;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) out.push_back(std::move(line));
  return out;
}

void with_file(const std::function<void(const kit::Target&)>& run) {
  const rig::TempDir dir;
  kit::Target target;
  target.channel.name = "practice";
  target.channel.platform = "echo";
  target.refuses_long = false;
  target.data_dir = dir.path().string();
  target.held = [path = dir.file("echo.jsonl")](HttpClient&) {
    std::vector<std::string> texts;
    for (const std::string& line : lines_of(path)) {
      const auto parsed = parse_json(line);
      REQUIRE(parsed.has_value());
      texts.emplace_back(parsed->at("text").as_string());
    }
    return texts;
  };
  run(target);
}

}  // namespace

TEST_CASE("Rehearsal: posts, threads and the longest texts") {
  with_file(kit::run_posts);
}

TEST_CASE("Rehearsal: kill -9 at every step") {
  with_file(kit::run_kills);
}

TEST_CASE("Rehearsal: a disk that fills up in the middle of a line") {
  const rig::TempDir dir;
  Channel channel;
  channel.name = "practice";
  channel.platform = "echo";
  const auto adapter = make_adapter(channel);
  HttpClient http;
  const SystemClock clock;
  Access access{http, clock, {}, {}, {}, dir.path().string()};
  Announcement announcement;
  Rendition rendition;
  rendition.parts = {{"one", 3, 500, {}, {}}};
  const auto steps = (*adapter)->prepare({announcement, rendition, "d1", 0}, access);
  const Step& step = steps->at(0);
  struct rlimit before {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{10, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  const Outcome cut = (*adapter)->send(step, {}, access);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  (void)std::signal(SIGXFSZ, handler);
  CHECK(std::holds_alternative<Unsure>(cut));
  CHECK(std::holds_alternative<Absent>((*adapter)->find(step, {}, 0, access)));
  CHECK(std::holds_alternative<Published>((*adapter)->send(step, {}, access)));
  CHECK(std::holds_alternative<Published>((*adapter)->find(step, {}, 0, access)));
  CHECK(lines_of(dir.file("echo.jsonl")).back() == step.request);
}
