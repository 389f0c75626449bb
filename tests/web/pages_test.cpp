#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/bytes.hpp"
#include "hub/operations.hpp"
#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

namespace {

bool shows(const HttpAnswer& page, const std::string& words) {
  return page.body.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("the first admin comes in by the link, signs out and in again") {
  Running site;
  Browser ana(site);
  const auto first = first_link_of(*site.hub());
  REQUIRE((first.has_value() && first->has_value()));
  const std::string link = "/welcome/" + (*first)->token.reveal();
  CHECK(ana.get(link).status == 200);
  CHECK(ana.get(link).status == 200);  // looking does not use it up
  const HttpAnswer hasty =
      ana.fill(link, link, {{"name", "admin"}, {"password", "short"}, {"again", "shorter"}});
  CHECK(hasty.status == 422);
  for (const char* field : {"name", "password", "again"})
    CHECK_MESSAGE(shows(hasty, fmt::format("<a href=\"#{}\">", field)), hasty.body);
  CHECK_FALSE(shows(hasty, "short\""));  // a password is never given back
  const HttpAnswer in = ana.fill(link, link,
                                 {{"name", "Ana"},
                                  {"email", "ana@example.org"},
                                  {"password", rig::web_password},
                                  {"again", rig::web_password}});
  CHECK(in.status == 303);
  CHECK(in.headers.get("Location") == "/app");
  CHECK(ana.get(link).status == 403);
  CHECK(first_link_of(*site.hub())->has_value() == false);
  CHECK(shows(ana.get("/account"), "You are admin here."));
  CHECK(ana.get("/sign-in").headers.get("Location") == "/app");
  CHECK(ana.fill("/account", "/sign-out", {}).status == 303);
  CHECK(ana.get("/account").headers.get("Location") == "/sign-in?next=%2Faccount");
  CHECK(ana.sign_in("ana@example.org", "not this one at all").status == 403);
  CHECK(ana.sign_in("ana@example.org", rig::web_password).status == 303);
  CHECK(ana.get("/account").status == 200);
}

TEST_CASE("a page is kept by nobody, runs nothing and tells no address") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  Browser stranger(site);
  for (const HttpAnswer& page : {ana.get("/account"), stranger.get("/sign-in"),
                                 stranger.get("/welcome/nothing"), stranger.get("/account")}) {
    CHECK(page.headers.get("Cache-Control") == "no-store");
    CHECK(page.headers.get("Referrer-Policy") == "strict-origin");
    CHECK(page.headers.get("X-Frame-Options") == "DENY");
    const std::string policy(page.headers.get("Content-Security-Policy"));
    CHECK(policy.starts_with("default-src 'none'"));
    CHECK(policy.find("script") == std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(page.body.find("<script") == std::string::npos);
    CHECK(page.body.find("style=") == std::string::npos);
  }
  CHECK(stranger.send("DELETE", "/sign-in").status == 405);
  CHECK(stranger.get("/sign-in/").status == 404);
}

TEST_CASE("a cookie is for our pages alone, and only over https where the home is") {
  const Secret token("abc");
  CHECK(cookie_line(Cookie::session, token, false) ==
        "carillon=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
  CHECK(cookie_line(Cookie::session, token, true) ==
        "__Host-carillon=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000; Secure");
  CHECK(cookie_line(Cookie::form, {}, false) ==
        "carillon-form=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

TEST_CASE("a form counts only from our own page and from this browser") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  Browser eve(site);
  eve.join("Eve", Role::contributor);
  const std::string csrf = Browser::csrf_in(ana.get("/account").body);
  const QueryPairs wanted{{"all", "yes"}};
  const auto with = [&](const std::string& value) {
    QueryPairs out = wanted;
    out.emplace_back("csrf", value);
    return out;
  };
  for (const char* path :
       {"/account/sessions", "/account/password", "/account/second-factor", "/account/tokens"}) {
    CHECK(ana.post(path, wanted).status == 403);
    CHECK(ana.post(path, with("")).status == 403);
    CHECK(ana.post(path, with(Browser::csrf_in(eve.get("/account").body))).status == 403);
    CHECK(ana.send("POST", path, "{}", "application/json").status == 400);
  }
  for (const auto& foreign :
       std::vector<std::pair<std::string, std::string>>{{"Origin", "https://evil.example"},
                                                        {"Origin", "null"},
                                                        {"Origin", "http://127.0.0.1:8081"},
                                                        {"Sec-Fetch-Site", "cross-site"},
                                                        {"Sec-Fetch-Site", "same-site"}}) {
    ana.also = {foreign};
    CHECK_MESSAGE(ana.post("/account/sessions", with(csrf)).status == 403, foreign.second);
    CHECK(ana.post("/sign-out", with(csrf)).status == 403);
  }
  ana.also = {{"Origin", "http://127.0.0.1:8080"}, {"Sec-Fetch-Site", "same-origin"}};
  CHECK(ana.post("/account/sessions", with(csrf)).status == 200);
  // Nor can another site sign somebody in as itself.
  Browser victim(site);
  CHECK(victim.post("/sign-in", {{"who", "Eve"}, {"password", rig::web_password}}).status == 403);
  CHECK(victim
            .post("/sign-in", {{"who", "Eve"},
                               {"password", rig::web_password},
                               {"csrf", Browser::csrf_in(eve.get("/account").body)}})
            .status == 403);
}

TEST_CASE("signing in gives a new session, whatever the browser held") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  const std::string before = ana.cookies["carillon"];
  ana.fill("/account", "/sign-out", {});
  Browser fixed(site);
  fixed.cookies["carillon"] = "planted";
  CHECK(fixed.sign_in("Ana", rig::web_password).status == 303);
  CHECK(fixed.cookies["carillon"] != "planted");
  CHECK(fixed.cookies["carillon"] != before);
  Browser thief(site);
  for (const std::string& stolen : {std::string("planted"), before}) {
    thief.cookies["carillon"] = stolen;
    CHECK(thief.get("/account").status == 303);
  }
}

TEST_CASE("after signing in one goes to a path of this site and nowhere else") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  for (const char* good : {"/account", "/posts/tea/?a=b", "/"}) CHECK(own_path(good) == good);
  for (const char* bad :
       {"", "https://evil.example/", "//evil.example", "/\\evil.example", "\\/evil.example",
        "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", "/a\tb", "evil", "/\xC3\xA9", "/a b"}) {
    CHECK(own_path(bad) == "/app");
    Browser again(site);
    const HttpAnswer in = again.sign_in("Ana", rig::web_password, bad);
    CHECK(in.status == 303);
    CHECK_MESSAGE(in.headers.get("Location") == "/app", bad);
    CHECK_FALSE(shows(again.get("/sign-in?" + build_query({{"next", bad}})), "evil"));
  }
  Browser again(site);
  CHECK(again.sign_in("Ana", rig::web_password, "/posts/tea/").headers.get("Location") ==
        "/posts/tea/");
}

TEST_CASE("what a visitor writes stands in the page as text") {
  Running site;
  Browser eve(site);
  const HttpAnswer page =
      eve.fill("/sign-in", "/sign-in",
               {{"who", "\"><script>alert(1)</script>"}, {"password", "x"}, {"next", "/\"><b>"}});
  CHECK_FALSE(shows(page, "<script>"));
  CHECK_FALSE(shows(page, "<b>"));
  CHECK(shows(page, "&quot;&gt;&lt;script&gt;"));
}

TEST_CASE("too many wrong passwords make a stranger wait and say how long") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  Browser eve(site);
  eve.peer = "198.51.100.9";
  HttpAnswer page;
  for (int i = 0; i < 11; ++i) page = eve.sign_in("Ana", "guess number " + std::to_string(i));
  CHECK(page.status == 429);
  CHECK(page.headers.get("Retry-After") != "");
  CHECK(shows(page, "Try again in 5 minutes"));
  ana.fill("/account", "/sign-out", {});
  CHECK(ana.sign_in("Ana", rig::web_password).status == 303);
}

TEST_CASE("the account: sessions, tokens, the second factor") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::editor);
  Browser phone(site);
  phone.sign_in("Ana", rig::web_password);
  CHECK(shows(ana.get("/account"), "Firefox on Linux"));
  CHECK(ana.fill("/account", "/account/sessions", {{"all", "yes"}}).status == 200);
  CHECK(phone.get("/account").status == 303);

  const HttpAnswer made =
      ana.fill("/account", "/account/tokens", {{"name", "script"}, {"scope", "author"}});
  REQUIRE(made.status == 200);
  const auto at = made.body.find("carillon_");
  REQUIRE(at != std::string::npos);
  const std::string token = made.body.substr(at, made.body.find('<', at) - at);
  CHECK_FALSE(shows(ana.get("/account"), token));
  CHECK(ana.fill("/account", "/account/tokens", {{"name", "more"}, {"scope", "admin"}}).status ==
        422);
  Browser script(site);
  script.also = {{"Authorization", "Bearer " + token}};
  CHECK(shows(script.get("/api/v1/session"), "\"permission\": \"author\""));
  CHECK(script.get("/api/v1/register").status == 403);

  CHECK(
      ana.fill("/account", "/account/second-factor", {{"step", "begin"}, {"proof", "no"}}).status ==
      403);
  const HttpAnswer begun = ana.fill("/account", "/account/second-factor",
                                    {{"step", "begin"}, {"proof", rig::web_password}});
  CHECK(shows(begun, "otpauth://totp/"));
  CHECK(shows(begun, "<svg class=\"qr\""));
  CHECK(ana.fill("/account", "/account/second-factor", {{"step", "confirm"}, {"code", "000"}})
            .status == 403);
  CHECK(phone.sign_in("Ana", rig::web_password).headers.get("Location") == "/app");
}
