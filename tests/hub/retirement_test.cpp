#include "hub/retirement.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>

#include "base/moment.hpp"
#include "hub/archives.hpp"
#include "hub/channels.hpp"
#include "hub/custody.hpp"
#include "hub/decisions.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"
#include "hub/publishing.hpp"
#include "retire/small_archive.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

const Actor kim{.name = "kim", .holds = Permission::admin, .local = true};

// Succeeds, or fails the test with what was said.
template <class T>
T good(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().what);
  return std::move(*result);
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// An organisation with an account on X that a person posts to, and a web site.
void furnish(const std::string& dir) {
  std::string config = text_of(dir + "/carillon.yaml");
  const std::string channels = "channels:\n";
  config.insert(config.find(channels) + channels.size(),
                "  x:\n    platform: manual\n    rules: x\n    url: https://x.com/Ours\n");
  config += "sites:\n  - source: website\n";
  write(dir + "/carillon.yaml", config);
  write(dir + "/website/footer.html", "<a href=\"https://x.com/Ours\">Follow us</a>\n");
  const rig::SmallArchive archive(dir + "/x-archive");
  archive.manifest("2026-11-20T10:00:00.000Z");
  archive.list("tweets", {rig::SmallArchive::post("1", 0, "Good morning")});
}

std::unique_ptr<Hub> open_at(const std::string& dir) {
  return good(Hub::open(good(open_workspace(dir))));
}

void decide(Hub& hub) {
  good(decision_add(hub, kim,
                    {.title = "Leave X, keep the name",
                     .by = "Tea council",
                     .channel = "x",
                     .to = Use::reserved,
                     .scope = {Scope::page_furniture}}));
}

// What happens outside of the plan, as people do it.
void prepare(Hub& hub, const std::string& dir) {
  good(archive_import(hub, kim, {.file = dir + "/x-archive"}));
  for (const char* person : {"Ada", "Bo"}) {
    good(channel_custodian(hub, kim, {.name = "x", .person = person}));
    good(channel_proof(hub, kim, {.name = "x", .person = person, .proof = "logged in"}));
  }
}

void tell(Hub& hub, const std::string& dir) {
  good(publish(hub, kim, {.file = dir + "/posts/farewell-x.md"}));
  for (const Delivery& one : good(hub.outbox().deliveries("farewell-x"))) {
    if (one.state == DeliveryState::manual)
      good(hub.outbox().resolve(one.id, "https://x.com/Ours/status/2", false, "kim"));
  }
}

RetireNextRequest go_on(const std::string& step = {}, const std::string& proof = {}) {
  return {.channel = "x", .step = step, .proof = proof};
}

std::string now_at(const RetireAdvance& advance) {
  return advance.now.empty() ? std::string() : advance.now.front().key;
}

Fault refused(Hub& hub, const RetireNextRequest& request) {
  const auto advance = retire_next(hub, kim, request);
  REQUIRE_FALSE(advance.has_value());
  return advance.error().fault;
}

// Everything of a workspace that a dry run must leave alone, as text.
std::map<std::string, std::string> everything(const std::string& dir) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    const std::string path = entry.path().string();
    const bool database = path.find("carillon.db") != std::string::npos;
    if (entry.is_regular_file() && !database) out[path] = text_of(path);
  }
  return out;
}

