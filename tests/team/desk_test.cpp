#include "team/desk.hpp"

#include <doctest/doctest.h>

#include "team/crew.hpp"

using namespace carillon;

namespace {

struct Office : rig::Crew {
  Signature ana = signs("Ana", Role::author);
  Signature ben = signs("Ben", Role::editor);
  Signature cleo = signs("Cleo", Role::admin);
  Desk desk{*store, clock, ids, {}};

  Signature signs(const std::string& name, Role role) {
    static_cast<void>(joins(name, role));
    const auto person = people.named(name);
    REQUIRE(person.has_value());
    return {person->id, name, role};
  }
  static Draft draft(const std::string& body, const std::string& title = "Tea") {
    Draft out;
    out.title = title;
    out.slug = "tea";
    out.body = body;
    return out;
  }
  Clearance clearance(const WorkingText& text) {
    const auto all = people.list();
    REQUIRE(all.has_value());
    return clearance_of(text, text.last(), {}, {*all, rules, clock.now()});
  }
  DraftState state(const WorkingText& text) { return state_of(text, clearance(text)); }
  std::size_t events(const std::string& kind) {
    const auto all = store->read([](Db& db) { return events_after(db, "", 1000); });
    REQUIRE(all.has_value());
    std::size_t out = 0;
    for (const Event& one : *all) out += one.kind == kind ? 1 : 0;
    return out;
  }
};

template <class T>
T good(Result<T> result) {
  REQUIRE_MESSAGE(result.has_value(), result.error().what);
  return std::move(*result);
}

}  // namespace

TEST_CASE("an approval is of one revision, and an edit makes it void") {
  Office office;
  Desk& desk = office.desk;
  WorkingText text = good(desk.begin(Office::draft("one\n"), office.ana));
  CHECK(office.state(text) == DraftState::writing);
  text = good(desk.add(text.id, 1, DeskAct::asked, "", office.ana));
  CHECK(office.state(text) == DraftState::asked);
  const auto own = desk.add(text.id, 1, DeskAct::approved, "", office.ana);
  REQUIRE_FALSE(own.has_value());
  CHECK(own.error().fault == Fault::denied);
  text = good(desk.add(text.id, 1, DeskAct::approved, "", office.ben));
  CHECK(office.state(text) == DraftState::cleared);
  // The same text again is no edit.
  text = good(desk.save(text.id, 1, Office::draft("one\n"), office.ana));
  CHECK(text.last().revision == 1);
  CHECK(office.state(text) == DraftState::cleared);
  text = good(desk.save(text.id, 1, Office::draft("two\n"), office.ana));
  CHECK(office.state(text) == DraftState::writing);
  CHECK_FALSE(office.clearance(text).cleared);
  // Nor does the old text bring the old approval back.
  text = good(desk.save(text.id, 2, Office::draft("one\n"), office.ana));
  CHECK_FALSE(office.clearance(text).cleared);
  const auto late = desk.add(text.id, 2, DeskAct::approved, "", office.ben);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().fault == Fault::conflict);
  CHECK(office.events("draft.approved") == 1);
  CHECK(office.events("draft.saved") == 3);
}

TEST_CASE("the pictures of a draft are known as long as its last revision names them") {
  Office office;
  Draft draft = Office::draft("one\n");
  draft.media = {{"pot.png", "A pot", "abc"}};
  const WorkingText text = good(office.desk.begin(draft, office.ana));
  const auto named = [&] { return good(office.store->read(&pictures_on_desk)); };
  CHECK(named() == std::set<std::string>{"abc"});
  static_cast<void>(good(office.desk.save(text.id, 1, Office::draft("two\n"), office.ana)));
  CHECK(named().empty());
}

TEST_CASE("who saves on top of an old revision hears whose is there, and changes nothing") {
  Office office;
  Desk& desk = office.desk;
  WorkingText text = good(desk.begin(Office::draft("one\n"), office.ana));
  text = good(desk.save(text.id, 1, Office::draft("Ben's\n"), office.ben));
  const auto late = desk.save(text.id, 1, Office::draft("Ana's\n"), office.ana);
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().fault == Fault::conflict);
  CHECK(late.error().what.find("Ben saved revision 2 on ") == 0);
  text = good(desk.get(text.id));
  CHECK(text.last().content.body == "Ben's\n");
  CHECK(text.revisions.size() == 2);
  CHECK(good(desk.list(OnDesk::all)).at(0).last().content.body == "Ben's\n");
}

