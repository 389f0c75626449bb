// Apps: how they are let in, and what they then may do.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "hub/announcements.hpp"
#include "web/client_app.hpp"

using namespace carillon;
using namespace carillon::rig;

namespace {

// What the home's account does for nobody.
bool is_never(const std::string& told) {
  return told == "POST /api/v1/accounts/1/follow" || told == "PUT /api/v1/statuses/1" ||
         told == "POST /api/v1/polls/1/votes" || told == "POST /api/v1/statuses/1/favourite" ||
         told == "POST /api/v1/statuses/1/reblog";
}

}  // namespace

TEST_CASE("an app is let in by a person, with a code that goes once") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site);
  const std::string code = app.let_in(ana);
  const HttpAnswer made = app.ask_token(code);
  REQUIRE_MESSAGE(made.status == 200, made.body);
  CHECK(made.headers.get("Cache-Control") == "no-store");
  CHECK(word(body_of(made), "scope") == "read write");
  app.web.also = {{"Authorization", "Bearer " + word(body_of(made), "access_token")}};
  const json::object who = body_of(app.web.get("/api/v1/accounts/verify_credentials"));
  CHECK(word(who, "username") == "news");
  CHECK(json::serialize(who.at("source")).find("Ana, editor") != std::string::npos);
  // It opens nothing of our own interface, and is listed and ended where tokens are.
  CHECK(app.web.get("/api/v1/drafts").status == 404);
  CHECK(ana.get("/account").body.find("app: read write") != std::string::npos);
}

TEST_CASE(
    "RFC 6749 section 4.1.2: a code that comes again ends the token that it gave, and no other") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site);
  App other(site);
  const std::string code = app.let_in(ana);
  const auto works = [&](const std::string& token) {
    app.web.also = {{"Authorization", "Bearer " + token}};
    const bool out = app.web.get("/api/v1/accounts/verify_credentials").status == 200;
    app.web.also.clear();
    return out;
  };
  const std::string token = word(body_of(app.ask_token(code)), "access_token");
  const std::string second = word(body_of(app.ask_token(app.let_in(ana))), "access_token");
  // Somebody who is not this app ends nothing.
  CHECK(error_of(other.ask_token(code)) == "invalid_grant");
  CHECK(works(token));
  CHECK(error_of(app.ask_token(code)) == "invalid_grant");
  CHECK_FALSE(works(token));
  CHECK(works(second));
  CHECK(error_of(app.ask_token(code)) == "invalid_grant");
  CHECK(works(second));
}

TEST_CASE("a code is worth nothing for another app, another address, another proof, or too late") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site);
  App other(site);
  CHECK(error_of(other.ask_token(app.let_in(ana))) == "invalid_grant");
  CHECK(error_of(app.ask_token(app.let_in(ana), {{"redirect_uri", "https://app.example/"}})) ==
        "invalid_grant");
  const QueryPairs proof{{"code_challenge", challenge}, {"code_challenge_method", "S256"}};
  CHECK(error_of(app.ask_token(app.let_in(ana, proof), {{"code_verifier", "wrong"}})) ==
        "invalid_grant");
  CHECK(error_of(app.ask_token(app.let_in(ana, proof))) == "invalid_grant");
  CHECK(error_of(app.ask_token(app.let_in(ana), {{"code_verifier", verifier}})) == "invalid_grant");
  CHECK(app.ask_token(app.let_in(ana, proof), {{"code_verifier", verifier}}).status == 200);

  const std::string late = app.let_in(ana);
  REQUIRE(site.hub()->store().write([&](Db& db) {
    return db.run("update challenge set expires = $1", site.hub()->clock().now() - 1);
  }));
  CHECK(error_of(app.ask_token(late)) == "invalid_grant");

  const std::string code = app.let_in(ana);
  const std::string secret = std::exchange(app.secret, "wrong");
  CHECK(app.ask_token(code).status == 401);
  app.secret = secret;
  CHECK(app.ask_token(code).status == 200);
}

