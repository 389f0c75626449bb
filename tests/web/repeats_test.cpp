// Nothing is done twice under one key, and nothing unseen is overwritten.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "hub/repeats.hpp"
#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

namespace {

const std::string tea = R"({"text": "---\ntitle: Tea\n---\nTea is ready.\n"})";
const std::string cake = R"({"text": "---\ntitle: Cake\n---\nThere is cake.\n"})";

struct Sealed {
  std::string sealed;
};
BOOST_DESCRIBE_STRUCT(Sealed, (), (sealed))

json::value body_of(const HttpAnswer& answer) {
  const auto body = parse_json(answer.body);
  REQUIRE_MESSAGE(body.has_value(), answer.body);
  return *body;
}

std::string message_of(const HttpAnswer& answer) {
  return std::string(body_of(answer).at("error").at("message").get_string());
}

// Somebody who is in, and speaks to the API from our page.
struct Client : Browser {
  Client(Running& where, const std::string& name, Role role) : Browser(where) {
    join(name, role);
    csrf = std::string(body_of(get("/api/v1/session")).at("csrf").get_string());
  }
  std::string csrf;
  HttpAnswer ask(const std::string& method, const std::string& path, const std::string& body,
                 const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    also = headers;
    also.emplace_back("X-CSRF", csrf);
    return send(method, "/api/v1" + path, body, "application/json");
  }
  HttpAnswer keyed(const std::string& path, const std::string& body, const std::string& key) {
    return ask("POST", path, body, {{"Idempotency-Key", key}});
  }
};

void run(Running& site, const std::string& sql) {
  const auto done = site.hub()->store().write([&](Db& db) { return db.script(sql); });
  REQUIRE_MESSAGE(done.has_value(), done.error().what);
}

Answered said(int status, std::string body) {
  return {Answered::What::done, status, std::move(body)};
}

const Actor kim{.name = "kim", .holds = Permission::author};

}  // namespace

TEST_CASE("the same request with the same key is done once and answered twice") {
  Running site;
  Client ana(site, "Ana", Role::author);
  Client ben(site, "Ben", Role::author);
  const HttpAnswer first = ana.keyed("/drafts", tea, "\"key 1\"");
  REQUIRE_MESSAGE(first.status == 200, first.body);
  const HttpAnswer again = ana.keyed("/drafts", tea, "key 1");
  CHECK(again.status == 200);
  CHECK(again.body == first.body);
  CHECK(again.headers.get("Cache-Control") == "no-store");
  CHECK(body_of(ana.get("/api/v1/drafts")).as_array().size() == 1);
  const HttpAnswer other = ana.keyed("/drafts", cake, "key 1");
  CHECK(other.status == 422);
  CHECK(message_of(other) == "this Idempotency-Key came with another request");
  // Keys are each person's own.
  CHECK(ben.keyed("/drafts", cake, "key 1").status == 200);
  CHECK(body_of(ana.get("/api/v1/drafts")).as_array().size() == 2);
  // An error is an answer too.
  const HttpAnswer unknown = ana.keyed("/drafts/3kaaaaaaaaaaa/requests", "{}", "key 2");
  CHECK(unknown.status == 404);
  CHECK(ana.keyed("/drafts/3kaaaaaaaaaaa/requests", "{}", "key 2").body == unknown.body);
  CHECK(ana.keyed("/drafts", tea, std::string(256, 'k')).status == 400);
  // What was not even asked for properly takes no key.
  CHECK(ana.keyed("/drafts", "{", "key 3").status == 400);
  CHECK(ana.keyed("/drafts", tea, "key 3").status == 200);
}

TEST_CASE("a key is forgotten after a day") {
  Running site;
  Client ana(site, "Ana", Role::author);
  REQUIRE(ana.keyed("/drafts", tea, "k").status == 200);
  run(site, fmt::format("update answered_request set began = began - {}", 24 * hour - minute));
  REQUIRE(ana.keyed("/drafts", tea, "k").status == 200);
  CHECK(body_of(ana.get("/api/v1/drafts")).as_array().size() == 1);
  run(site, fmt::format("update answered_request set began = began - {}", minute));
  REQUIRE(ana.keyed("/drafts", tea, "k").status == 200);
  CHECK(body_of(ana.get("/api/v1/drafts")).as_array().size() == 2);
}

TEST_CASE("an answer that holds a secret is kept, and nobody can read it") {
  Running site;
  Client ana(site, "Ana", Role::author);
  const std::string wish = R"({"name": "release", "scope": "author"})";
  const HttpAnswer first = ana.keyed("/tokens", wish, "k");
  REQUIRE_MESSAGE(first.status == 200, first.body);
  CHECK(ana.keyed("/tokens", wish, "k").body == first.body);
  const std::string token(body_of(first).at("token").get_string());
  const auto row = site.hub()->store().read(
      [](Db& db) { return db.first<Sealed>("select sealed from answered_request"); });
  REQUIRE((row.has_value() && row->has_value()));
  CHECK((*row)->sealed.size() > token.size());
  CHECK((*row)->sealed.find(token) == std::string::npos);
}

