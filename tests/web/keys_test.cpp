// Passkeys and accounts elsewhere, over the pages.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "hub/providers.hpp"
#include "rig/authenticator.hpp"
#include "rig/provider.hpp"
#include "web/browser.hpp"
#include "web/passkey.hpp"

using namespace carillon;
using rig::Authenticator;
using rig::Browser;

namespace {

// A running workspace whose home is on localhost, where browsers have passkeys, with a provider.
struct Office {
  rig::Provider provider{SystemClock().now()};
  rig::Running site{[this](const rig::Project& project) {
    project.append("  url: http://localhost:8080\n", "organisation:\n");
    project.take("  url: http://127.0.0.1:8080   # where the home lives\n");
    project.append(
        fmt::format("sign_in:\n  - name: tea\n    label: Tea Login\n    issuer: {}\n"
                    "    client_id: {}\n",
                    provider.issuer, provider.client_id));
  }};
  Office() {
    REQUIRE(site.hub()
                ->vault()
                .put(provider_vault("tea"), "client_secret", Secret(provider.client_secret))
                .has_value());
  }
};

Authenticator localhost_device() {
  Authenticator out;
  out.party = "localhost";
  out.origin = "http://localhost:8080";
  return out;
}

bool shows(const HttpAnswer& page, const std::string& words) {
  return page.body.find(words) != std::string::npos;
}

json::object options_in(const HttpAnswer& answer) {
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  CHECK(answer.headers.get("Cache-Control") == "no-store");
  return parse_json(answer.body)->get_object();
}

// The two steps of the script, at the form of a page.
HttpAnswer by_script(Browser& browser, const std::string& from, const std::string& to,
                     QueryPairs pairs,
                     const std::function<PasskeyAnswer(const json::object&)>& device) {
  pairs.emplace_back("csrf", Browser::csrf_in(browser.get(from).body));
  QueryPairs first = pairs;
  first.emplace_back("step", "begin");
  const json::object options = options_in(browser.post(to, first));
  pairs.emplace_back("credential", write_json(device(options)));
  return browser.post(to, pairs);
}

HttpAnswer adds(Browser& browser, Authenticator& device) {
  return by_script(browser, "/account", "/account/passkeys",
                   {{"passkey_name", "my phone"}, {"passkey_proof", rig::web_password}},
                   [&](const json::object& options) { return device.makes(options); });
}

HttpAnswer signs_in(Browser& browser, Authenticator& device, const std::string& next = {}) {
  return by_script(browser, "/sign-in", "/sign-in/passkey", {{"next", next}},
                   [&](const json::object& options) { return device.signs(options); });
}

// Where the page leads that a form to a provider is answered with.
std::string address_in(const HttpAnswer& page) {
  REQUIRE_MESSAGE(page.status == 200, page.body);
  const std::string refresh(page.headers.get("Refresh"));
  REQUIRE(refresh.starts_with("0; url="));
  return refresh.substr(7);
}

HttpAnswer comes_back(Browser& browser, const QueryPairs& answer) {
  return browser.get("/sign-in/with/tea/back?" + build_query(answer));
}

}  // namespace

