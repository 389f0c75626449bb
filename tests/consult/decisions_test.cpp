#include "consult/decisions.hpp"

#include <doctest/doctest.h>

#include "rig/test_db.hpp"

using namespace carillon;

namespace {

Decision about(const std::string& channel, const std::string& decided, Use to) {
  Decision out;
  out.title = "Leave " + channel;
  out.body = "Tea council";
  out.decided = decided;
  out.channel = channel;
  out.to = to;
  out.scopes = {Scope::page_furniture, Scope::current_text};
  return out;
}

}  // namespace

TEST_CASE("decisions are numbered by year and read back whole") {
  const rig::TestDatabase database;
  const auto store = database.open();
  Decisions decisions(*store);
  CHECK(decisions.add(about("x", "2026-11-25", Use::inactive))->id == "2026-1");
  CHECK(decisions.add(about("y", "2025-01-01", Use::closed))->id == "2025-1");
  CHECK(decisions.add(about("x", "2026-12-01", Use::reserved))->id == "2026-2");
  const auto back = decisions.get("2026-2");
  REQUIRE(back.has_value());
  CHECK(back->scopes == std::vector<Scope>{Scope::page_furniture, Scope::current_text});
  CHECK(back->to == Use::reserved);
  const auto all = decisions.list();
  REQUIRE(all.has_value());
  REQUIRE(all->size() == 3);
  CHECK(all->front().id == "2025-1");
}

TEST_CASE("nothing is decided that was not entered") {
  const rig::TestDatabase database;
  const auto store = database.open();
  Decisions decisions(*store);
  CHECK_FALSE(decisions.latest("x", Use::reserved).has_value());
  REQUIRE(decisions.add(about("x", "2026-11-25", Use::inactive)).has_value());
  CHECK_FALSE(decisions.latest("x", Use::reserved).has_value());
  CHECK(decisions.latest("x", Use::inactive)->id == "2026-1");
  const auto missing = decisions.get("2026-7");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().hint.find("2026-1") != std::string::npos);
  Decision empty = about("x", "2026-11-25", Use::closed);
  empty.title.clear();
  CHECK_FALSE(decisions.add(empty).has_value());
  CHECK(decisions.list()->size() == 1);
}
