#include "hub/announcements.hpp"

#include <doctest/doctest.h>

#include "base/moment.hpp"
#include "hub/desk.hpp"
#include "hub/operations.hpp"
#include "hub/project.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

template <class Reply, class Request>
Result<Reply> ask(Hub& hub, std::string_view row, const Request& request) {
  TRY(const json::value reply, perform(hub, *find_operation(row), owner, to_json(request)));
  return from_json<Reply>(reply);
}

std::vector<DeliveryView> planned(Hub& hub, const std::string& name, const std::string& at) {
  const std::string text = "---\ntitle: About " + name + "\nslug: " + name + "\n---\nWords.\n";
  auto out = publish(hub, owner, {.text = text, .at = at});
  REQUIRE_MESSAGE(out.has_value(), out.error().what);
  return *out;
}

std::string titles(Hub& hub, const std::string& from, const std::string& to) {
  const auto all = announcement_list(hub, owner, {from, to});
  REQUIRE_MESSAGE(all.has_value(), all.error().what);
  std::string out;
  for (const AnnouncementLine& line : *all) out += line.title + ";";
  return out;
}

Delivery in(DeliveryState state, Micros not_before = 0) {
  Delivery out;
  out.state = state;
  out.not_before = not_before;
  return out;
}

}  // namespace

TEST_CASE("announcements are listed by the time of their first delivery") {
  const rig::Project project;
  const auto hub = project.open();
  planned(*hub, "first", "2030-03-01 10:00 UTC");
  planned(*hub, "third", "2030-03-31 23:30 UTC");
  planned(*hub, "second", "2030-03-15 10:00 UTC");
  CHECK(titles(*hub, "", "") == "About third;About second;About first;");
  CHECK(titles(*hub, "2030-03-15", "2030-03-31") == "About second;");
  CHECK(titles(*hub, "2030-03-15T10:00:00Z", "") == "About third;About second;");
  CHECK(titles(*hub, "2030-04-01", "").empty());
  const auto wrong = announcement_list(*hub, owner, {"soon", ""});
  REQUIRE(!wrong.has_value());
  CHECK(wrong.error().what.starts_with("from: "));
}

TEST_CASE("what is planned moves, and what is out stays where it is") {
  const rig::Project project;
  const auto hub = project.open();
  planned(*hub, "tea", "2030-03-01 10:00 UTC");
  const auto moved = ask<AnnouncementView>(*hub, "announcement move",
                                           AnnouncementMoveRequest{"tea", "2030-03-02 11:00 UTC"});
  REQUIRE_MESSAGE(moved.has_value(), moved.error().what);
  CHECK(moved->due == "2030-03-02T11:00:00Z");
  CHECK(moved->state == AnnouncementState::scheduled);
  REQUIRE(!moved->deliveries.empty());
  for (const DeliveryView& one : moved->deliveries) CHECK(one.due == "2030-03-02T11:00:00Z");
  REQUIRE(!moved->history.empty());
  CHECK(moved->history.back().what == "announcement.moved");
  const auto past = ask<AnnouncementView>(*hub, "announcement move",
                                          AnnouncementMoveRequest{"tea", "2001-03-02 11:00 UTC"});
  REQUIRE(!past.has_value());
  CHECK(past.error().fault == Fault::invalid);
  const auto now =
      ask<AnnouncementView>(*hub, "announcement move", AnnouncementMoveRequest{"tea", "now"});
  REQUIRE(now.has_value());
  REQUIRE(hub->drain(now->id, [](const Delivery&) {}).has_value());
  const auto out = announcement_show(*hub, owner, {"tea"});
  REQUIRE(out.has_value());
  CHECK(out->state == AnnouncementState::published);
  const auto late = ask<AnnouncementView>(*hub, "announcement move",
                                          AnnouncementMoveRequest{"tea", "2030-03-02 11:00 UTC"});
  REQUIRE(!late.has_value());
  CHECK(late.error().fault == Fault::conflict);
  CHECK(announcement_show(*hub, owner, {"tea"})->due == out->due);
  const auto nobody = announcement_show(*hub, owner, {"coffee"});
  REQUIRE(!nobody.has_value());
  CHECK(nobody.error().fault == Fault::not_found);
}

