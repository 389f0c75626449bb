// A decision carried out in files: how far it reaches, from when, and how it is taken back.
#include "hub/patching.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/limits.hpp"
#include "consult/decisions.hpp"
#include "hub/channels.hpp"
#include "hub/patch_words.hpp"
#include "hub/workspace.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

const Actor kim{.name = "kim", .holds = Permission::admin, .local = true};

const std::string footer =
    "<ul>\n<li><a href=\"/a\">A</a></li>\n"
    "<li><a href=\"https://x.com/ringing_bells\">Twitter</a></li>\n</ul>\n";
const std::string footer_after = "<ul>\n<li><a href=\"/a\">A</a></li>\n</ul>\n";

void put(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string get(const fs::path& path) {
  std::stringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

void make_site(const fs::path& root) {
  put(root / "footer.html", footer);
  put(root / "about.md", "Follow us on [Twitter](https://x.com/ringing_bells) or [M](/m).\n");
  put(root / "_posts/2020-01-01-a.md", "- [Twitter](https://x.com/ringing_bells)\n- b\n");
  put(root / "sponsors.md", "Sponsors get a thank you tweet from our Twitter account.\n");
  fs::permissions(root / "footer.html", fs::perms::owner_all);
}

Decision leaving(const std::string& from) {
  Decision out;
  out.title = "Leave X";
  out.body = "Tea council";
  out.record = "https://example.org/minutes/1";
  out.decided = "2026-01-02";
  out.from = from;
  out.channel = "birds";
  out.to = Use::reserved;
  out.scopes = {Scope::page_furniture};
  return out;
}

std::unique_ptr<Hub> open_hub(const rig::TempDir& dir) {
  REQUIRE(init_workspace(dir.path() / "w").has_value());
  const auto workspace = open_workspace(dir.file("w"));
  REQUIRE(workspace.has_value());
  auto with = set_channel_keys(*workspace, "birds",
                               {{"platform", "manual"},
                                {"use", "inactive"},
                                {"rules", "x"},
                                {"also", json::array{"old_bells"}},
                                {"url", "https://x.com/ringing_bells"}});
  REQUIRE_MESSAGE(with.has_value(), (with ? "" : with.error().what + with.error().hint));
  auto hub = Hub::open(std::move(*with));
  REQUIRE_MESSAGE(hub.has_value(), (hub ? "" : hub.error().what));
  return std::move(*hub);
}

DelistPatchRequest named(const fs::path& root) {
  DelistPatchRequest out{.path = root.string()};
  out.handle = {"x:ringing_bells"};
  out.scope = {Scope::page_furniture, Scope::current_text};
  out.record = "https://example.org/minutes/1";
  return out;
}

int git(const fs::path& root, const std::string& words) {
  return std::system(("git -C '" + root.string() +
                      "' -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main " +
                      words)
                         .c_str());
}

}  // namespace

TEST_CASE("a decision says how far a patch may go, and from when") {
  const rig::TempDir dir;
  const fs::path site = dir.path() / "site";
  make_site(site);
  const auto hub = open_hub(dir);
  DelistPatchRequest request{.path = site.string(), .channel = "birds"};
  CHECK(delist_patch(*hub, kim, request).error().fault == Fault::not_found);
  Decisions decisions(hub->store());
  REQUIRE(decisions.add(leaving("9000-01-01")).has_value());
  const auto dry = delist_patch(*hub, kim, request);
  REQUIRE_MESSAGE(dry.has_value(), (dry ? "" : dry.error().what));
  CHECK(dry->decision == "2026-1");
  REQUIRE(dry->files.size() == 1);
  CHECK(dry->files[0].path == "footer.html");
  CHECK(dry->beyond.size() == 2);
  put(site / "old.html", "<p><a href=\"https://twitter.com/old_bells\">Twitter</a></p>\n");
  const auto older = delist_patch(*hub, kim, request);
  REQUIRE(older.has_value());
  CHECK(older->files.size() == 2);
  CHECK(patched_in_words(request, *dry)
            .find("1 line stands in history; decision 2026-1 does not reach there") !=
        std::string::npos);
  request.write = true;
  CHECK(delist_patch(*hub, kim, request).error().fault == Fault::denied);
  CHECK(get(site / "footer.html") == footer);
  REQUIRE(decisions.add(leaving("")).has_value());
  const auto done = delist_patch(*hub, kim, request);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  CHECK(get(site / "footer.html") == footer_after);
  CHECK(get(site / "about.md").find("x.com") != std::string::npos);
  CHECK((fs::status(site / "footer.html").permissions() & fs::perms::owner_exec) !=
        fs::perms::none);
  request.decision = "2026-1";
  CHECK(delist_patch(*hub, kim, request).error().fault == Fault::denied);
}

TEST_CASE("without a workspace the record of the decision is asked for") {
  const rig::TempDir dir;
  const fs::path site = dir.path() / "site";
  make_site(site);
  DelistPatchRequest request = named(site);
  request.record.clear();
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::denied);
  request = named(site);
  request.scope.clear();
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::denied);
  request.scope = {Scope::vendored};
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::invalid);
  request = named(site);
  request.replace = "ttps://bsky.app/profile/a";
  request.replace_name = "Bluesky";
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::invalid);
  const Actor remote{.name = "lee", .holds = Permission::admin};
  CHECK(delist_patch_without_workspace(remote, named(site)).error().fault == Fault::denied);
  for (const auto& row : patching_operations()) CHECK(row.spec.method.empty());
}