TEST_CASE("changes that are asked for hold a text back, and the reason is kept") {
  Office office;
  Desk& desk = office.desk;
  WorkingText text = good(desk.begin(Office::draft("one\n"), office.ana));
  CHECK_FALSE(desk.add(text.id, 1, DeskAct::returned, "  ", office.ben).has_value());
  text = good(desk.add(text.id, 1, DeskAct::returned, "too long", office.ben));
  CHECK(office.state(text) == DraftState::returned);
  CHECK(office.clearance(text).missing == "Ben asks for changes: too long");
  text = good(desk.add(text.id, 1, DeskAct::noted, "what about tea?", office.ana));
  CHECK(text.entries.back().words == "what about tea?");
  text = good(desk.save(text.id, 1, Office::draft("1\n"), office.ana));
  CHECK(office.state(text) == DraftState::writing);
}

TEST_CASE("an author changes what is theirs, an editor everything") {
  Office office;
  Desk& desk = office.desk;
  const Signature dan = office.signs("Dan", Role::author);
  const WorkingText text = good(desk.begin(Office::draft("one\n"), office.ana));
  const auto saved = desk.save(text.id, 1, Office::draft("Dan's\n"), dan);
  REQUIRE_FALSE(saved.has_value());
  CHECK(saved.error().what == "this draft is Ana's");
  CHECK_FALSE(desk.add(text.id, 1, DeskAct::asked, "", dan).has_value());
  CHECK_FALSE(desk.add(text.id, 1, DeskAct::approved, "", dan).has_value());
  CHECK_FALSE(desk.remove(text.id, dan).has_value());
  CHECK(desk.add(text.id, 1, DeskAct::noted, "nice", dan).has_value());
  CHECK(desk.save(text.id, 1, Office::draft("Ben's\n"), office.ben).has_value());
  CHECK(desk.remove(text.id, office.ana).has_value());
  const auto gone = desk.get(text.id);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().fault == Fault::not_found);
  CHECK(office.events("draft.removed") == 1);
}

TEST_CASE("the approval of who has left, or lost the role, counts no longer") {
  Office office;
  Desk& desk = office.desk;
  WorkingText text = good(desk.begin(Office::draft("one\n"), office.ana));
  text = good(desk.add(text.id, 1, DeskAct::approved, "", office.ben));
  CHECK(office.clearance(text).cleared);
  REQUIRE(office.people.change("Ben", {.role = Role::author, .active = {}}, "Cleo").has_value());
  CHECK_FALSE(office.clearance(text).cleared);
  REQUIRE(office.people.change("Ben", {.role = Role::editor, .active = {}}, "Cleo").has_value());
  CHECK(office.clearance(text).cleared);
  REQUIRE(office.people.change("Ben", {.role = {}, .active = false}, "Cleo").has_value());
  CHECK_FALSE(office.clearance(text).cleared);
  REQUIRE(office.people.remove("Ben", "Cleo").has_value());
  CHECK_FALSE(office.clearance(text).cleared);
}

TEST_CASE("an override is recorded, and open until another one approves") {
  Office office;
  Desk& desk = office.desk;
  WorkingText text = good(desk.begin(Office::draft("one\n"), office.ana));
  CHECK_FALSE(desk.add(text.id, 1, DeskAct::overridden, "", office.ben).has_value());
  text = good(desk.add(text.id, 1, DeskAct::overridden, "the site is down", office.ben));
  text = good(desk.published(text.id, 1, "a1", "tea", office.ben));
  text = good(desk.published(text.id, 1, "a1", "tea", office.ben));
  CHECK(office.events("draft.published") == 1);
  CHECK(office.events("draft.overridden") == 1);
  REQUIRE(open_override(text) != nullptr);
  CHECK(open_override(text)->words == "the site is down");
  text = good(desk.add(text.id, 1, DeskAct::approved, "", office.ben));
  CHECK(open_override(text) != nullptr);
  text = good(desk.add(text.id, 1, DeskAct::approved, "", office.cleo));
  CHECK(open_override(text) == nullptr);
  CHECK(office.state(text) == DraftState::published);
  // What is published keeps its address, and its history.
  Draft moved = Office::draft("two\n");
  moved.slug = "coffee";
  CHECK_FALSE(desk.save(text.id, 1, moved, office.ben).has_value());
  CHECK_FALSE(desk.remove(text.id, office.ben).has_value());
  CHECK(good(desk.holding(text.last().digest)).size() == 1);
  CHECK(good(desk.holding("other")).empty());
}
