#include <doctest/doctest.h>

#include "team/client_apps.hpp"
#include "team/client_kept.hpp"
#include "team/crew.hpp"

using namespace carillon;

namespace {

const std::vector<std::string> shown{std::string(shown_code)};

struct Apps : rig::Crew {
  ClientApps apps{*store, clock, ids};
  NewClientApp make(const std::string& network = "192.0.2.1") {
    auto out = apps.add("An app", "https://app.example", shown, {"read", "write"}, network);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return std::move(*out);
  }
};

}  // namespace

TEST_CASE("scopes are known words, and a whole holds its parts") {
  CHECK(*read_scopes("") == ClientScopes{"read"});
  CHECK(*read_scopes("read  write:statuses read") == ClientScopes{"read", "write:statuses"});
  CHECK(read_scopes("read admin:write").error().fault == Fault::invalid);
  CHECK(read_scopes("read\nwrite").error().fault == Fault::invalid);
  CHECK(covers({"read"}, "read:statuses"));
  CHECK_FALSE(covers({"read:statuses"}, "read"));
  CHECK_FALSE(covers({"read:statuses"}, "read:notifications"));
  CHECK_FALSE(covers({"read"}, "write:statuses"));
  CHECK_FALSE(covers({"read"}, ClientScopes{"read", "write"}));
}

TEST_CASE("an app is sent back to https, to this machine, or to a scheme of its own") {
  for (const char* good :
       {"urn:ietf:wg:oauth:2.0:oob", "https://app.example/cb?x=1", "http://127.0.0.1:4000/cb",
        "http://localhost/", "com.tea.app://oauth", "tea:done"})
    CHECK_MESSAGE(check_redirect(good).has_value(), good);
  for (const char* bad :
       {"", "app.example", "http://app.example/cb", "https://app.example/#x", "javascript:alert(1)",
        "data:text/html,x", "JavaScript:alert(1)", "https://app.example/ x",
        "https://app.example/\r\nSet-Cookie: a=b", "tea:done;script-src *", "https://a@b.example/"})
    CHECK_MESSAGE(!check_redirect(bad).has_value(), bad);
}

TEST_CASE("S256 proves a verifier (the example of RFC 7636 appendix B)") {
  constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  CHECK(proves(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
  CHECK_FALSE(proves(verifier, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"));
  CHECK_FALSE(proves(verifier, verifier));
  CHECK_FALSE(proves("", ""));
}

TEST_CASE("an app proves itself by its secret; unused ones are forgotten") {
  Apps crew;
  const NewClientApp one = crew.make();
  CHECK(crew.apps.prove(one.app.id, one.secret)->has_value());
  CHECK_FALSE(crew.apps.prove(one.app.id, Secret("wrong"))->has_value());
  CHECK_FALSE(crew.apps.prove(one.app.id, Secret(""))->has_value());
  const NewClientApp used = crew.make();
  REQUIRE(crew.apps.note_use(used.app));
  crew.clock.advance(25 * hour);
  crew.make();
  CHECK_FALSE(crew.apps.find(one.app.id)->has_value());
  CHECK(crew.apps.find(used.app.id)->has_value());
}

TEST_CASE("a network registers so many apps and then waits; another one does not") {
  Apps crew;
  for (int i = 0; i < limits::clients_at_once; ++i) crew.make();
  CHECK(crew.apps.add("One more", "", shown, {"read"}, "192.0.2.1").error().fault ==
        Fault::too_large);
  crew.make("198.51.100.1");
  crew.clock.advance(2 * minute);
  crew.make();
}

TEST_CASE("what an app is called and where it is sent is looked at") {
  Apps crew;
  CHECK(crew.apps.add("", "", shown, {"read"}, "a").error().fault == Fault::invalid);
  CHECK(crew.apps.add("a\nb", "", shown, {"read"}, "a").error().fault == Fault::invalid);
  CHECK(crew.apps.add("App", "", {}, {"read"}, "a").error().fault == Fault::invalid);
  CHECK(crew.apps.add("App", "", {"javascript:x"}, {"read"}, "a").error().fault == Fault::invalid);
  CHECK(crew.apps.add("App", "javascript:x", shown, {"read"}, "a")->app.website.empty());
}

TEST_CASE("a token of an app opens what apps use and nothing else, and has a name of its own") {
  Apps crew;
  crew.joins("Ana", Role::editor);
  const Person ana = crew.people.list()->front();
  const NewClientApp app = crew.make();
  const auto first = crew.tokens.add_for_app(ana, app.app, Permission::editor, {"read"});
  const auto second = crew.tokens.add_for_app(ana, app.app, Permission::editor, {"read"});
  REQUIRE((first.has_value() && second.has_value()));
  CHECK(first->token.name == "An app");
  CHECK(second->token.name == "An app 2");
  CHECK(crew.tokens.find_for_app(first->secret)->value().scopes == "read");
  CHECK_FALSE(crew.tokens.find(first->secret)->has_value());
  CHECK_FALSE(crew.tokens.find_for_calendar(first->secret)->has_value());
  const auto plain = crew.tokens.add(ana, "script", Permission::editor, 0);
  CHECK_FALSE(crew.tokens.find_for_app(plain->secret)->has_value());
  CHECK(crew.tokens.find(plain->secret)->has_value());

  const auto own = crew.apps.own_token(app.app);
  CHECK(crew.apps.by_own_token(*own)->has_value());
  const auto next = crew.apps.own_token(app.app);
  CHECK_FALSE(crew.apps.by_own_token(*own)->has_value());
  REQUIRE(crew.apps.end_own_token(app.app));
  CHECK_FALSE(crew.apps.by_own_token(*next)->has_value());
  CHECK_FALSE(crew.apps.by_own_token(Secret("carillon_client_"))->has_value());
}

TEST_CASE("a picture is kept a day for its person alone; markers count up") {
  Apps crew;
  crew.joins("Ana", Role::editor);
  const Person ana = crew.people.list()->front();
  const auto keep = [&](const std::string& id) {
    REQUIRE(crew.store->write([&](Db& db) {
      return client_rows::save(db, {id, ana.id, "a.png", "d", "", 1, 1, crew.clock.now()});
    }));
  };
  const auto has = [&](const std::string& person, const std::string& id) {
    return crew.store->read([&](Db& db) { return client_rows::media(db, person, id); })
        ->has_value();
  };
  keep("one");
  CHECK(has(ana.id, "one"));
  CHECK_FALSE(has("other", "one"));
  CHECK_FALSE(
      crew.store->write([&](Db& db) { return client_rows::describe(db, "other", "one", "x"); })
          ->has_value());
  CHECK(crew.store->write([&](Db& db) { return client_rows::describe(db, ana.id, "one", "x"); })
            ->value()
            .alt == "x");
  crew.clock.advance(25 * hour);
  keep("two");
  CHECK_FALSE(has(ana.id, "one"));

  for (const char* read : {"5", "7"})
    REQUIRE(crew.store->write([&](Db& db) {
      return client_rows::mark(db, ana.id, {"home", read, 0, crew.clock.now()});
    }));
  const auto all = crew.store->read([&](Db& db) { return client_rows::markers(db, ana.id); });
  REQUIRE(all->size() == 1);
  CHECK(all->front().last_read == "7");
  CHECK(all->front().version == 2);
}
