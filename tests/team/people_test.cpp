#include "team/people.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "team/crew.hpp"

using namespace carillon;
using rig::Crew;

TEST_CASE("a role is worth its permission") {
  CHECK(permission_of(Role::contributor) == Permission::anyone);
  CHECK(permission_of(Role::member) == Permission::anyone);
  CHECK(permission_of(Role::author) == Permission::author);
  CHECK(permission_of(Role::editor) == Permission::editor);
  CHECK(permission_of(Role::admin) == Permission::admin);
}

TEST_CASE("an invitation lets one person in, once, within a day") {
  Crew crew;
  const auto link = crew.people.invite("Ana@Example.org", Role::editor, "admin");
  REQUIRE(link.has_value());
  CHECK(crew.people.invite("ana@example.org", Role::author, "admin").error().fault ==
        Fault::conflict);
  CHECK(crew.people.of_link(link->token)->email == "ana@example.org");
  const Secret password(rig::good_password);
  REQUIRE(crew.sign_in().with_link(link->token, "Ana", "", password, Crew::visitor()));
  CHECK(crew.people.named("ANA")->role == Role::editor);
  CHECK(crew.people.of_link(link->token).error().fault == Fault::denied);
  CHECK(crew.sign_in().with_link(link->token, "Eve", "", password, Crew::visitor()).error().fault ==
        Fault::denied);

  const auto late = crew.people.invite("ben@example.org", Role::author, "admin");
  REQUIRE(late.has_value());
  crew.clock.advance(day);
  CHECK(crew.people.of_link(late->token).error().fault == Fault::denied);
  const auto again = crew.people.link_for("ben@example.org", "admin");
  const auto newest = crew.people.link_for("ben@example.org", "admin");
  REQUIRE(newest.has_value());
  CHECK(crew.people.of_link(again->token).error().fault == Fault::denied);
  CHECK(crew.people.of_link(newest->token).has_value());
}

TEST_CASE("the first admin comes by a link of nobody, while there is none") {
  Crew crew;
  const auto older = crew.people.first_link();
  const auto link = crew.people.first_link();
  REQUIRE(link.has_value());
  CHECK(crew.people.of_link(older->token).error().fault == Fault::denied);
  const Secret password(rig::good_password);
  REQUIRE(
      crew.sign_in().with_link(link->token, "Ana", "ana@example.org", password, Crew::visitor()));
  CHECK(crew.people.named("ana@example.org")->role == Role::admin);
  CHECK(crew.people.first_link().error().fault == Fault::conflict);
}

TEST_CASE("a name is its person's, also after they are gone") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  crew.joins("Ben", Role::author);
  const auto joins_as = [&](const std::string& name) {
    const auto link =
        crew.people.invite(fmt::format("p{}@example.org", crew.ids.next()), Role::author, "Ana");
    return crew.sign_in().with_link(link->token, name, "", Secret(rig::good_password),
                                    Crew::visitor());
  };
  CHECK(joins_as("aNA").error().fault == Fault::conflict);
  for (const char* name : {"", "admin", "API", "a@b.c", "a\nb"})
    CHECK_MESSAGE(joins_as(name).error().fault == Fault::invalid, name);
  REQUIRE(crew.people.remove("Ben", "Ana").has_value());
  CHECK(joins_as("Ben").error().fault == Fault::conflict);
  CHECK(joins_as("Bea").has_value());
}

TEST_CASE("the last admin stays") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  crew.joins("Ben", Role::editor);
  CHECK(crew.people.change("Ana", {.role = Role::editor, .active = {}}, "Ana").error().fault ==
        Fault::conflict);
  CHECK(crew.people.change("Ana", {.role = {}, .active = false}, "Ana").error().fault ==
        Fault::conflict);
  CHECK(crew.people.remove("Ana", "Ana").error().fault == Fault::conflict);
  // An admin who was invited and never came is none.
  REQUIRE(crew.people.invite("new@example.org", Role::admin, "Ana").has_value());
  CHECK(crew.people.remove("Ana", "Ana").error().fault == Fault::conflict);
  REQUIRE(crew.people.change("Ben", {.role = Role::admin, .active = {}}, "Ana").has_value());
  CHECK(crew.people.remove("Ana", "Ben").has_value());
}

