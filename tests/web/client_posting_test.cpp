// What apps post, and what becomes of it.
#include <doctest/doctest.h>

#include "hub/announcements.hpp"
#include "hub/client_posting.hpp"
#include "web/client_app.hpp"

using namespace carillon;
using namespace carillon::rig;

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

TEST_CASE("a poll of an app is the announcement's, and is read as a poll") {
  Running site(&with_account);
  Browser ana(site);
  ana.join("Ana", Role::editor);
  App app(site);
  app.sign_in(ana);
  const json::object poll{
      {"options", json::array{"Tea", " Cake"}}, {"expires_in", 5400}, {"multiple", true}};
  const HttpAnswer sent = app.post({{"status", "What?"}, {"poll", poll}});
  REQUIRE_MESSAGE(sent.status == 200, sent.body);
  const json::object shown = body_of(sent).at("poll").as_object();
  CHECK(shown.at("multiple") == true);
  CHECK(shown.at("expired") == false);
  CHECK(shown.at("options").at(1).at("title") == "Cake");
  const auto asked =
      announcement_show(*site.hub(), owner, {id_of(number_in(word(body_of(sent), "id")))});
  REQUIRE_MESSAGE(asked.has_value(), asked.error().what);
  CHECK(asked->content.poll->hours == 2);
  const HttpAnswer read = app.web.get("/api/v1/polls/" + word(shown, "id"));
  REQUIRE_MESSAGE(read.status == 200, read.body);
  CHECK(word(body_of(read), "id") == word(shown, "id"));
  CHECK(body_of(read).at("voters_count") == 0);
  CHECK(app.web.get("/api/v1/polls/1").status == 404);
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
        json::object{{"status", "x"},
                     {"poll", {{"options", options}, {"expires_in", 600}, {"hide_totals", true}}}},
        json::object{{"status", "x"}, {"poll", {{"options", options}, {"expires_in", 9999999}}}},
        json::object{{"status", "x"},
                     {"poll", {{"options", json::array{"a"}}, {"expires_in", 600}}}},
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