TEST_CASE("the one script is ours, runs on three pages, and nothing else does") {
  Office office;
  Browser ana(office.site);
  Browser stranger(office.site);
  ana.join("Ana", Role::admin);
  for (const HttpAnswer& page : {ana.get("/account"), stranger.get("/sign-in"),
                                 stranger.get(office.site.link("x@example.org", Role::author))}) {
    const std::string policy(page.headers.get("Content-Security-Policy"));
    CHECK(policy.starts_with("default-src 'none'; script-src 'self'; connect-src 'self'; "));
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(shows(page, "<script src=\"/sign-in/passkey.js\" defer></script>"));
    CHECK(page.body.find("<script") == page.body.rfind("<script"));
    CHECK(shows(page, " hidden"));  // what needs the script shows once it runs
  }
  const HttpAnswer script = stranger.get("/sign-in/passkey.js");
  CHECK(script.headers.get("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(script.body == passkey_script());
  CHECK(stranger.send("POST", "/sign-in/passkey.js").status == 405);
  CHECK(stranger.get("/sign-in/passkey").headers.get("Location") == "/sign-in");
  CHECK(stranger.send("DELETE", "/sign-in/passkey").status == 405);
}

TEST_CASE("a passkey is added, signs in, is renamed and removed") {
  Office office;
  Browser ana(office.site);
  ana.join("Ana", Role::admin);
  Authenticator device = localhost_device();
  const HttpAnswer added = adds(ana, device);
  CHECK_MESSAGE(shows(added, "From now on you can sign in with the passkey"), added.body);
  Browser phone(office.site);
  const HttpAnswer in = signs_in(phone, device, "/posts/tea/");
  CHECK(in.status == 303);
  CHECK(in.headers.get("Location") == "/posts/tea/");
  CHECK(shows(phone.get("/account"), "You are admin here."));
  CHECK(shows(phone.get("/account"), "last used"));
  Browser thief(office.site);
  CHECK(signs_in(thief, device, "https://evil.example/").headers.get("Location") == "/app");
  const std::string id = list_passkeys(office.site.hub()->store(), "")->front().id;
  CHECK(shows(ana.fill("/account", "/account/passkeys", {{"rename", id}, {"to", "<b>laptop"}}),
              "&lt;b&gt;laptop"));
  CHECK(shows(ana.fill("/account", "/account/passkeys", {{"remove", id}}),
              "The passkey lets nobody in any more."));
  Browser late(office.site);
  const HttpAnswer out = signs_in(late, device);
  CHECK(out.status == 403);
  CHECK(shows(out, "Nobody here has this passkey any more."));
}

TEST_CASE("a passkey form counts only from our own page, with the password, once") {
  Office office;
  Browser ana(office.site);
  ana.join("Ana", Role::admin);
  Browser eve(office.site);
  eve.join("Eve", Role::contributor);
  const std::string csrf = Browser::csrf_in(ana.get("/account").body);
  const std::string other = Browser::csrf_in(eve.get("/account").body);
  for (const char* path : {"/account/passkeys", "/account/identities"}) {
    CHECK(ana.post(path, {{"step", "begin"}}).status == 403);
    CHECK(ana.post(path, {{"step", "begin"}, {"csrf", other}}).status == 403);
    ana.also = {{"Origin", "https://evil.example"}};
    CHECK(ana.post(path, {{"step", "begin"}, {"csrf", csrf}}).status == 403);
    ana.also = {};
    CHECK(ana.get(path).headers.get("Location") == "/account");
  }
  const HttpAnswer wrong = ana.post(
      "/account/passkeys", {{"step", "begin"}, {"passkey_proof", "guessed"}, {"csrf", csrf}});
  CHECK(wrong.status == 403);
  CHECK(wrong.body == R"({"error":"This is not your password."})");
  Browser nobody(office.site);
  for (const char* path : {"/sign-in/passkey", "/sign-in/with"})
    CHECK(nobody.post(path, {{"step", "begin"}, {"with", "tea"}}).status == 403);
  // Another browser cannot bring the answer.
  Authenticator device = localhost_device();
  adds(ana, device);
  Browser phone(office.site);
  Browser thief(office.site);
  const std::string form = Browser::csrf_in(phone.get("/sign-in").body);
  const json::object options =
      options_in(phone.post("/sign-in/passkey", {{"step", "begin"}, {"csrf", form}}));
  const std::string credential = write_json(device.signs(options));
  const std::string stolen = Browser::csrf_in(thief.get("/sign-in").body);
  CHECK(thief.post("/sign-in/passkey", {{"credential", credential}, {"csrf", stolen}}).status ==
        403);
  CHECK(phone.post("/sign-in/passkey", {{"credential", credential}, {"csrf", form}}).status == 303);
  phone.cookies.erase("carillon");
  CHECK(phone.post("/sign-in/passkey", {{"credential", credential}, {"csrf", form}}).status == 403);
  CHECK(thief.post("/sign-in/passkey", {{"credential", "{}x"}, {"csrf", stolen}}).status == 400);
}

TEST_CASE("an invitation is taken with a passkey") {
  Office office;
  Browser zoe(office.site);
  const std::string link = office.site.link("zoe@example.org", Role::author);
  Authenticator device = localhost_device();
  const std::string csrf = Browser::csrf_in(zoe.get(link).body);
  const HttpAnswer nameless = zoe.post(link, {{"step", "begin"}, {"csrf", csrf}});
  CHECK(nameless.status == 422);
  CHECK(shows(nameless, "The name is empty."));
  const HttpAnswer in =
      by_script(zoe, link, link, {{"name", "Zoe"}},
                [&](const json::object& options) { return device.makes(options); });
  CHECK_MESSAGE(in.status == 303, in.body);
  CHECK(shows(zoe.get("/account"), "You have none."));
  CHECK(zoe.get(link).status == 403);
}

TEST_CASE("signing in gives a new session, whatever the browser held, by each way") {
  Office office;
  Browser ana(office.site);
  ana.join("Ana", Role::admin);
  Authenticator device = localhost_device();
  adds(ana, device);
  const HttpAnswer there = ana.fill("/account", "/account/identities",
                                    {{"with", "tea"}, {"identity_proof", rig::web_password}});
  CHECK(comes_back(ana, office.provider.authorize(address_in(there))).headers.get("Location") ==
        "/account#identities");
  Browser fixed(office.site);
  fixed.cookies["carillon"] = "planted";
  CHECK(signs_in(fixed, device).status == 303);
  CHECK(fixed.cookies["carillon"] != "planted");
  fixed.cookies["carillon"] = "planted";
  const HttpAnswer way = fixed.fill("/sign-in", "/sign-in/with", {{"with", "tea"}});
  CHECK(comes_back(fixed, office.provider.authorize(address_in(way))).status == 303);
  CHECK(fixed.cookies["carillon"] != "planted");
  CHECK(fixed.get("/account").status == 200);
}

TEST_CASE("nobody is led anywhere but to the provider, and comes back to this site") {
  Office office;
  Browser ana(office.site);
  ana.join("Ana", Role::admin);
  const HttpAnswer there = ana.fill("/account", "/account/identities",
                                    {{"with", "tea"}, {"identity_proof", rig::web_password}});
  comes_back(ana, office.provider.authorize(address_in(there)));
  for (const char* bad : {"https://evil.example/", "//evil.example", "/\\evil.example"}) {
    Browser again(office.site);
    const HttpAnswer way =
        again.fill("/sign-in", "/sign-in/with", {{"with", "tea"}, {"next", bad}});
    CHECK(comes_back(again, office.provider.authorize(address_in(way))).headers.get("Location") ==
          "/app");
  }
  Browser lost(office.site);
  CHECK(lost.fill("/sign-in", "/sign-in/with", {{"with", "nothing"}}).status == 400);
  CHECK(lost.get("/sign-in/with/nothing/back?state=x").status == 404);
  CHECK(lost.get("/sign-in/with/tea/back").status == 403);
  CHECK(lost.get("/sign-in/with").headers.get("Location") == "/sign-in");
  CHECK(lost.send("POST", "/sign-in/with/tea/back").status == 405);
  const HttpAnswer said = lost.get("/sign-in/with/tea/back?error=<script>&state=x");
  CHECK_FALSE(shows(said, "<script>"));
}

TEST_CASE("an answer that another browser began signs nobody in") {
  Office office;
  Browser eve(office.site);
  eve.join("Eve", Role::contributor);
  const HttpAnswer there = eve.fill("/account", "/account/identities",
                                    {{"with", "tea"}, {"identity_proof", rig::web_password}});
  comes_back(eve, office.provider.authorize(address_in(there)));
  Browser evil(office.site);
  const HttpAnswer way = evil.fill("/sign-in", "/sign-in/with", {{"with", "tea"}});
  const QueryPairs answer = office.provider.authorize(address_in(way));
  Browser victim(office.site);
  victim.get("/sign-in");
  CHECK(comes_back(victim, answer).status == 403);
  CHECK(victim.cookies.count("carillon") == 0);
}

TEST_CASE("without https and a name there are no passkeys, and the page says why") {
  rig::Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  CHECK(shows(ana.get("/account"), "organisation.url in carillon.yaml"));
  CHECK_FALSE(shows(ana.get("/account"), "<script"));
  Browser stranger(site);
  const std::string csrf = Browser::csrf_in(stranger.get("/sign-in").body);
  const HttpAnswer asked = stranger.post("/sign-in/passkey", {{"step", "begin"}, {"csrf", csrf}});
  CHECK(asked.status == 422);
  CHECK(shows(asked, "passkeys do not work here") == false);
  CHECK(shows(asked, "Passkeys do not work here."));
}

TEST_CASE("passkeys and accounts of others are out of reach, and look like none") {
  Office office;
  Browser ana(office.site);
  ana.join("Ana", Role::editor);
  Browser ben(office.site);
  ben.join("Ben", Role::editor);
  Authenticator device = localhost_device();
  adds(ana, device);
  const HttpAnswer there = ana.fill("/account", "/account/identities",
                                    {{"with", "tea"}, {"identity_proof", rig::web_password}});
  comes_back(ana, office.provider.authorize(address_in(there)));
  Store& store = office.site.hub()->store();
  const std::string passkey = list_passkeys(store, "")->front().id;
  const std::string identity = list_identities(store, "")->front().id;
  const auto api = [](Browser& browser, const char* method, const std::string& path,
                      const std::string& body = {}) {
    const auto shown = parse_json(browser.get("/api/v1/session").body);
    browser.also = {{"X-CSRF", std::string(shown->at("csrf").get_string())}};
    const HttpAnswer out = browser.send(method, "/api/v1" + path, body, "application/json");
    browser.also = {};
    return out;
  };
  CHECK(api(ben, "DELETE", "/passkeys/" + passkey).status == 404);
  CHECK(api(ben, "PATCH", "/passkeys/" + passkey, R"({"name": "mine"})").status == 404);
  CHECK(api(ben, "DELETE", "/identities/" + identity).status == 404);
  CHECK(api(ben, "GET", "/passkeys?person=Ana").status == 403);
  CHECK(api(ben, "GET", "/identities?person=Ana").status == 403);
  CHECK_FALSE(shows(api(ben, "GET", "/passkeys"), "my phone"));
  CHECK(api(ben, "GET", "/providers").status == 403);
  CHECK(api(ben, "POST", "/providers/tea/secret", R"({"secret": "x"})").status == 403);
  CHECK(shows(api(ana, "GET", "/passkeys"), "my phone"));
  CHECK(api(ana, "DELETE", "/identities/" + identity).status == 200);
  CHECK(ben.fill("/account", "/account/passkeys", {{"remove", passkey}}).status == 422);
}
