#include "team/expiry.hpp"

#include <doctest/doctest.h>

#include "base/moment.hpp"
#include "rig/test_db.hpp"

using namespace carillon;

TEST_CASE("a credential is told of ten days before it runs out, and from then on") {
  ManualClock clock{*parse_time("2026-12-01T09:00:00Z")};
  // It works on the whole of 20 December.
  const SecretExpiry one{"sky", "token", *parse_day("2026-12-21")};
  CHECK(expiry_warning(one, "Token", clock.now()).empty());
  clock.advance(one.expires - expiry_told - 1 - clock.now());
  CHECK(expiry_warning(one, "Token", clock.now()).empty());
  clock.advance(1);
  CHECK(expiry_warning(one, "Token", clock.now()) ==
        "the credential of sky works until 2026-12-20: Token");
  clock.advance(expiry_told - 1);
  CHECK(expiry_warning(one, "Token", clock.now()) ==
        "the credential of sky works until 2026-12-20: Token");
  clock.advance(1);
  CHECK(expiry_warning(one, "Token", clock.now()) ==
        "the credential of sky ran out on 2026-12-20: Token");
}

TEST_CASE("the end of a credential is kept, changed and forgotten") {
  const rig::TestDatabase database;
  const auto store = database.open();
  SecretExpiries all(*store);
  REQUIRE(all.set("sky", "token", 2 * day).has_value());
  REQUIRE(all.set("toots", "token", day).has_value());
  REQUIRE(all.list()->size() == 2);
  CHECK(all.list()->at(0).channel == "toots");
  REQUIRE(all.set("toots", "token", 3 * day).has_value());
  CHECK(all.list()->at(1).channel == "toots");
  REQUIRE(all.set("toots", "token", 0).has_value());
  CHECK(all.list()->size() == 1);
}
