#include "hub/desk.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "hub/announcements.hpp"
#include "hub/operations.hpp"
#include "hub/people.hpp"
#include "hub/project.hpp"
#include "hub/today.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};
const char* const tea = "---\ntitle: Tea\nslug: tea\n---\nTea is ready.\n";

// A workspace with people, each of whom acts from elsewhere.
struct Newsroom {
  rig::Project project;
  std::unique_ptr<Hub> hub = project.open();
  Actor ana = comes("Ana", Role::author);
  Actor ben = comes("Ben", Role::editor);
  Actor cleo = comes("Cleo", Role::editor);

  Actor comes(const std::string& name, Role role) const {
    People people = people_of(*hub);
    const auto link = people.invite(name + "@example.org", role, "admin");
    REQUIRE(link.has_value());
    const auto person = people.accept(link->token, {.name = name}, by_password("hash", 1));
    REQUIRE_MESSAGE(person.has_value(), person.error().what);
    return {.name = name, .holds = permission_of(role), .person = person->id};
  }
  template <class Reply, class Request>
  Result<Reply> ask(const Actor& actor, std::string_view row, const Request& request) const {
    TRY(const json::value reply, perform(*hub, *find_operation(row), actor, to_json(request)));
    return from_json<Reply>(reply);
  }
  DraftView draft(const Actor& actor, const std::string& text = tea) const {
    const auto out = ask<DraftView>(actor, "draft save", DraftSaveRequest{.text = text});
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return *out;
  }
  Result<std::vector<DeliveryView>> sends(const Actor& actor, const std::string& id,
                                          const std::string& why = {}) const {
    return ask<std::vector<DeliveryView>>(actor, "draft publish",
                                          DraftPublishRequest{.id = id, .override = why});
  }
  Result<DraftView> approves(const Actor& actor, const std::string& id) const {
    return ask<DraftView>(actor, "draft approve", DraftAskRequest{id, 0});
  }
  std::vector<Need> needs(const Actor& actor) const {
    const auto all = today(*hub, actor, {});
    REQUIRE_MESSAGE(all.has_value(), all.error().what);
    std::vector<Need> out;
    for (const TodayItem& item : *all) out.push_back(item.need);
    return out;
  }
  // What the echo channel got.
  std::string echoed() const {
    const auto all = hub->outbox().announcements();
    REQUIRE(all.has_value());
    for (const AnnouncementRow& row : *all)
      REQUIRE(hub->drain(row.id, [](const Delivery&) {}).has_value());
    std::ifstream in(project.dir() + "/data/echo.jsonl");
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

}  // namespace

TEST_CASE("an author's text goes out by no door before another person approved it") {
  const Newsroom room;
  const DraftView draft = room.draft(room.ana);
  CHECK(draft.missing ==
        "it needs 1 approval of an editor or admin who did not write it, and has none");
  // As the author, by either row; as an editor who passes the same text off as their own.
  CHECK_FALSE(room.sends(room.ana, draft.id).has_value());
  const PublishRequest same{.text = tea};
  CHECK_FALSE(room.ask<std::vector<DeliveryView>>(room.ana, "publish", same).has_value());
  const auto passed = room.ask<std::vector<DeliveryView>>(room.ben, "publish", same);
  REQUIRE_FALSE(passed.has_value());
  CHECK(passed.error().fault == Fault::denied);
  const auto sent = room.sends(room.ben, draft.id);
  REQUIRE_FALSE(sent.has_value());
  CHECK(sent.error().what.find("it is not cleared: it needs 1 approval") == 0);
  CHECK(room.hub->outbox().announcements()->empty());

  CHECK_FALSE(room.approves(room.ana, draft.id).has_value());
  REQUIRE(room.approves(room.ben, draft.id).has_value());
  const auto gone = room.sends(room.ben, draft.id);
  REQUIRE_MESSAGE(gone.has_value(), gone.error().what);
  CHECK(room.echoed().find("Tea is ready.") != std::string::npos);
}

TEST_CASE("what is approved and then edited stays, and then exactly the approved text goes out") {
  const Newsroom room;
  const DraftView draft = room.draft(room.ana);
  REQUIRE(room.approves(room.ben, draft.id).has_value());
  const std::string edited = "---\ntitle: Tea\nslug: tea\n---\nTea is cold.\n";
  const auto saved = room.ask<DraftView>(
      room.ana, "draft save", DraftSaveRequest{.text = edited, .id = draft.id, .based_on = 1});
  REQUIRE_MESSAGE(saved.has_value(), saved.error().what);
  CHECK_FALSE(saved->cleared);
  CHECK(saved->compared_with == 1);
  const bool shown =
      std::any_of(saved->difference.begin(), saved->difference.end(), [](const DiffLine& line) {
        return line.fate == LineFate::come && line.text == "Tea is cold.";
      });
  CHECK(shown);
  CHECK_FALSE(room.sends(room.cleo, draft.id).has_value());
  // The approved words do not go out behind the back of who edited them, either.
  const auto old =
      room.ask<std::vector<DeliveryView>>(room.cleo, "publish", PublishRequest{.text = tea});
  REQUIRE_FALSE(old.has_value());
  CHECK(old.error().what == "this text is not cleared: it was edited since, and is revision 2 now");
  REQUIRE(room.approves(room.cleo, draft.id).has_value());
  // Not even once the new text is approved.
  CHECK_FALSE(room.ask<std::vector<DeliveryView>>(room.cleo, "publish", PublishRequest{.text = tea})
                  .has_value());
  // A channel that the draft does not name was not approved.
  const auto elsewhere = room.ask<std::vector<DeliveryView>>(
      room.ben, "publish", PublishRequest{.text = edited, .channel = {"nowhere"}});
  REQUIRE_FALSE(elsewhere.has_value());
  CHECK(elsewhere.error().fault == Fault::denied);
  REQUIRE(room.sends(room.ben, draft.id).has_value());
  const auto rows = room.hub->outbox().announcements();
  REQUIRE(rows->size() == 1);
  CHECK(rows->front().digest == saved->digest);
  CHECK(rows->front().draft.body == "Tea is cold.\n");
  CHECK(room.echoed().find("Tea is ready.") == std::string::npos);
  // Once more is no second post.
  REQUIRE(room.sends(room.cleo, draft.id).has_value());
  CHECK(room.project.echoed() == 1);
  REQUIRE(room.sends(owner, room.draft(owner, edited).id).has_value());
  CHECK(room.project.echoed() == 1);
}

TEST_CASE("editors and the owner of the machine publish their own, unless the policy says no") {
  const Newsroom room;
  REQUIRE(room.sends(room.ben, room.draft(room.ben).id).has_value());
  const PublishRequest own{.text = "---\ntitle: Own\nslug: own\n---\nOwn.\n"};
  CHECK(room.ask<std::vector<DeliveryView>>(room.ben, "publish", own).has_value());

  room.project.append("policy:\n  approval:\n    - {approvals: 1}\n");
  const auto strict = room.project.open();
  const auto refused = publish(*strict, room.ben, {.text = "---\ntitle: A\nslug: a\n---\nA.\n"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().hint.find("carillon draft save") != std::string::npos);
  const auto draft = draft_save(*strict, room.ben, {.text = "---\ntitle: B\nslug: b\n---\nB.\n"});
  REQUIRE(draft.has_value());
  CHECK_FALSE(draft_publish(*strict, room.ben, {.id = draft->id}).has_value());
  CHECK_FALSE(draft_approve(*strict, room.ben, {draft->id, 0}).has_value());
  REQUIRE(draft_approve(*strict, room.cleo, {draft->id, 0}).has_value());
  CHECK(draft_publish(*strict, room.ben, {.id = draft->id}).has_value());
  CHECK(publish(*strict, owner, {.text = "---\ntitle: C\nslug: c\n---\nC.\n"}).has_value());
}

TEST_CASE("an override needs a reason and an editor, and stands on every editor's list") {
  const Newsroom room;
  const DraftView draft = room.draft(room.ana);
  CHECK_FALSE(room.sends(room.ana, draft.id, "now!").has_value());
  CHECK_FALSE(room.sends(room.ben, draft.id, "  ").has_value());
  REQUIRE(room.sends(room.ben, draft.id, "the site is down").has_value());
  CHECK(room.echoed().find("Tea is ready.") != std::string::npos);
  CHECK(room.needs(room.ben) == std::vector{Need::look});
  CHECK(room.needs(room.cleo) == std::vector{Need::look});
  CHECK(room.needs(room.ana).empty());
  const auto about = room.hub->store().read([&](Db& db) { return events_about(db, draft.id); });
  const bool told = std::any_of(about->begin(), about->end(), [](const Event& event) {
    return event.kind == "draft.overridden" && event.actor == "Ben" &&
           event.data.at("words") == json::value("the site is down");
  });
  CHECK(told);
  REQUIRE(room.approves(room.cleo, draft.id).has_value());
  CHECK(room.needs(room.ben).empty());
  // Where nothing is in the way there is nothing to override.
  const auto idle = room.sends(room.ben, room.draft(room.ben, "Plain words.\n").id, "why not");
  REQUIRE_FALSE(idle.has_value());
  CHECK(idle.error().fault == Fault::conflict);
}

TEST_CASE("today shows to each what waits for them") {
  const Newsroom room;
  CHECK(room.needs(room.ben).empty());
  const DraftView draft = room.draft(room.ana);
  CHECK(room.needs(room.ben).empty());
  REQUIRE(room.ask<DraftView>(room.ana, "draft ask", DraftAskRequest{draft.id, 0}).has_value());
  CHECK(room.needs(room.ben) == std::vector{Need::approve});
  CHECK(room.needs(room.ana).empty());
  REQUIRE(room.ask<DraftView>(room.ben, "draft return", DraftReturnRequest{draft.id, "shorter", 0})
              .has_value());
  CHECK(room.needs(room.ana) == std::vector{Need::change});
  CHECK(room.needs(room.ben).empty());
  REQUIRE(room.approves(room.ben, draft.id).has_value());
  CHECK(room.needs(room.cleo) == std::vector{Need::publish});
  REQUIRE(room.sends(room.cleo, draft.id).has_value());
  CHECK(room.needs(room.cleo).empty());
  CHECK(today_in_words({}, "UTC") == "Nothing needs you.\n");
}

TEST_CASE("a save that is too late says whose revision is there") {
  const Newsroom room;
  const DraftView draft = room.draft(room.ana);
  const auto save = [&](const Actor& actor, std::int64_t based_on, const std::string& body) {
    return room.ask<DraftView>(actor, "draft save",
                               DraftSaveRequest{.text = "---\ntitle: Tea\nslug: tea\n---\n" + body,
                                                .id = draft.id,
                                                .based_on = based_on});
  };
  REQUIRE(save(room.ben, 1, "Ben's\n").has_value());
  const auto late = save(room.ana, 1, "Ana's\n");
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().what.find("Ben saved revision 2 on ") == 0);
  const auto unsaid = save(room.ana, 0, "Ana's\n");
  REQUIRE_FALSE(unsaid.has_value());
  CHECK(unsaid.error().hint.find("--based-on") != std::string::npos);
  CHECK(draft_show(*room.hub, room.ana, {draft.id})->content.body == "Ben's\n");
}

TEST_CASE("what is published with a way back is taken back, with its override") {
  const Newsroom room;
  const DraftView draft = room.draft(room.ana);
  const DraftPublishRequest now{.id = draft.id, .override = "the hall is locked", .undo = true};
  const auto sent = room.ask<std::vector<DeliveryView>>(room.ben, "draft publish", now);
  REQUIRE_MESSAGE(sent.has_value(), sent.error().what);
  const auto held = announcement_show(*room.hub, room.ben, {"tea"});
  REQUIRE(held.has_value());
  CHECK(held->held > 0);
  CHECK(held->held <= undo_time / 1000);
  CHECK(room.hub->outbox().run_once().value() == 0);
  CHECK(room.ask<AnnouncementWithdrawn>(room.ana, "announcement withdraw",
                                        AnnouncementShowRequest{"tea"})
            .error()
            .fault == Fault::denied);
  const auto back = room.ask<AnnouncementWithdrawn>(room.cleo, "announcement withdraw",
                                                    AnnouncementShowRequest{"tea"});
  REQUIRE_MESSAGE(back.has_value(), back.error().what);
  CHECK(back->gone);
  CHECK(back->draft == draft.id);
  CHECK(announcement_show(*room.hub, room.ben, {"tea"}).error().fault == Fault::not_found);
  const auto shown = draft_show(*room.hub, room.ana, {draft.id});
  REQUIRE(shown.has_value());
  CHECK(shown->state == DraftState::writing);
  CHECK(shown->announcement.empty());
  CHECK(!shown->override_open);
  // Its owner may even remove it, as one that was never published.
  CHECK(draft_remove(*room.hub, room.ana, {draft.id}).has_value());
  CHECK(room.echoed().empty());
}

TEST_CASE("the home shows what stood there while a new text is held") {
  const Newsroom room;
  const DraftView draft = room.draft(room.ben);
  REQUIRE(room.sends(room.ben, draft.id).has_value());
  REQUIRE(room.hub->drain("tea", [](const Delivery&) {}).has_value());
  const auto edited = room.ask<DraftView>(
      room.ben, "draft save",
      DraftSaveRequest{.text = "---\ntitle: Tea\nslug: tea\n---\nTea is cold.\n",
                       .id = draft.id,
                       .based_on = 1});
  REQUIRE_MESSAGE(edited.has_value(), edited.error().what);
  const DraftPublishRequest again{.id = draft.id, .undo = true};
  const auto sent = room.ask<std::vector<DeliveryView>>(room.ben, "draft publish", again);
  REQUIRE_MESSAGE(sent.has_value(), sent.error().what);
  const auto body = [&] {
    const auto view = room.hub->view();
    REQUIRE(view.has_value());
    REQUIRE(view->posts.size() == 1);
    return view->posts[0].announcement.draft.body;
  };
  CHECK(body().starts_with("Tea is ready."));
  const auto back = room.ask<AnnouncementWithdrawn>(room.ben, "announcement withdraw",
                                                    AnnouncementShowRequest{"tea"});
  REQUIRE_MESSAGE(back.has_value(), back.error().what);
  CHECK(!back->gone);
  CHECK(body().starts_with("Tea is ready."));
  CHECK(announcement_show(*room.hub, room.ben, {"tea"})->state == AnnouncementState::published);
  CHECK(draft_show(*room.hub, room.ben, {draft.id})->state != DraftState::published);
}
