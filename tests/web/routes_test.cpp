// Every route of the interface with every role, as its row says.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "hub/operations.hpp"
#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

namespace {

constexpr Role roles[] = {Role::contributor, Role::member, Role::author, Role::editor, Role::admin};

// An address of the row with something in place of each member.
std::string address_of(const OperationSpec& spec) {
  std::string out = "/api/v1";
  bool inside = false;
  for (const char c : spec.path) {
    if (c == '{') out += "nothing";
    inside = c == '{' || (inside && c != '}');
    if (!inside && c != '}') out += c;
  }
  return out;
}

// Asks for what no row has, so that whoever may do it gets 400 and nothing is done.
HttpAnswer ask(Browser& browser, const OperationSpec& spec) {
  if (spec.without_body()) return browser.send(spec.method, address_of(spec) + "?nonsense=1");
  return browser.send(spec.method, address_of(spec), "{\"nonsense\": 1}", "application/json");
}

}  // namespace

TEST_CASE("each route lets in the roles that its row names, and no other") {
  Running site;
  int asked = 0;
  Browser stranger(site);
  for (const Role role : roles) {
    Browser browser(site);
    browser.join(word_of(role) + "-person", role);
    const auto shown = parse_json(browser.get("/api/v1/session").body);
    REQUIRE(shown.has_value());
    browser.also = {{"X-CSRF", std::string(shown->at("csrf").get_string())}};
    for (const Operation<Hub>& row : operations()) {
      if (row.spec.method.empty()) continue;
      const std::string what =
          fmt::format("{} {} as {}", row.spec.method, row.spec.path, word_of(role));
      const int wanted = permission_of(role) >= row.spec.needs ? 400 : 403;
      const HttpAnswer answer = ask(browser, row.spec);
      CHECK_MESSAGE(answer.status == wanted, what << ": " << answer.body);
      CHECK(answer.headers.get("Content-Type") == "application/json");
      CHECK_MESSAGE(ask(stranger, row.spec).status == 401, what);
      ++asked;
    }
  }
  CHECK(asked >= 150);
}

TEST_CASE("a change over a session needs its token, and comes from no other site") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  Browser eve(site);
  eve.join("Eve", Role::admin);
  const auto csrf_of_session = [](Browser& browser) {
    const auto shown = parse_json(browser.get("/api/v1/session").body);
    REQUIRE(shown.has_value());
    return std::string(shown->at("csrf").get_string());
  };
  const std::string csrf = csrf_of_session(ana);
  const auto change = [&](std::vector<std::pair<std::string, std::string>> headers) {
    ana.also = std::move(headers);
    return ana
        .send("POST", "/api/v1/people", R"({"email": "x@example.org", "role": "nonsense"})",
              "application/json")
        .status;
  };
  CHECK(change({}) == 403);
  CHECK(change({{"X-CSRF", ""}}) == 403);
  CHECK(change({{"X-CSRF", csrf_of_session(eve)}}) == 403);
  CHECK(change({{"X-CSRF", csrf}, {"Origin", "https://evil.example"}}) == 403);
  CHECK(change({{"X-CSRF", csrf}, {"Sec-Fetch-Site", "cross-site"}}) == 403);
  CHECK(change({{"X-CSRF", csrf}}) == 400);
  CHECK(change({{"X-CSRF", csrf}, {"Origin", "http://127.0.0.1:8080"}}) == 400);
  // A token that says nothing opens nothing, whatever cookie comes with it.
  CHECK(change({{"X-CSRF", csrf}, {"Authorization", "Bearer wrong"}}) == 401);
}

TEST_CASE("a query says true, false and numbers in words") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::author);
  for (const char* good : {"/drafts?open=true", "/drafts?open=false", "/deliveries?in_need=true"})
    CHECK_MESSAGE(ana.get("/api/v1" + std::string(good)).status == 200, good);
  for (const char* bad : {"/drafts?open=maybe", "/drafts?open=", "/drafts?open=1"})
    CHECK_MESSAGE(ana.get("/api/v1" + std::string(bad)).status == 400, bad);
}