TEST_CASE("a wrong question is told on a page and sends nobody anywhere") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site, back, "read");
  const auto refused = [&](const QueryPairs& also) {
    const HttpAnswer out = ana.get("/oauth/authorize?" + build_query(app.asking(also)));
    CHECK(out.headers.get("Location").empty());
    return out.status;
  };
  CHECK(refused({{"redirect_uri", "https://evil.example/cb"}}) == 403);
  CHECK(refused({{"redirect_uri", std::string(back) + "/more"}}) == 403);
  CHECK(refused({{"scope", "read write"}}) == 422);
  CHECK(refused({{"scope", "admin:read"}}) == 422);
  CHECK(refused({{"code_challenge", challenge}, {"code_challenge_method", "plain"}}) == 422);
  app.id = "nobody";
  CHECK(refused({}) == 404);
}

TEST_CASE("only the page of a person who is signed in lets an app in") {
  Running site(&with_account);
  App app(site);
  Browser nobody(site);
  const std::string asked = "/oauth/authorize?" + build_query(app.asking({{"state", "s p"}}));
  const HttpAnswer to = nobody.get(asked);
  CHECK(to.status == 303);
  CHECK(to.headers.get("Location").starts_with("/sign-in?next=%2Foauth%2Fauthorize%3Fclient_id"));

  Browser ana(site);
  ana.join("Ana", Role::author);
  QueryPairs sent = app.asking({{"state", "s p"}});
  sent.emplace_back("do", "allow");
  CHECK(ana.post("/oauth/authorize", sent).status == 403);  // without the form's token
  const HttpAnswer page = ana.get(asked);
  CHECK(
      page.headers.get("Content-Security-Policy").find("form-action 'self' https://app.example;") !=
      std::string::npos);
  ana.also = {{"Sec-Fetch-Site", "cross-site"}};
  CHECK(ana.fill(asked, "/oauth/authorize", sent).status == 403);
  ana.also = {};
  sent.back().second = "deny";
  CHECK(ana.fill(asked, "/oauth/authorize", sent).headers.get("Location") ==
        std::string(back) + "?error=access_denied&state=s%20p");
}

TEST_CASE("where an app has no address, the code is shown") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site, std::string(shown_code));
  QueryPairs sent = app.asking();
  sent.emplace_back("do", "allow");
  const HttpAnswer page =
      ana.fill("/oauth/authorize/?" + build_query(app.asking()), "/oauth/authorize", sent);
  CHECK(page.status == 200);
  const auto at = page.body.find("aria-label=\"The code\"");
  REQUIRE(at != std::string::npos);
  const auto from = page.body.find("value=\"", at) + 7;
  CHECK(app.ask_token(page.body.substr(from, page.body.find('"', from) - from)).status == 200);
}

TEST_CASE("a token goes as far as its scopes, its person's role and nobody's ending of it") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App reader(site, back, "read:accounts");
  reader.sign_in(ana);
  CHECK(reader.web.get("/api/v1/accounts/verify_credentials").status == 200);
  CHECK(reader.web.get("/api/v1/notifications").status == 403);
  CHECK(reader.post({{"status", "x"}}).status == 403);

  Browser kim(site);
  kim.join("Kim", Role::contributor);
  App app(site);
  app.sign_in(kim);
  CHECK(app.web.get("/api/v1/timelines/home").status == 200);
  CHECK(app.web.get("/api/v1/notifications").status == 403);
  CHECK(app.post({{"status", "x"}}).status == 403);
  CHECK(
      app.web
          .post("/oauth/revoke",
                {{"client_id", reader.id}, {"client_secret", reader.secret}, {"token", app.token}})
          .status == 403);
  CHECK(app.web
            .post("/oauth/revoke",
                  {{"client_id", app.id}, {"client_secret", app.secret}, {"token", app.token}})
            .status == 200);
  CHECK(app.web.get("/api/v1/timelines/home").status == 401);
  // A browser's session is not taken for an app's token.
  CHECK(kim.get("/api/v1/timelines/home").status == 401);
}

