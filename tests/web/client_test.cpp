// Apps: how they are let in, and what they then may do.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "federation/replies.hpp"
#include "federation/rows.hpp"
#include "hub/announcements.hpp"
#include "hub/client_posting.hpp"
#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

namespace {

const Actor owner{.name = "owner", .holds = Permission::admin, .local = true};
constexpr const char* json_type = "application/json";
constexpr const char* back = "https://app.example/cb";
constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

void with_account(const rig::Project& project) {
  project.append("    handle: news\n", "    use: home\n");
}

json::object body_of(const HttpAnswer& answer) {
  const auto out = parse_json(answer.bytes());
  REQUIRE_MESSAGE((out.has_value() && out->is_object()), answer.body);
  return out->get_object();
}

std::string word(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  REQUIRE_MESSAGE((value != nullptr && value->is_string()), json::serialize(object));
  return std::string(value->get_string());
}

// A program that keeps no cookies.
struct App {
  explicit App(Running& where, std::string sent_to = back, std::string asks = "read write")
      : site(where), web(where), redirect(std::move(sent_to)), scopes(std::move(asks)) {
    const HttpAnswer made =
        web.send("POST", "/api/v1/apps",
                 json::serialize(json::object{{"client_name", "Tea"},
                                              {"redirect_uris", json::string(redirect)},
                                              {"scopes", json::string(scopes)}}),
                 json_type);
    REQUIRE_MESSAGE(made.status == 200, made.body);
    id = word(body_of(made), "client_id");
    secret = word(body_of(made), "client_secret");
  }
  Running& site;
  Browser web;
  std::string redirect, scopes, id, secret, token;