TEST_CASE("sessions and tokens of others are out of reach, and look like none") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::editor);
  Browser ben(site);
  ben.join("Ben", Role::editor);
  const auto api = [](Browser& browser, const char* method, const std::string& path,
                      const std::string& body = {}) {
    const auto shown = parse_json(browser.get("/api/v1/session").body);
    browser.also = {{"X-CSRF", std::string(shown->at("csrf").get_string())}};
    return browser.send(method, "/api/v1" + path, body, "application/json");
  };
  const auto added =
      parse_json(api(ana, "POST", "/tokens", R"({"name": "mine", "scope": "editor"})").body);
  REQUIRE(added.has_value());
  const std::string token(added->at("id").get_string());
  const auto shown = parse_json(ana.get("/api/v1/session").body);
  const std::string session(shown->at("session").get_string());
  CHECK(api(ben, "DELETE", "/tokens/" + token).status == 404);
  CHECK(api(ben, "POST", "/session-ends", fmt::format(R"({{"id": "{}"}})", session)).status == 404);
  CHECK(api(ben, "GET", "/tokens?person=Ana").status == 403);
  CHECK(api(ben, "GET", "/sessions?person=Ana").status == 403);
  CHECK(api(ben, "POST", "/session-ends", R"({"all": true, "person": "Ana"})").status == 403);
  CHECK(api(ben, "GET", "/tokens").body.find("mine") == std::string::npos);
  CHECK(api(ben, "POST", "/tokens", R"({"name": "t", "scope": "admin"})").status == 403);
  CHECK(
      api(ben, "POST", "/tokens", R"({"name": "t", "scope": "author", "person": "Ana"})").status ==
      400);
  CHECK(api(ana, "DELETE", "/tokens/" + token).status == 200);
  // A token makes no token that outlives it or goes beyond it.
  const auto shorter = parse_json(
      api(ana, "POST", "/tokens", R"({"name": "s", "scope": "author", "ends": "2099-01-01"})")
          .body);
  REQUIRE(shorter.has_value());
  Browser script(site);
  script.also = {{"Authorization", "Bearer " + std::string(shorter->at("token").get_string())}};
  const auto mint = [&](const std::string& body) {
    return script.send("POST", "/api/v1/tokens", body, "application/json").status;
  };
  CHECK(mint(R"({"name": "a", "scope": "author"})") == 403);
  CHECK(mint(R"({"name": "a", "scope": "author", "ends": "2099-01-02"})") == 403);
  CHECK(mint(R"({"name": "a", "scope": "editor", "ends": "2099-01-01"})") == 403);
  CHECK(mint(R"({"name": "a", "scope": "author", "ends": "2099-01-01"})") == 200);
}

TEST_CASE("what a person does stands in the log under their name") {
  Running site;
  Browser ana(site);
  ana.join("Ana", Role::admin);
  const auto shown = parse_json(ana.get("/api/v1/session").body);
  ana.also = {{"X-CSRF", std::string(shown->at("csrf").get_string())}};
  REQUIRE(ana.send("POST", "/api/v1/people", R"({"email": "x@example.org", "role": "author"})",
                   "application/json")
              .status == 200);
  const auto events = site.hub()->store().read([](Db& db) { return events_after(db, "", 1000); });
  REQUIRE(events.has_value());
  CHECK(std::any_of(events->begin(), events->end(), [](const Event& event) {
    return event.kind == "person.invited" && event.actor == "Ana" &&
           event.via.starts_with("session ") && event.data.at("email") == "x@example.org";
  }));
}

TEST_CASE("without an account in the fediverse there is none of it") {
  Running site;
  Browser anybody(site);
  CHECK(anybody.get("/api/v1/instance").status == 401);  // of our own interface
  CHECK(anybody.get("/oauth/authorize").status == 404);
  CHECK(anybody.post("/api/v1/apps", {}).status == 401);
}