TEST_CASE("an announcement is as far as its deliveries are") {
  using S = DeliveryState;
  const auto is = [](std::initializer_list<S> states) {
    std::vector<Delivery> all;
    for (const S state : states) all.push_back(in(state));
    return state_of(all);
  };
  CHECK(is({S::planned, S::planned}) == AnnouncementState::scheduled);
  CHECK(is({S::planned, S::cancelled}) == AnnouncementState::scheduled);
  CHECK(is({S::published, S::planned}) == AnnouncementState::publishing);
  CHECK(is({S::due, S::armed}) == AnnouncementState::publishing);
  CHECK(is({S::published, S::published}) == AnnouncementState::published);
  CHECK(is({S::published, S::cancelled}) == AnnouncementState::published);
  CHECK(is({S::cancelled, S::cancelled}) == AnnouncementState::cancelled);
  CHECK(is({S::published, S::refused}) == AnnouncementState::partly);
  CHECK(is({S::published, S::manual}) == AnnouncementState::partly);
  CHECK(is({S::missed, S::refused}) == AnnouncementState::failed);
  CHECK(is({S::published, S::unconfirmed}) == AnnouncementState::unconfirmed);
}

TEST_CASE("only what needs a person is asked of the database where only that is wanted") {
  const rig::Project project;
  const auto hub = project.open();
  planned(*hub, "tea", "2030-03-01 10:00 UTC");
  auto all = hub->outbox().outlines({});
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 2);
  CHECK(hub->outbox().outlines({.in_need = true})->empty());
  // The condition in SQL is the one of needs_person, for every state.
  for (const bool by_itself : {true, false}) {
    for (const DeliveryState state :
         {DeliveryState::planned, DeliveryState::due, DeliveryState::armed,
          DeliveryState::published, DeliveryState::refused, DeliveryState::unconfirmed,
          DeliveryState::manual, DeliveryState::missed, DeliveryState::cancelled}) {
      const Micros when = by_itself ? Micros{1} : INT64_MAX;
      const auto changed = hub->store().write([&](Db& db) {
        return db.run("update delivery set state = $1, not_before = $2", state, when);
      });
      REQUIRE(changed.has_value());
      const auto found = hub->outbox().outlines({.in_need = true});
      REQUIRE(found.has_value());
      CHECK_MESSAGE(found->empty() != needs_person(in(state, when)), word_of(state));
    }
  }
}

TEST_CASE("what is typed is kept beside the draft, and seen by others, until it is saved") {
  const rig::Project project;
  const auto hub = project.open();
  const auto draft = draft_save(*hub, owner, {.text = "---\ntitle: Tea\n---\nTea.\n"});
  REQUIRE(draft.has_value());
  const Actor ben{.name = "Ben", .holds = Permission::editor, .person = "ben"};
  const auto typed = [&](const Actor& who, const std::string& text) {
    return perform(*hub, *find_operation("draft copy"), who,
                   to_json(DraftCopyRequest{draft->id, "", text, 1}));
  };
  REQUIRE(typed(ben, "---\ntitle: Te").has_value());
  REQUIRE(typed(ben, "---\ntitle: Teapot").has_value());
  REQUIRE(typed(owner, "Half a sent").has_value());
  auto seen = draft_show(*hub, ben, {draft->id});
  REQUIRE(seen.has_value());
  REQUIRE(seen->copies.size() == 2);
  CHECK(seen->revision == 1);
  for (const DraftCopy& copy : seen->copies) {
    CHECK(copy.own == (copy.who == "Ben"));
    CHECK(copy.text == (copy.own ? "---\ntitle: Teapot" : "Half a sent"));
  }
  // Not an act: the log of what was done does not grow with each key.
  const auto told = hub->store().read([&](Db& db) { return events_about(db, draft->id); });
  REQUIRE(told.has_value());
  CHECK(told->size() == 1);
  REQUIRE(draft_save(*hub, ben,
                     {.text = "---\ntitle: Teapot\n---\nTea.\n", .id = draft->id, .based_on = 1})
              .has_value());
  seen = draft_show(*hub, ben, {draft->id});
  REQUIRE(seen->copies.size() == 1);
  CHECK(seen->copies.front().who == "admin");
  REQUIRE(typed(owner, "").has_value());
  CHECK(draft_show(*hub, ben, {draft->id})->copies.empty());
  const Actor ana{.name = "Ana", .holds = Permission::author, .person = "ana"};
  const auto denied = typed(ana, "mine");
  REQUIRE(!denied.has_value());
  CHECK(denied.error().fault == Fault::denied);
  const auto bad = typed(ben, "\xFF");
  REQUIRE(!bad.has_value());
  CHECK(bad.error().fault == Fault::invalid);
}