TEST_CASE("what is still being done, and what was cut off, is told apart") {
  Running site;
  Hub& hub = *site.hub();
  Answered during;
  Answered late;
  const auto out = answer_once(hub, kim, "k", "POST x", [&] {
    const auto never = [] { return said(500, "done twice"); };
    during = answer_once(hub, kim, "k", "POST x", never).value();
    run(site, fmt::format("update answered_request set began = began - {}", 11 * minute));
    late = answer_once(hub, kim, "k", "POST x", never).value();
    return said(200, "done");
  });
  REQUIRE(out.has_value());
  CHECK(during.what == Answered::What::running);
  CHECK(late.what == Answered::What::interrupted);
  CHECK(out->body == "done");
  const std::string long_text(600 * 1024, 'x');
  const auto lose = [&] {
    return answer_once(hub, kim, "long", "POST y", [&] { return said(200, long_text); });
  };
  CHECK(lose()->body == long_text);
  CHECK(lose()->what == Answered::What::lost);
}

TEST_CASE("503 says that nothing was done, and frees the key") {
  Running site;
  Hub& hub = *site.hub();
  int times = 0;
  const auto act = [&] { return ++times == 1 ? said(503, "later") : said(200, "done"); };
  CHECK(answer_once(hub, kim, "k", "POST x", act)->status == 503);
  CHECK(answer_once(hub, kim, "k", "POST x", act)->body == "done");
  CHECK(answer_once(hub, kim, "k", "POST x", act)->body == "done");
  CHECK(times == 2);
}

TEST_CASE("of many at once with one key, one is done") {
  Running site;
  Hub& hub = *site.hub();
  std::atomic<int> times{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      static_cast<void>(answer_once(hub, kim, "k", "POST x", [&] {
        ++times;
        return said(200, "done");
      }));
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(times == 1);
}

TEST_CASE("who was slower hears who changed it, and overwrites nothing") {
  Running site;
  Client ana(site, "Ana", Role::author);
  Client eve(site, "Eve", Role::editor);
  const json::value made = body_of(ana.ask("POST", "/drafts", tea));
  const std::string id(made.at("id").get_string());
  const auto revision = [&](const std::string& words) {
    return fmt::format(R"({{"id": "{}", "text": "---\ntitle: Tea\n---\n{}\n"}})", id, words);
  };
  CHECK(ana.get("/api/v1/drafts/" + id).headers.get("ETag") == "\"1\"");
  // The state says what it is based on.
  const HttpAnswer second = eve.ask("POST", "/drafts", revision("More."), {{"If-Match", "\"1\""}});
  REQUIRE_MESSAGE(second.status == 200, second.body);
  CHECK(ana.get("/api/v1/drafts/" + id).headers.get("ETag") == "\"2\"");
  const HttpAnswer slow = ana.ask("POST", "/drafts", revision("Less."), {{"If-Match", "\"1\""}});
  CHECK(slow.status == 412);
  CHECK(message_of(slow).starts_with("Eve changed it meanwhile"));
  CHECK(body_of(ana.get("/api/v1/drafts/" + id)).at("revision") == 2);
  CHECK(ana.ask("POST", "/drafts/" + id + "/requests", "{}", {{"If-Match", "\"1\""}}).status ==
        412);
  CHECK(
      ana.ask("POST", "/drafts/" + id + "/requests", "{}", {{"If-Match", "\"9\", \"2\""}}).status ==
      200);
  CHECK(ana.ask("POST", "/drafts/" + id + "/requests", "{}", {{"If-Match", "W/\"2\""}}).status ==
        412);
  CHECK(ana.ask("POST", "/drafts/" + id + "/notes", R"({"text": "Hm."})", {{"If-Match", "*"}})
            .status == 200);
  CHECK(ana.ask("POST", "/drafts", tea, {{"If-Match", "\"1\""}}).status == 412);
}

TEST_CASE("two admins do not overwrite each other's change of a person") {
  Running site;
  Client ana(site, "Ana", Role::admin);
  Client ben(site, "Ben", Role::author);
  const std::string tag(ana.get("/api/v1/people/Ben").headers.get("ETag"));
  REQUIRE(tag.size() > 10);
  CHECK(ana.get("/api/v1/people/Ben").headers.get("ETag") == tag);
  const auto set = [&](const std::string& role) {
    return ana.ask("PATCH", "/people/Ben", R"({"set": ["role=)" + role + R"("]})",
                   {{"If-Match", tag}});
  };
  CHECK(set("editor").status == 200);
  const HttpAnswer slow = set("member");
  CHECK(slow.status == 412);
  CHECK_MESSAGE(message_of(slow).find("Ana changed what Ben may do") != std::string::npos,
                slow.body);
  CHECK(body_of(ana.get("/api/v1/people/Ben")).at("role") == "editor");
  CHECK(ana.ask("POST", "/tokens", R"({"name": "t", "scope": "author"})", {{"If-Match", tag}})
            .status == 400);
}