  [[nodiscard]] QueryPairs asking(const QueryPairs& also = {}) const {
    QueryPairs out{{"client_id", id}, {"response_type", "code"}};
    bool there = false;
    bool scoped = false;
    for (const auto& pair : also) {
      out.push_back(pair);
      there = there || pair.first == "redirect_uri";
      scoped = scoped || pair.first == "scope";
    }
    if (!there) out.emplace_back("redirect_uri", redirect);
    if (!scoped) out.emplace_back("scope", scopes);
    return out;
  }
  // The person says yes; the code that comes back.
  std::string let_in(Browser& person, const QueryPairs& also = {}) const {
    QueryPairs sent = asking(also);
    const std::string page = "/oauth/authorize?" + build_query(sent);
    sent.emplace_back("do", "allow");
    const HttpAnswer out = person.fill(page, "/oauth/authorize", sent);
    REQUIRE_MESSAGE(out.status == 303, out.body);
    const std::string to(out.headers.get("Location"));
    REQUIRE(to.starts_with(redirect + "?code="));
    return to.substr(to.find('=') + 1, to.find('&') - to.find('=') - 1);
  }
  HttpAnswer ask_token(const std::string& code, const QueryPairs& also = {}) {
    QueryPairs sent{{"grant_type", "authorization_code"},
                    {"code", code},
                    {"client_id", id},
                    {"client_secret", secret}};
    bool there = false;
    for (const auto& pair : also) {
      sent.push_back(pair);
      there = there || pair.first == "redirect_uri";
    }
    if (!there) sent.emplace_back("redirect_uri", redirect);
    return web.post("/oauth/token", sent);
  }
  void sign_in(Browser& person) {
    const HttpAnswer made = ask_token(let_in(person));
    REQUIRE_MESSAGE(made.status == 200, made.body);
    token = word(body_of(made), "access_token");
    web.also = {{"Authorization", "Bearer " + token}};
  }
  HttpAnswer post(const json::object& status) {
    return web.send("POST", "/api/v1/statuses", json::serialize(status), json_type);
  }
};

std::string error_of(const HttpAnswer& answer) {
  return word(body_of(answer), "error");
}

void reply_to(Running& site, const std::string& post, const std::string& id) {
  REQUIRE(site.hub()->store().write([&](Db& db) {
    return fedi_rows::save_reply(
        db, {id, fedi_rows::ReactionKind::reply, "https://a.example/u/bo", post,
             "https://a.example/n/" + id, "<i>Nice</i>\nand so", 1'795'515'723'000'000});
  }));
}

// What the home's account does for nobody.
bool is_never(const std::string& told) {
  return told == "POST /api/v1/accounts/1/follow" || told == "PUT /api/v1/statuses/1" ||
         told == "POST /api/v1/statuses/1/favourite" || told == "POST /api/v1/statuses/1/reblog";
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

TEST_CASE("a post by an app goes the way of every draft") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  Browser mo(site);
  mo.join("Mo", Role::author);
  App editor(site);
  editor.sign_in(ana);
  App author(site);
  author.sign_in(mo);

  const HttpAnswer waits = author.post({{"status", "An *author* writes\n#tea"}});
  CHECK(waits.status == 202);
  const json::object shown = body_of(waits);
  CHECK(word(shown, "visibility") == "private");
  CHECK(word(shown, "spoiler_text").starts_with("Not published: "));
  CHECK(author.web.get("/api/v1/statuses/" + word(shown, "id")).status == 200);
  const auto desk = draft_list(*site.hub(), owner, {});
  REQUIRE(desk->size() == 1);
  CHECK(desk->front().by == "Mo");
  CHECK(desk->front().state == DraftState::asked);
  CHECK(site.hub()->view()->posts.empty());
  CHECK(author.web.send("DELETE", "/api/v1/statuses/" + word(shown, "id")).status == 200);
  CHECK(author.web.get("/api/v1/statuses/" + word(shown, "id")).status == 404);

  const json::object text{{"status", "An editor writes"}};
  editor.web.also.emplace_back("Idempotency-Key", "k1");
  const HttpAnswer sent = editor.post(text);
  REQUIRE_MESSAGE(sent.status == 200, sent.body);
  CHECK(word(body_of(sent), "visibility") == "public");
  CHECK(editor.post(text).body == sent.body);
  CHECK(editor.post({{"status", "Another"}}).status == 422);
  const auto planned = announcement_list(*site.hub(), owner, {});
  REQUIRE(planned->size() == 1);
  REQUIRE(planned->front().channels.size() == 1);
  CHECK(planned->front().channels.front().channel == "home");
  CHECK(author.web.send("DELETE", "/api/v1/statuses/" + word(body_of(sent), "id")).status >= 400);
}

TEST_CASE("a content warning of an app is the announcement's") {
  Running site(&with_account);
  Browser mo(site);
  mo.join("Mo", Role::author);
  App app(site);
  app.sign_in(mo);
  const HttpAnswer waits =
      app.post({{"status", "The end"}, {"spoiler_text", " Spoilers\nof it "}, {"sensitive", true}});
  REQUIRE_MESSAGE(waits.status == 202, waits.body);
  CHECK(word(body_of(waits), "spoiler_text").ends_with(" (Spoilers of it)"));
  const auto desk = draft_list(*site.hub(), owner, {});
  REQUIRE(desk->size() == 1);
  const auto draft = draft_show(*site.hub(), owner, {desk->front().id});
  CHECK(draft->content.warning == "Spoilers of it");
  CHECK(draft->text.find("warning: \"Spoilers of it\"") != std::string::npos);

  Browser ana(site);
  ana.join("Ana", Role::editor);
  App editor(site);
  editor.sign_in(ana);
  const HttpAnswer sent = editor.post({{"status", "The end"}, {"spoiler_text", "Spoilers"}});
  REQUIRE_MESSAGE(sent.status == 200, sent.body);
  CHECK(word(body_of(sent), "spoiler_text") == "Spoilers");
  CHECK(body_of(sent).at("sensitive") == true);
  const HttpAnswer later = editor.post({{"status", "Later"},
                                        {"spoiler_text", "Spoilers"},
                                        {"scheduled_at", "2099-01-01T10:00:00Z"}});
  CHECK(word(body_of(later).at("params").as_object(), "spoiler_text") == "Spoilers");
}

TEST_CASE("what the home has no word for is refused, and leaves nothing on the desk") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site);
  app.sign_in(ana);
  const json::value options = json::array{"a", "b"};
  for (const json::object& post :
       {json::object{{"status", "x"}, {"visibility", "unlisted"}},
        json::object{{"status", "x"}, {"spoiler_text", json::string(std::string(501, 'w'))}},
        json::object{{"status", "x"}, {"sensitive", true}, {"media_ids", json::array{"1"}}},
        json::object{{"status", "x"}, {"poll", json::object{{"options", options}}}},
        json::object{{"status", "x"}, {"media_ids", json::array{"nothing"}}},
        json::object{{"status", "x"}, {"scheduled_at", "tomorrow"}},
        json::object{{"status", "x"}, {"scheduled_at", "2001-01-01T00:00:00Z"}},
        json::object{{"status", " \n"}},
        json::object{{"status", json::string(std::string(5001, 'x'))}}}) {
    const HttpAnswer out = app.post(post);
    CHECK_MESSAGE(out.status == 422, json::serialize(post));
    CHECK_FALSE(error_of(out).empty());
  }
  CHECK(draft_list(*site.hub(), owner, {})->empty());
  const HttpAnswer later =
      app.post({{"status", "Later"}, {"scheduled_at", "2099-01-01T10:00:00Z"}});
  REQUIRE_MESSAGE(later.status == 200, later.body);
  CHECK(word(body_of(later), "scheduled_at") == "2099-01-01T10:00:00.000Z");
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

TEST_CASE("an app answers a reply, and the answer knows whom") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site);
  app.sign_in(ana);
  const std::string post = word(body_of(app.post({{"status", "Tea is at four"}})), "url");
  reply_to(site, post, "r1");
  REQUIRE(site.hub()->store().write([](Db& db) {
    const std::string bo = "https://a.example/u/bo";
    return fedi_rows::save(
        db, fedi_rows::FediActor{bo, bo + "#key", "PEM", bo + "/inbox", "", "a.example", 1, "bo"});
  }));
  const auto heard = parse_json(app.web.get("/api/v1/notifications").bytes());
  const std::string reply = word(heard->at(0).at("status").as_object(), "id");
  const HttpAnswer sent =
      app.post({{"status", "@bo@a.example Come *all*"}, {"in_reply_to_id", json::string(reply)}});
  REQUIRE_MESSAGE(sent.status == 200, sent.body);
  const json::object status = body_of(sent);
  CHECK(word(status, "in_reply_to_id") == reply);
  CHECK(word(status.at("mentions").at(0).as_object(), "acct") == "bo@a.example");
  int answers = 0;
  const auto rows = site.hub()->outbox().announcements();
  REQUIRE(rows);
  for (const AnnouncementRow& row : *rows) {
    if (row.draft.answers.empty()) continue;
    ++answers;
    CHECK(row.draft.answers == "https://a.example/n/r1");
    CHECK(row.draft.body == "Come \\*all\\*\n");
  }
  CHECK(answers == 1);
  CHECK(app.post({{"status", "x"}, {"in_reply_to_id", "5"}}).status == 404);
  CHECK(app.post({{"status", "@bo@a.example"}, {"in_reply_to_id", json::string(reply)}}).status ==
        422);
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