TEST_CASE("what was written is taken back byte for byte, or not at all") {
  const rig::TempDir dir;
  const fs::path site = dir.path() / "site";
  make_site(site);
  DelistPatchRequest request = named(site);
  request.write = true;
  const auto done = delist_patch_without_workspace(kim, request);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  CHECK(done->files.size() == 2);
  CHECK(done->remaining.empty());
  REQUIRE(done->tasks.size() == 1);
  CHECK(done->tasks[0].owner == "whoever made the promise");
  CHECK(get(site / "about.md") == "Follow us on [M](/m).\n");
  CHECK(fs::path(done->kept).parent_path() == fs::weakly_canonical(dir.path()));
  const auto again = delist_patch_without_workspace(kim, request);
  REQUIRE(again.has_value());
  CHECK(again->files.empty());
  DelistPatchRequest back{.path = site.string()};
  back.undo = done->kept;
  put(site / "about.md", "Follow us.\n");
  CHECK(delist_patch_without_workspace(kim, back).error().fault == Fault::conflict);
  CHECK(get(site / "footer.html") == footer_after);
  put(site / "about.md", "Follow us on [M](/m).\n");
  REQUIRE(delist_patch_without_workspace(kim, back).has_value());
  CHECK(get(site / "footer.html") == footer);
  CHECK(get(site / "about.md").find("[Twitter]") != std::string::npos);
  put(dir.path() / "evil.diff", "--- a/../w\n+++ b/../w\n@@ -1,1 +1,1 @@\n-a\n+b\n");
  back.undo = dir.file("evil.diff");
  CHECK(delist_patch_without_workspace(kim, back).error().fault == Fault::invalid);
}

TEST_CASE("a patch is written whole or not at all") {
  const rig::TempDir dir;
  const fs::path site = dir.path() / "site";
  make_site(site);
  // What replaces a file is written beside it first: a folder there makes that fail.
  fs::create_directories(site / "footer.html.new");
  DelistPatchRequest request = named(site);
  request.write = true;
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::unavailable);
  CHECK(get(site / "about.md").find("[Twitter]") != std::string::npos);
  CHECK(get(site / "footer.html") == footer);
}

