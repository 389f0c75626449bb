// Looking for links at an address: what is found, what the decision lets be taken away, and that
// one runs at a time.
#include "hub/link_search.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <thread>

#include "consult/decisions.hpp"
#include "hub/channels.hpp"
#include "hub/operations.hpp"
#include "hub/workspace.hpp"
#include "retire/git_host.hpp"
#include "retire/sites.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using testing::git_in;
using testing::GitHost;
namespace fs = std::filesystem;

namespace {

// By the browser: not on this machine.
const Actor kim{.name = "kim", .holds = Permission::admin};

fs::path site_in(const fs::path& folder) {
  const fs::path root = folder / "site";
  fs::create_directories(root / "_posts");
  std::ofstream(root / "footer.html")
      << "<ul>\n<li><a href=\"/a\">A</a></li>\n"
         "<li><a href=\"https://x.com/ringing_bells\">Twitter</a></li>\n</ul>\n";
  std::ofstream(root / "about.md") << "Follow us on [X](https://x.com/ringing_bells) or [M](/m).\n";
  std::ofstream(root / "_posts/2020-01-01-a.md") << "- [X](https://x.com/ringing_bells)\n- b\n";
  git_in(root, "init -q");
  git_in(root, "add .");
  git_in(root, "commit -q -m all");
  return root;
}

std::unique_ptr<Hub> open_hub(const rig::TempDir& dir) {
  REQUIRE(init_workspace(dir.path() / "w").has_value());
  const auto workspace = open_workspace(dir.file("w"));
  REQUIRE(workspace.has_value());
  auto with = set_channel_keys(*workspace, "birds",
                               {{"platform", "manual"},
                                {"use", "inactive"},
                                {"rules", "x"},
                                {"url", "https://x.com/ringing_bells"}});
  REQUIRE(with.has_value());
  auto hub = Hub::open(std::move(*with));
  REQUIRE(hub.has_value());
  return std::move(*hub);
}

Decision leaving() {
  Decision out;
  out.title = "Leave X";
  out.body = "Tea council";
  out.record = "https://example.org/minutes/1";
  out.decided = "2026-01-02";
  out.channel = "birds";
  out.to = Use::reserved;
  out.scopes = {Scope::page_furniture};
  return out;
}

}  // namespace

TEST_CASE("a repository is looked through, and its patch goes as far as the decision") {
  const rig::TempDir dir;
  const GitHost host(site_in(dir.path()));
  const auto hub = open_hub(dir);
  const auto without = link_search(*hub, kim, {"birds", host.url()});
  REQUIRE_MESSAGE(without.has_value(), (without ? "" : without.error().what));
  CHECK(without->files == 3);
  REQUIRE(without->findings.size() == 3);
  CHECK(without->findings[0].action == Action::delist);
  CHECK(without->findings[0].path == "about.md");
  CHECK(without->findings[2].action == Action::leave);
  CHECK(without->patch.diff.empty());
  CHECK(without->patch.refused.find("no decision says") != std::string::npos);
  REQUIRE(Decisions(hub->store()).add(leaving()).has_value());
  const auto with = link_search(*hub, kim, {"birds", host.url()});
  REQUIRE_MESSAGE(with.has_value(), (with ? "" : with.error().what));
  CHECK(with->patch.refused.empty());
  CHECK(with->patch.decision == "2026-1");
  REQUIRE(with->patch.files.size() == 1);
  CHECK(with->patch.files[0].path == "footer.html");
  CHECK(with->patch.diff.find("-<li><a href=\"https://x.com/ringing_bells\">") !=
        std::string::npos);
  CHECK(with->patch.diff.find("about.md") == std::string::npos);
  CHECK(with->patch.beyond.size() == 2);
}

TEST_CASE("a web site is read, and there is no patch of it") {
  const rig::TempDir dir;
  testing::Site site;
  site.put("/", "<footer><a href=\"https://x.com/ringing_bells\">X</a></footer>\n");
  const auto hub = open_hub(dir);
  const auto found = link_search(*hub, kim, {"birds", site.url(), LinkPlace::web_site});
  REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().what));
  CHECK(found->pages == 1);
  REQUIRE(found->findings.size() == 1);
  CHECK(found->findings[0].path == site.url());
  CHECK(found->patch.diff.empty());
}

TEST_CASE("no file of this machine is read, whoever asks") {
  const rig::TempDir dir;
  const fs::path root = site_in(dir.path());
  const auto hub = open_hub(dir);
  for (const LinkPlace place : {LinkPlace::repository, LinkPlace::web_site})
    for (const std::string& address : {root.string(), "file://" + root.string(), std::string(".")})
      CHECK_MESSAGE(
          link_search(*hub, kim, {"birds", address, place}).error().fault == Fault::invalid,
          address);
  CHECK(link_search(*hub, kim, {"bird", "https://example.org/"}).error().fault == Fault::not_found);
  Actor ben = kim;
  ben.holds = Permission::editor;
  const auto refused = perform(*hub, *find_operation("retire links"), ben,
                               {{"channel", "birds"}, {"address", "https://example.org/"}});
  CHECK(refused.error().fault == Fault::denied);
}

TEST_CASE("one search runs at a time") {
  const rig::TempDir dir;
  GitHost host(site_in(dir.path()));
  const auto hub = open_hub(dir);
  host.silent = true;
  std::thread first([&] { CHECK(link_search(*hub, kim, {"birds", host.url()}).has_value()); });
  while (host.asked < 2) std::this_thread::yield();
  CHECK(link_search(*hub, kim, {"birds", host.url()}).error().fault == Fault::conflict);
  host.silent = false;
  first.join();
  CHECK(link_search(*hub, kim, {"birds", host.url()}).has_value());
}