TEST_CASE("a membership that nobody uses lapses, and it is told before") {
  Crew crew;
  crew.rules.lapses_after_days = 365;
  crew.joins("Ana", Role::admin);
  crew.joins("Cleo", Role::admin);
  const SignInOutcome ben = crew.joins("Ben", Role::author);
  const auto standing = [&](const char* name) {
    const auto all = crew.people.list();
    return standing_of(*all, *crew.people.named(name), crew.rules, crew.clock.now());
  };
  CHECK(standing("Ben") == Standing::active);
  crew.clock.advance(335 * day + hour);
  CHECK(standing("Ben") == Standing::lapsing);
  CHECK(crew.tries("Cleo", rig::good_password).state == SignedIn::open);
  crew.clock.advance(30 * day);
  CHECK(standing("Ben") == Standing::lapsed);
  CHECK_FALSE(crew.is_in(ben.session));
  const SignInOutcome refused = crew.tries("Ben", rig::good_password);
  CHECK(refused.state == SignedIn::closed);
  CHECK(refused.standing == Standing::lapsed);
  CHECK(crew.tries("Ben", "not the password at all").state == SignedIn::wrong);
  REQUIRE(crew.people.change("Ben", {.role = {}, .active = true}, "Cleo").has_value());
  CHECK(crew.tries("Ben", rig::good_password).state == SignedIn::open);
  // Of two admins one lapses; who was here last never does.
  crew.clock.advance(3650 * day);
  CHECK(standing("Ana") == Standing::lapsed);
  CHECK(standing("Cleo") == Standing::active);
}

TEST_CASE("what ends a membership ends what was open, and all is written down") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  const SignInOutcome ben = crew.joins("Ben", Role::author);
  const Person person = crew.present(ben).person;
  REQUIRE(crew.people.change("Ben", {.role = Role::editor, .active = {}}, "Ana").has_value());
  CHECK(crew.present(ben).person.role == Role::editor);
  REQUIRE(crew.people.change("Ben", {.role = {}, .active = false}, "Ana").has_value());
  CHECK_FALSE(crew.is_in(ben.session));
  CHECK(crew.people.link_for("Ben", "Ana").error().fault == Fault::conflict);
  const auto events = crew.store->read([&](Db& db) { return events_about(db, person.id); });
  REQUIRE(events.has_value());
  std::vector<std::string> kinds;
  for (const Event& event : *events) kinds.push_back(event.kind + " by " + event.actor);
  CHECK(kinds == std::vector<std::string>{"person.invited by admin", "person.joined by Ben",
                                          "session.started by Ben", "person.changed by Ana",
                                          "person.changed by Ana"});
  CHECK(events->at(3).data.at("role_before") == "author");
}

TEST_CASE("who is removed leaves the name in the log, and no address") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  const SignInOutcome ben = crew.joins("Ben", Role::author);
  const Person person = crew.present(ben).person;
  REQUIRE(crew.people.remove("Ben", "Ana").has_value());
  const auto events = crew.store->read([&](Db& db) { return events_about(db, person.id); });
  REQUIRE(events.has_value());
  CHECK(write_json(to_json(*events)).find("@") == std::string::npos);
  CHECK(events->back().kind == "person.removed");
  CHECK(events->back().data.at("name") == "Ben");
  const auto chain = crew.store->read([](Db& db) { return check_chain(db, {}); });
  REQUIRE(chain.has_value());
  CHECK(chain->broken == "");
  CHECK(chain->erased == 2);
}

TEST_CASE("a token of a program is its person's, within its scope and time") {
  Crew crew;
  crew.joins("Ana", Role::admin);
  const Person ana = *crew.people.named("Ana");
  const auto made = crew.tokens.add(ana, "release", Permission::editor, crew.clock.now() + day);
  REQUIRE(made.has_value());
  CHECK(crew.tokens.add(ana, "release", Permission::author, 0).error().fault == Fault::conflict);
  CHECK(crew.tokens.add(ana, "old", Permission::author, crew.clock.now()).error().fault ==
        Fault::invalid);
  CHECK(crew.tokens.find(made->secret)->value().scope == Permission::editor);
  CHECK_FALSE(crew.tokens.find(Secret(made->secret.reveal() + "x"))->has_value());
  crew.clock.advance(day);
  CHECK_FALSE(crew.tokens.find(made->secret)->has_value());
  REQUIRE(crew.tokens.remove(made->token.id).has_value());
  CHECK(crew.tokens.remove(made->token.id).error().fault == Fault::not_found);
}
