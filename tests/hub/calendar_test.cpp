#include "hub/calendar.hpp"

#include <doctest/doctest.h>

#include "hub/access.hpp"
#include "hub/people.hpp"
#include "hub/project.hpp"
#include "hub/publishing.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

Actor comes(Hub& hub, const std::string& name, Role role) {
  People people = people_of(hub);
  const auto link = people.invite(name + "@example.org", role, "admin");
  REQUIRE(link.has_value());
  const auto person = people.accept(link->token, {.name = name}, by_password("hash", 1));
  REQUIRE_MESSAGE(person.has_value(), person.error().what);
  return {.name = name, .holds = permission_of(role), .person = person->id};
}

Secret token_in(const CalendarLink& link) {
  return Secret(link.path.substr(link.path.find('=') + 1));
}

void plan(Hub& hub, const std::string& title, const std::string& at) {
  const std::string text = "---\ntitle: " + title + "\nslug: " + title + "\n---\nWords.\n";
  const auto out = publish(hub, owner, {.text = text, .at = at});
  REQUIRE_MESSAGE(out.has_value(), out.error().what);
}

}  // namespace

TEST_CASE("a calendar holds what is planned, and not what is out") {
  const rig::Project project;
  const auto hub = project.open();
  comes(*hub, "Eve", Role::admin);
  const Actor ana = comes(*hub, "Ana", Role::author);
  plan(*hub, "tea", "2030-03-01 10:00 UTC");
  plan(*hub, "cake", "now");
  const auto link = calendar_link(*hub, ana, {.name = "my phone"});
  REQUIRE_MESSAGE(link.has_value(), link.error().what);
  CHECK(link->path.starts_with("/calendar.ics?token=carillon_calendar_"));
  const auto read = calendar_by(*hub, token_in(*link));
  REQUIRE(read.has_value());
  REQUIRE(read->has_value());
  CHECK((*read)->find("SUMMARY:tea\r\n") != std::string::npos);
  CHECK((*read)->find("DTSTART:20300301T100000Z\r\n") != std::string::npos);
  CHECK((*read)->find("Planned for: echo\\, home") != std::string::npos);
  CHECK((*read)->find("SUMMARY:cake") == std::string::npos);
}

TEST_CASE("the token of a calendar opens nothing else, and no other token opens it") {
  const rig::Project project;
  const auto hub = project.open();
  comes(*hub, "Eve", Role::admin);
  const Actor ana = comes(*hub, "Ana", Role::author);
  const auto link = calendar_link(*hub, ana, {.name = "my phone"});
  REQUIRE(link.has_value());
  CHECK(!actor_by_token(*hub, token_in(*link))->has_value());
  const auto api = token_add(*hub, ana, {.name = "script", .scope = Permission::author});
  REQUIRE(api.has_value());
  CHECK(!calendar_by(*hub, Secret(api->token))->has_value());
  CHECK(!calendar_by(*hub, Secret("carillon_calendar_guess"))->has_value());
  CHECK(!calendar_by(*hub, Secret(""))->has_value());
  const auto listed = token_list(*hub, ana, {"Ana"});
  REQUIRE(listed.has_value());
  REQUIRE(listed->size() == 2);
  CHECK(listed->at(0).calendar);
  CHECK(!listed->at(1).calendar);
  REQUIRE(token_remove(*hub, ana, {link->id}).has_value());
  CHECK(!calendar_by(*hub, token_in(*link))->has_value());
}

TEST_CASE("whoever may no longer read here has no calendar") {
  const rig::Project project;
  const auto hub = project.open();
  comes(*hub, "Eve", Role::admin);
  const Actor ana = comes(*hub, "Ana", Role::author);
  const auto link = calendar_link(*hub, ana, {.name = "my phone"});
  REQUIRE(link.has_value());
  CHECK(calendar_by(*hub, token_in(*link))->has_value());
  REQUIRE(person_set(*hub, owner, {"Ana", {"role=member"}}).has_value());
  CHECK(!calendar_by(*hub, token_in(*link))->has_value());
  CHECK(calendar_link(*hub, owner, {.name = "mine"}).error().fault == Fault::invalid);
}
