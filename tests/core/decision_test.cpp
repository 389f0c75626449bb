#include "core/decision.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

Decision sample() {
  Decision out;
  out.id = "2026-1";
  out.title = "Leave X, keep the name";
  out.body = "Tea council";
  out.decided = "2026-11-25";
  out.channel = "x";
  out.to = Use::reserved;
  out.scopes = {Scope::page_furniture};
  return out;
}

}  // namespace

TEST_CASE("a decision is refused with what to write when it could not be carried out") {
  CHECK(check_decision(sample()).has_value());
  Decision nobody = sample();
  nobody.body = " ";
  REQUIRE_FALSE(check_decision(nobody).has_value());
  CHECK(check_decision(nobody).error().hint.find("--by") != std::string::npos);
  Decision day = sample();
  day.from = "2026-02-30";
  CHECK_FALSE(check_decision(day).has_value());
  Decision others = sample();
  others.scopes.push_back(Scope::vendored);
  REQUIRE_FALSE(check_decision(others).has_value());
  CHECK(check_decision(others).error().what.find("vendored") != std::string::npos);
}

TEST_CASE("a decision reaches only the scopes it names, from its first day on") {
  Decision decision = sample();
  CHECK(reaches(decision, Scope::page_furniture));
  CHECK_FALSE(reaches(decision, Scope::current_text));
  CHECK_FALSE(in_force(decision, "2026-11-24").has_value());
  CHECK(in_force(decision, "2026-11-25").has_value());
  decision.from = "2027-01-01";
  REQUIRE_FALSE(in_force(decision, "2026-12-31").has_value());
  CHECK(in_force(decision, "2026-12-31").error().fault == Fault::denied);
  CHECK(in_force(decision, "2027-01-01").has_value());
}