TEST_CASE("a commit stands on a branch of its own and leaves the checkout alone") {
  const rig::TempDir dir;
  const fs::path site = dir.path() / "site";
  make_site(site);
  REQUIRE(git(site, "init -q") == 0);
  REQUIRE(git(site, "add .") == 0);
  REQUIRE(git(site, "commit -qm first") == 0);
  REQUIRE(git(site, "config user.name a") == 0);
  REQUIRE(git(site, "config user.email a@example.org") == 0);
  put(site / "footer.html", footer + "<p>mine</p>\n");
  put(site / "new.txt", "mine\n");
  DelistPatchRequest request = named(site);
  request.commit = true;
  const auto done = delist_patch_without_workspace(kim, request);
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  CHECK(done->branch == "delist-x");
  CHECK(get(site / "footer.html") == footer + "<p>mine</p>\n");
  CHECK(git(site, "rev-parse --verify -q delist-x^{commit} > /dev/null") == 0);
  CHECK(git(site, "diff --quiet --cached") == 0);
  CHECK(git(site, "log -1 --format=%B delist-x | grep -q 'example.org/minutes/1'") == 0);
  CHECK(git(site, "show delist-x:footer.html > '" + dir.file("shown") + "'") == 0);
  CHECK(get(dir.path() / "shown") == footer_after);
  CHECK(git(site, "diff --name-only HEAD delist-x | wc -l | grep -qx 2") == 0);
  const auto second = delist_patch_without_workspace(kim, request);
  REQUIRE(second.has_value());
  CHECK(second->branch == "delist-x");
  CHECK(second->commit == done->commit);
  REQUIRE(git(site, "commit -q --allow-empty -m later") == 0);
  const auto later = delist_patch_without_workspace(kim, request);
  REQUIRE(later.has_value());
  CHECK(later->branch == "delist-x-2");
  CHECK(git(site, "rev-parse delist-x | grep -qx " + done->commit) == 0);
  request.branch = "delist-x";
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::conflict);
  request.branch = "--force";
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::invalid);
}

TEST_CASE("git applies what is printed") {
  const rig::TempDir dir;
  const fs::path site = dir.path() / "site";
  make_site(site);
  put(site / "a b/no end.md",
      "- [Twitter](https://x.com/ringing_bells)\r\n- caf\xE9\r\n- "
      "[T](https://x.com/ringing_bells)");
  REQUIRE(git(site, "init -q") == 0);
  const auto dry = delist_patch_without_workspace(kim, named(site));
  REQUIRE_MESSAGE(dry.has_value(), (dry ? "" : dry.error().what));
  CHECK(dry->files.size() == 3);
  put(dir.path() / "p.diff", dry->diff);
  REQUIRE(git(site, "apply ../p.diff") == 0);
  CHECK(get(site / "footer.html") == footer_after);
  CHECK(get(site / "a b/no end.md") == "- caf\xE9");
  REQUIRE(git(site, "apply -R ../p.diff") == 0);
  CHECK(get(site / "footer.html") == footer);
}

TEST_CASE("what a pull request says calls nobody, and keeps within a host's limit") {
  Mandate mandate;
  mandate.decision = leaving("");
  mandate.decision.id = "2026-1";
  mandate.decision.title = "Leave X, says @everybody, closes #1";
  for (int i = 0; i < 30; ++i) {
    const auto account = parse_account("x:bells_" + std::to_string(i));
    REQUIRE(account.has_value());
    mandate.accounts.push_back(*account);
  }
  DelistPatched patched;
  const std::string evil = "a`b``c\nd/" + std::string(3000, 'e');
  for (int i = 0; i < 200; ++i) {
    patched.files.push_back({evil, {1, 2}});
    patched.tasks.push_back({evil, i, "translators", "a sentence"});
  }
  const std::string text = pull_text(mandate, patched);
  CHECK(text.size() <= limits::pull_text_bytes);
  CHECK(text.find("`Leave X, says @everybody, closes #1`, by `Tea council` on 2026-01-02: "
                  "<https://example.org/minutes/1>") != std::string::npos);
  CHECK(text.find(", 10 more.") != std::string::npos);
  CHECK(text.find("- ```a`b``c d/e") != std::string::npos);
  CHECK(text.find("Removed or changed: 400 lines in 200 files") != std::string::npos);
  CHECK(text.find("more files\n") != std::string::npos);
  CHECK(text.find("Left for people: 200 lines") != std::string::npos);
  CHECK(text.find("more lines\n") != std::string::npos);
  mandate.decision.record = "minutes of [May](x)";
  CHECK(pull_text(mandate, {}).find(": `minutes of [May](x)`") != std::string::npos);
}

TEST_CASE("what belongs to a pull request is refused without one, and before anything is made") {
  const rig::TempDir dir;
  make_site(dir.path() / "site");
  DelistPatchRequest request = named(dir.path() / "site");
  request.base = "main";
  CHECK(delist_patch_without_workspace(kim, request).error().hint == "Add --pull.");
  request.pull = true;
  request.write = true;
  CHECK(delist_patch_without_workspace(kim, request).error().fault == Fault::invalid);
  DelistPatched patched;
  patched.commit = "1";
  CHECK(patched_exit_code(patched) == 0);
  patched.pull.why = "no right";
  CHECK(patched_exit_code(patched) == 3);
}
