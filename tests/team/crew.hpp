// A team of its own for one test, with a clock that moves when told.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "base/log.hpp"
#include "rig/test_db.hpp"
#include "store/events.hpp"
#include "team/api_tokens.hpp"
#include "team/sign_in.hpp"

namespace carillon::rig {

inline const char* const good_password = "seven lanterns below the mill";

struct Crew {
  TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  ManualClock clock{1'795'515'723'000'000};
  Ids ids{clock};
  Vault vault{*store, clock, database.dir().path().string()};
  People people{*store, clock, ids};
  Sessions sessions{*store, clock, ids};
  ApiTokens tokens{*store, clock, ids};
  TeamRules rules{};

  Crew() { set_log_level(Level::error); }  // each wrong password is told

  SignIn sign_in() { return {*store, clock, ids, vault, rules}; }
  static Visitor visitor(const std::string& address = "192.0.2.7") {
    return {.address = address, .browser = "Firefox on Linux", .session = {}, .device = {}};
  }
  // Somebody who has come in by an invitation; what their browser then holds.
  SignInOutcome joins(const std::string& name, Role role) {
    const auto link = people.invite(name + "@example.org", role, "admin");
    REQUIRE_MESSAGE(link.has_value(), link.error().what);
    auto in = sign_in().with_link(link->token, name, "", Secret(good_password), visitor());
    REQUIRE_MESSAGE(in.has_value(), in.error().what);
    REQUIRE(in->state == SignedIn::open);
    return std::move(*in);
  }
  SignInOutcome tries(const std::string& who, const std::string& password,
                      const Visitor& from = visitor()) {
    auto out = sign_in().with_password(who, Secret(password), from);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return std::move(*out);
  }
  SignIn::Present present(const SignInOutcome& in) {
    const auto who = sign_in().present(in.session);
    REQUIRE((who.has_value() && who->has_value()));
    return **who;
  }
  bool is_in(const Secret& session) {
    const auto who = sign_in().present(session);
    REQUIRE(who.has_value());
    return who->has_value();
  }
};

}  // namespace carillon::rig