std::vector<std::string> happened(Hub& hub) {
  std::vector<std::string> out;
  const auto events = good(hub.store().read([](Db& db) { return events_after(db, "", 10'000); }));
  for (const Event& event : events) out.push_back(event.id + " " + event.kind);
  return out;
}

}  // namespace

TEST_CASE("a channel ends by what the plan says, each step seen or proved") {
  const rig::Project project;
  const std::string dir = project.dir();
  furnish(dir);
  {
    const auto hub = project.open();
    CHECK(retire_plan(*hub, kim, {.channel = "x", .to = Use::reserved}).error().fault ==
          Fault::not_found);
    decide(*hub);
    CHECK(retire_next(*hub, kim, go_on()).error().fault == Fault::not_found);
    CHECK(good(retire_plan(*hub, kim, {.channel = "x", .to = Use::reserved})).begun);
    const auto first = good(retire_next(*hub, kim, go_on()));
    CHECK(now_at(first) == "archive");
    CHECK(first.missing.size() == 1);
    CHECK(refused(*hub, go_on("archive", "I have it")) == Fault::denied);
    CHECK(refused(*hub, go_on("keep", "logged in")) == Fault::conflict);
    CHECK(refused(*hub, go_on("nothing", "x")) == Fault::not_found);
    CHECK(refused(*hub, {.channel = "x", .proof = "x"}) == Fault::invalid);
    prepare(*hub, dir);
    CHECK(now_at(good(retire_next(*hub, kim, go_on()))) == "dependents");
    good(channel_dependent(*hub, kim, {.name = "x", .what = "Medium"}));
    CHECK(refused(*hub, go_on("dependents", "asked")) == Fault::denied);
    good(channel_dependent(*hub, kim, {.name = "x", .what = "Medium", .moved = "mail log-in"}));
    const auto farewell = good(retire_next(*hub, kim, go_on("dependents", "asked")));
    CHECK(now_at(farewell) == "farewell");
    CHECK(farewell.changed == std::vector<std::string>{"posts/farewell-x.md"});
    tell(*hub, dir);
    CHECK(now_at(good(retire_next(*hub, kim, go_on()))) == "profile");
    const auto delist =
        good(retire_next(*hub, kim, go_on("profile", "https://x.com/Ours/status/2")));
    CHECK(now_at(delist) == "delist");
    REQUIRE(delist.missing.size() == 1);
    CHECK(delist.missing.front().find("footer.html:1") != std::string::npos);
    CHECK(refused(*hub, {.channel = "x", .step = "use", .skip = "no time"}) == Fault::conflict);
  }
  write(dir + "/website/footer.html", "<p>Follow us here</p>\n");
  const auto hub = project.open();
  const auto hide = good(retire_next(*hub, kim, go_on()));
  CHECK(now_at(hide) == "hide");
  CHECK(text_of(dir + "/carillon.yaml").find("use: reserved") != std::string::npos);
  const auto report = good(retire_next(
      *project.open(), kim, {.channel = "x", .step = "hide", .skip = "the posts tell people"}));
  CHECK(now_at(report) == "report");
  const std::string post = text_of(dir + "/posts/x-report.md");
  CHECK(post.find("left out: the posts tell people") != std::string::npos);
  CHECK(post.find("Tea council") != std::string::npos);
  good(publish(*hub, kim, {.file = dir + "/posts/x-report.md", .channel = {"home"}}));
  const auto last = good(retire_next(*project.open(), kim, go_on()));
  CHECK(last.now.empty());
  CHECK_FALSE(last.finished);
  CHECK(last.next_day == day_of(hub->clock().now() + 30 * day));
  const auto status = good(retire_status(*hub, kim, {.channel = "x"}));
  CHECK(status.front().steps.back().state == StepState::waiting);
}

TEST_CASE("a farewell that was only rehearsed was told to nobody") {
  const rig::Project project;
  const std::string dir = project.dir();
  furnish(dir);
  decide(*project.open());
  {
    const auto hub = project.open();
    good(retire_plan(*hub, kim, {.channel = "x", .to = Use::reserved}));
    prepare(*hub, dir);
    CHECK(now_at(good(retire_next(*hub, kim, go_on("dependents", "none")))) == "farewell");
  }
  project.append("rehearsal: true\n");
  const auto hub = project.open();
  good(publish(*hub, kim, {.file = dir + "/posts/farewell-x.md"}));
  const auto advance = good(retire_next(*hub, kim, go_on()));
  CHECK(now_at(advance) == "farewell");
  REQUIRE_FALSE(advance.missing.empty());
  CHECK(advance.missing.front().find("only rehearsed on x") != std::string::npos);
}

TEST_CASE("a use ends only by a decision") {
  const rig::Project project;
  furnish(project.dir());
  const auto hub = project.open();
  const ChannelSetRequest alone{.name = "x", .set = {"use=reserved"}};
  REQUIRE_FALSE(channel_set(*hub, kim, alone).has_value());
  CHECK(channel_set(*hub, kim, alone).error().fault == Fault::denied);
  decide(*hub);
  CHECK_FALSE(channel_set(*hub, kim, {.name = "x", .set = {"use=closed"}, .decision = "2026-1"})
                  .has_value());
  const std::string id = good(decision_list(*hub, kim, {})).front().id;
  CHECK(good(channel_set(*hub, kim, {.name = "x", .set = {"use=reserved"}, .decision = id})).use ==
        Use::reserved);
}

TEST_CASE("a dry run changes nothing, neither here nor on a platform") {
  const rig::Project project;
  const std::string dir = project.dir();
  furnish(dir);
  decide(*project.open());
  prepare(*project.open(), dir);
  const auto run = [&](const std::string& name, const json::value& request) {
    const auto hub = project.open();
    return good(perform(*hub, *find_operation(name), kim, request));
  };
  const auto before = everything(dir);
  const auto events = happened(*project.open());
  const auto plan = run("retire plan", {{"channel", "x"}, {"to", "reserved"}, {"dry_run", true}});
  CHECK(plan.at("steps").as_array().size() > 10);
  CHECK(everything(dir) == before);
  CHECK(happened(*project.open()) == events);
  run("retire plan", {{"channel", "x"}, {"to", "reserved"}});
  CHECK(happened(*project.open()) != events);
  const auto planned = happened(*project.open());
  const json::value next{
      {"channel", "x"}, {"step", "dependents"}, {"proof", "asked"}, {"dry_run", true}};
  const auto advance = run("retire next", next);
  CHECK(advance.at("changed").as_array().size() == 1);
  CHECK(advance.at("settled").as_array().size() == 4);
  CHECK(everything(dir) == before);
  CHECK(happened(*project.open()) == planned);
  CHECK(project.echoed() == 0);
  run("retire next", {{"channel", "x"}, {"step", "dependents"}, {"proof", "asked"}});
  CHECK(everything(dir) != before);
}

namespace {

// The walk from the decision to the day on which only time is missing, in processes of their own.
// `kill_at` counts the moments between an act and its record, over all of them; 0: none is killed.
class Journey {
 public:
  Journey(std::string dir, int kill_at) : dir_(std::move(dir)), kill_at_(kill_at) {}
  ~Journey() { ::munmap(moments_, sizeof(int)); }
  Journey(const Journey&) = delete;
  Journey& operator=(const Journey&) = delete;

  // Whether one was killed.
  bool go() {
    inside([&] { good(retire_plan(*open_at(dir_), kim, {.channel = "x", .to = Use::reserved})); });
    step(go_on());
    step(go_on("dependents", "asked"));
    inside([&] { tell(*open_at(dir_), dir_); });
    step(go_on("profile", "pinned"));
    step(go_on("hide", "left open"));
    inside([&] {
      good(
          publish(*open_at(dir_), kim, {.file = dir_ + "/posts/x-report.md", .channel = {"home"}}));
    });
    step(go_on());
    return killed_;
  }

 private:
  // A killed one is begun again, as a person would.
  void step(const RetireNextRequest& request) {
    for (bool again = true; again;) {
      again = !inside([&] {
        good(retire_next(*open_at(dir_), kim, request, [&](const std::string&) {
          if (++*moments_ == kill_at_) ::raise(SIGKILL);
        }));
      });
      killed_ = killed_ || again;
    }
  }

  template <class F>
  bool inside(F work) {
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        work();
      } catch (...) {  // a failed check must not go on with the other tests
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) return false;
    REQUIRE(WEXITSTATUS(status) == 0);
    return true;
  }

  std::string dir_;
  int kill_at_;
  bool killed_ = false;
  int* moments_ = static_cast<int*>(
      ::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
};

// How the journey ended, as far as it does not depend on the minute.
std::map<std::string, std::string> end_of(const std::string& dir) {
  std::map<std::string, std::string> out{{"config", text_of(dir + "/carillon.yaml")}};
  for (const auto& entry : fs::directory_iterator(dir + "/posts"))
    out[entry.path().filename()] = text_of(entry.path());
  const auto status = good(retire_status(*open_at(dir), kim, {.channel = "x"}));
  for (const StepView& step : status.front().steps)
    out["step " + step.key] = word_of(step.state) + " " + step.by + " " + step.proof;
  return out;
}

}  // namespace

TEST_CASE("a plan killed at any moment and begun again ends in the same state") {
  const rig::TempDir scratch;
  const std::string model = scratch.file("model");
  REQUIRE(init_workspace(model).has_value());
  furnish(model);
  write(model + "/website/footer.html", "<p>Follow us here</p>\n");
  decide(*open_at(model));
  prepare(*open_at(model), model);
  std::map<std::string, std::string> expected;
  int moments = 0;
  for (bool killed = true; killed; ++moments) {
    const std::string dir = scratch.file(fmt::format("w{}", moments));
    fs::copy(model, dir, fs::copy_options::recursive);
    killed = Journey(dir, moments).go();
    if (moments == 0) {
      REQUIRE_FALSE(killed);
      expected = end_of(dir);
      killed = true;
      CHECK(expected.at("step keep").starts_with("done"));
    } else {
      CHECK_MESSAGE(end_of(dir) == expected, moments);
    }
    fs::remove_all(dir);
  }
  CHECK(moments > 20);
}