TEST_CASE("an app of its own sees what everybody sees") {
  Running site(&with_account);
  App app(site);
  const HttpAnswer made = app.web.post(
      "/oauth/token",
      {{"grant_type", "client_credentials"}, {"client_id", app.id}, {"client_secret", app.secret}});
  REQUIRE_MESSAGE(made.status == 200, made.body);
  app.web.also = {{"Authorization", "Bearer " + word(body_of(made), "access_token")}};
  CHECK(word(body_of(app.web.get("/api/v1/apps/verify_credentials")), "name") == "Tea");
  CHECK(app.web.get("/api/v1/accounts/1/statuses").status == 200);
  CHECK(app.web.get("/api/v1/instance/").status == 200);  // as python3-mastodon asks
  CHECK(app.web.get("/api/v1/timelines/home").status == 422);
  CHECK(app.post({{"status", "x"}}).status == 422);
  CHECK(
      app.web
          .post("/oauth/token",
                {{"grant_type", "password"}, {"client_id", app.id}, {"client_secret", app.secret}})
          .status == 400);
}

TEST_CASE("strangers' words reach the team as text, and nobody else") {
  Running site(&with_account);
  Browser mo(site);
  mo.join("Mo", Role::author);
  const std::string home = site.hub()->workspace().config.organisation.url;
  reply_to(site, home + "/posts/tea/", "r1");
  App app(site);
  app.sign_in(mo);
  const auto heard = parse_json(app.web.get("/api/v1/notifications").bytes());
  REQUIRE((heard.has_value() && heard->get_array().size() == 1));
  const json::object& one = heard->get_array()[0].get_object();
  CHECK(word(one, "type") == "mention");
  const json::object& status = one.at("status").get_object();
  CHECK(word(status, "content") == "<p>&lt;i&gt;Nice&lt;/i&gt;<br>and so</p>");
  const std::string id = word(status, "id");
  CHECK(app.web.get("/api/v1/statuses/" + id).status == 200);
  CHECK(Browser(site).get("/api/v1/statuses/" + id).status == 404);
  App narrow(site, back, "read:accounts write:statuses");
  narrow.sign_in(mo);
  CHECK(narrow.web.get("/api/v1/statuses/" + id).status == 404);
  CHECK(app.web.get("/api/v1/notifications?min_id=" + id).body == "[]");
  CHECK(app.web.get("/api/v1/notifications?types[]=follow").body == "[]");
  CHECK(app.web.send("DELETE", "/api/v1/statuses/" + id).status == 403);
}

TEST_CASE("each path asks for its scope, and those with strangers in them for the team") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  Browser kim(site);
  kim.join("Kim", Role::member);
  App narrow(site, back, "push");
  narrow.sign_in(ana);
  App member(site, back, "read write");
  member.sign_in(kim);
  int closed = 0;
  for (const ClientRouteView& route : client_routes()) {
    std::string path(route.path);
    if (const auto star = path.find('*'); star != std::string::npos) path.replace(star, 1, "1");
    const std::string method(route.method);
    const std::string told = method + " " + path;
    Browser nobody(site);
    const int status = narrow.web.send(method, path).status;
    const bool barred = status == 403;
    CHECK_MESSAGE(barred != route.open, told);
    if (route.open) continue;
    ++closed;
    nobody.also = {{"Authorization", "Bearer carillon_app_x"}};
    CHECK_MESSAGE(nobody.send(method, path).status == 401, told);
    const HttpAnswer shown = member.web.send(method, path);
    const bool refused = shown.status == 403;
    const bool expected = route.team || is_never(told);
    CHECK_MESSAGE(refused == expected, told);
  }
  CHECK(closed > 25);
}
