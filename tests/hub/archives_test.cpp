// Archives as operations: who may, and what comes back.
#include "hub/archives.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "hub/installation.hpp"
#include "hub/operations.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

const Actor kim{.name = "kim", .holds = Permission::admin, .local = true};
const Actor remote{.name = "lee", .holds = Permission::admin};

void write_archive(const fs::path& dir) {
  fs::create_directories(dir / "data");
  std::ofstream(dir / "data/manifest.js")
      << R"(window.__THAR_CONFIG = {"userInfo" : {"accountId" : "7", "userName" : "ours"}})";
  std::ofstream(dir / "data/tweets.js")
      << R"(window.YTD.tweets.part0 = [ {"tweet" : {"id_str" : "20", "full_text" : "just setting )"
         R"(up", "created_at" : "Tue Mar 21 20:50:14 +0000 2006"}} ])";
}

}  // namespace

TEST_CASE("an archive of this machine is not for others to name") {
  const rig::TempDir dir;
  write_archive(dir.path() / "in");
  REQUIRE(init_workspace(dir.path() / "w").has_value());
  auto workspace = open_workspace(dir.file("w"));
  REQUIRE(workspace.has_value());
  const auto hub = Hub::open(std::move(*workspace));
  REQUIRE(hub.has_value());
  for (const char* name : {"archive import", "archive build"}) {
    REQUIRE(find_operation(name) != nullptr);
    CHECK_MESSAGE(find_operation(name)->spec.method.empty(), name);
  }
  CHECK(archive_search(**hub, kim, {.words = {"up"}}).error().fault == Fault::not_found);
  CHECK(archive_import(**hub, remote, {.file = dir.file("in")}).error().fault == Fault::denied);
  CHECK(archive_build(**hub, remote, {.out = dir.file("out")}).error().fault == Fault::denied);
  CHECK_FALSE(fs::exists(dir.path() / "w/data/archive.db"));
  CHECK_FALSE(fs::exists(dir.path() / "out"));

  const auto imported = archive_import(**hub, kim, {.file = dir.file("in")});
  REQUIRE_MESSAGE(imported.has_value(), (imported ? "" : imported.error().what));
  CHECK(imported->counts.posts == 1);
  CHECK(archive_build(**hub, kim, {.out = dir.file("out"), .at = "../up"}).error().fault ==
        Fault::invalid);
  const auto built = archive_build(**hub, kim, {.out = dir.file("out")});
  REQUIRE_MESSAGE(built.has_value(), (built ? "" : built.error().what));
  std::stringstream page;
  page << std::ifstream(dir.path() / "out/x/ours/2006/03/21/index.html").rdbuf();
  CHECK(page.str().find("just setting up") != std::string::npos);
  CHECK(page.str().find("https://x.com/ours/status/20") != std::string::npos);
  CHECK(page.str().find("id=\"content\"") != std::string::npos);  // the home's frame

  const auto found = archive_search(**hub, remote, {.words = {"setting up"}});
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  CHECK(found->front().address == "https://x.com/ours/status/20");
  CHECK(found->front().path == "/past/x/ours/2006/03/21/#p20");
  CHECK(archive_search(**hub, remote, {.words = {"up setting"}})->empty());
  CHECK(archive_search(**hub, remote, {.words = {}}).error().fault == Fault::invalid);
  CHECK(archive_search(**hub, remote, {.words = {"up"}, .limit = "x"}).error().fault ==
        Fault::invalid);
}

TEST_CASE("a server shows what was imported as a build writes it, and finds words in it") {
  const rig::TempDir dir;
  write_archive(dir.path() / "in");
  REQUIRE(init_workspace(dir.path() / "w").has_value());
  auto workspace = open_workspace(dir.file("w"));
  const auto hub = Hub::open(std::move(*workspace));
  CHECK((*hub)->view()->past.empty());
  REQUIRE(archive_import(**hub, kim, {.file = dir.file("in")}).has_value());
  const auto view = (*hub)->view();
  CHECK(view->past == "/past/");
  const auto pages = past_pages(*view, dir.file("w/data"));
  REQUIRE(pages.has_value());
  const auto built = site_build(**hub, kim, {.out = dir.file("out")});
  REQUIRE_MESSAGE(built.has_value(), (built ? "" : built.error().what));

  const auto bytes = [](const fs::path& path) {
    std::stringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
  };
  for (const char* path :
       {"/past/x/ours/2006/03/21/", "/past/x/ours/2006/03/", "/past/x/ours/2006/",
        "/past/x/ours/feed.atom", "/past/x/ours/feed.json", "/past/redirects.csv"}) {
    CAPTURE(path);
    const auto page = (*pages)(path, "");
    REQUIRE(page.has_value());
    CHECK(page->path == path);
    const std::string file =
        path + std::string(std::string_view(path).ends_with('/') ? "index.html" : "");
    CHECK((page->file.empty() ? page->body : bytes(page->file)) ==
          bytes(dir.path() / "out" / file.substr(1)));
  }
  // Only where somebody answers it there is a form.
  CHECK((*pages)("/past/", "")->body.find("<form") != std::string::npos);
  CHECK(bytes(dir.path() / "out/past/index.html").find("<form") == std::string::npos);
  CHECK((*pages)("/past/x/ours", "")->path == "/past/x/ours/");
  CHECK((*pages)("/past/x/ours/2006/03", "")->path == "/past/x/ours/2006/03/");
  for (const char* path :
       {"/past/x/other/", "/past/x/ours/2007/", "/past/x/ours/2006/13/", "/past/x/ours/2006/03/22/",
        "/past/x/ours/2006/03/21/1/", "/past/x/ours/2006/03/x/", "/past/media/../../carillon.db",
        "/past/media/x/ours/2006/03/none.jpg", "/posts/", "/"})
    CHECK_MESSAGE(!(*pages)(path, "").has_value(), path);

  const std::string found = (*pages)("/past/search", "q=sett*+up")->body;
  CHECK(found.find("just <mark>setting</mark> <mark>up</mark>") != std::string::npos);
  CHECK(found.find("/past/x/ours/2006/03/21/#p20") != std::string::npos);
  CHECK(found.find("noindex") != std::string::npos);
  const std::string none = (*pages)("/past/search", "q=%3Cscript%3E")->body;
  CHECK(none.find("No post holds") != std::string::npos);
  CHECK(none.find("<script>") == std::string::npos);
  CHECK((*pages)("/past/search", "")->body.find("<form") != std::string::npos);
}
