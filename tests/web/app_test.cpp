// The web interface as a server gives it: to whom, with which rules, and what a browser may keep.
#include <doctest/doctest.h>

#include "base/crypto.hpp"
#include "web/app_assets.hpp"
#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

namespace {

const AppAsset& script() {
  for (const AppAsset& one : app_assets())
    if (one.name.starts_with("app-") && one.name.ends_with(".js")) return one;
  FAIL("the program holds no script");
  return app_assets().front();
}

std::string address_of(const AppAsset& asset) {
  return "/app/assets/" + std::string(asset.name);
}

}  // namespace

TEST_CASE("the page is for who is signed in, at any address below /app") {
  Running site;
  Browser stranger(site);
  CHECK(stranger.get("/app").headers.get("Location") == "/sign-in");
  CHECK(stranger.get("/app/drafts").headers.get("Location") == "/sign-in?next=%2Fapp%2Fdrafts");
  CHECK(stranger.get("/application").status == 404);
  Browser ana(site);
  ana.join("Ana", Role::contributor);
  for (const char* path : {"/app", "/app/", "/app/drafts", "/app/assets"}) {
    const HttpAnswer page = ana.get(path);
    CHECK(page.status == 200);
    CHECK(page.headers.get("Content-Type") == "text/html; charset=utf-8");
    CHECK(page.headers.get("Cache-Control") == "no-cache");
    CHECK(page.bytes().find(address_of(script())) != std::string_view::npos);
  }
  CHECK(ana.send("POST", "/app").status == 405);
}

TEST_CASE("the page names the script of the screen that its address shows") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::author);
  const auto named = [&](const std::string& path) {
    std::string out;
    const HttpAnswer page = ana.get(path);
    for (const auto& [name, value] : page.headers)
      if (name == "Link") out += value + "\n";
    return out;
  };
  const std::string draft = named("/app/draft/7");
  CHECK(draft.starts_with("</app/assets/draft-"));
  CHECK(draft.ends_with(".js>; rel=modulepreload\n"));
  CHECK(named("/app/draft/new/") == draft);
  CHECK(named("/app/calendar?view=list").starts_with("</app/assets/calendar-"));
  CHECK(named("/app/retire/x").starts_with("</app/assets/retirement-"));
  CHECK(named("/app").starts_with("</app/assets/today-"));
  for (const char* path : {"/app/nothing", "/app/draft", "/app/draft/", "/app/draft/7/8"})
    CHECK_MESSAGE(named(path).empty(), path);
  for (const AppScreen& screen : app_screens())
    for (const std::string_view file : screen.files)
      CHECK_MESSAGE(ana.get("/app/assets/" + std::string(file)).status == 200, file);
}

TEST_CASE("the page runs nothing foreign, and no text becomes markup") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::author);
  const std::string policy(ana.get("/app").headers.get("Content-Security-Policy"));
  for (const char* rule : {"default-src 'none'", "script-src 'self'", "style-src 'self'",
                           "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'",
                           "require-trusted-types-for 'script'", "trusted-types 'none'"})
    CHECK_MESSAGE(policy.find(rule) != std::string::npos, rule);
  CHECK(policy.find("unsafe") == std::string::npos);
  // The one script in the page is the one that the policy names, and comes before all files.
  const std::string page(ana.get("/app").bytes());
  const auto from = page.find("<script>") + 8;
  const std::string first = page.substr(from, page.find("</script>", from) - from);
  CHECK(policy.find("'sha256-" + to_base64(sha256(first)) + "'") != std::string::npos);
  CHECK(from < page.find("<link"));
  CHECK(page.find("<script>", from) == std::string::npos);
}

TEST_CASE("a file is kept for good, comes packed as the browser can, and is not sent twice") {
  Running site;
  Browser anybody(site);
  const std::string address = address_of(script());
  const HttpAnswer plain = anybody.get(address);
  CHECK(plain.headers.get("Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(plain.headers.get("Vary") == "Accept-Encoding");
  CHECK(to_hex(sha256(plain.bytes())) == script().digest);
  anybody.also = {{"Accept-Encoding", "gzip, br"}};
  const HttpAnswer packed = anybody.get(address);
  CHECK(packed.headers.get("Content-Encoding") == "br");
  CHECK(packed.bytes().size() * 2 < plain.bytes().size());
  CHECK(packed.headers.get("ETag") != plain.headers.get("ETag"));
  anybody.also = {{"Accept-Encoding", "br;q=0, gzip"},
                  {"If-None-Match", std::string(packed.headers.get("ETag"))}};
  CHECK(anybody.get(address).headers.get("Content-Encoding") == "gzip");
  anybody.also[0].second = "br";
  const HttpAnswer again = anybody.get(address);
  CHECK(again.status == 304);
  CHECK(again.bytes().empty());
}

TEST_CASE("a file of another version is missing, and no page stands in for it") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::author);
  for (const char* name : {"app-OLDHASH1.js", "index.html", "", "../index.html"}) {
    const HttpAnswer answer = ana.get("/app/assets/" + std::string(name));
    CHECK_MESSAGE(answer.status == 404, name);
    CHECK(answer.headers.get("Cache-Control") == "no-store");
  }
}
