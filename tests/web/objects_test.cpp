// Every route that names one thing, with every role, for a thing of one's own and for another's.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "hub/access.hpp"
#include "hub/desk.hpp"
#include "hub/operations.hpp"
#include "team/api_tokens.hpp"
#include "web/browser.hpp"

using namespace carillon;
using rig::Browser;
using rig::Running;

namespace {

constexpr Role roles[] = {Role::contributor, Role::member, Role::author, Role::editor, Role::admin};

enum class Whose { own, others };

// Nobody: not even an admin.
enum class Least { contributor, member, author, editor, admin, nobody };

struct Rule {
  const char* method;
  const char* path;
  const char* body;
  Least own;
  Least others;
  int refusal = 403;  // what tells of another's thing; 404 where its id is secret, too
};

// Written by hand from what docs/guide/team.md and desk.md promise, not from the code.
constexpr Rule rules[] = {
    {"GET", "/drafts/{id}", "", Least::author, Least::author},
    {"DELETE", "/drafts/{id}", "", Least::author, Least::editor},
    {"PUT", "/drafts/{id}/copy", R"({"text": "typed", "based_on": 1})", Least::author,
     Least::editor},
    {"POST", "/drafts/{id}/requests", "{}", Least::author, Least::editor},
    {"POST", "/drafts/{id}/approvals", "{}", Least::nobody, Least::editor},
    {"POST", "/drafts/{id}/returns", R"({"reason": "no"})", Least::nobody, Least::editor},
    {"POST", "/drafts/{id}/notes", R"({"text": "well"})", Least::author, Least::author},
    {"POST", "/drafts/{id}/publication", "{}", Least::editor, Least::editor},
    {"DELETE", "/tokens/{id}", "", Least::contributor, Least::admin, 404},
    {"PATCH", "/passkeys/{id}", R"({"name": "new"})", Least::contributor, Least::admin, 404},
    {"DELETE", "/passkeys/{id}", "", Least::contributor, Least::admin, 404},
    {"DELETE", "/identities/{id}", "", Least::contributor, Least::admin, 404},
};

// What belongs to the organisation: the table of roles (routes_test) says all about it.
constexpr const char* common[] = {"/channels/",     "/register/",  "/announcements/",
                                  "/deliveries/",   "/proposals/", "/retirements/",
                                  "/people/{name}", "/providers/", "/home/"};

Least least_of(Role role) {
  return static_cast<Least>(role);
}

struct Seen {
  std::string id;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (id, what))

struct Bench {
  Running site;
  int made = 0;

  Signature signature(const std::string& name, Role role) {
    const auto all = people_of(*site.hub()).list();
    REQUIRE(all.has_value());
    const auto one =
        std::find_if(all->begin(), all->end(), [&](const Person& p) { return p.name == name; });
    REQUIRE(one != all->end());
    return {one->id, name, role};
  }

  // A draft that may go out: asked for by whoever owns it, and approved by a third.
  std::string draft(const Signature& owner, bool approved) {
    Draft text;
    text.title = fmt::format("Thing {}", ++made);
    text.slug = fmt::format("thing-{}", made);
    text.body = "Words.";
    text.channels = {"home"};
    auto desk = desk_of(*site.hub());
    const auto begun = desk.begin(text, owner);
    REQUIRE_MESSAGE(begun.has_value(), begun.error().what);
    if (approved) {
      const auto zoe = signature("Zoe", Role::editor);
      REQUIRE(desk.add(begun->id, 1, DeskAct::approved, "", zoe).has_value());
    }
    return begun->id;
  }

  std::string row(const char* sql, const std::string& person) {
    const std::string id = fmt::format("made-{}", ++made);
    const auto done = site.hub()->store().write([&](Db& db) { return db.run(sql, id, person); });
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
    return id;
  }

  std::string thing(const Rule& rule, const Signature& owner) {
    const std::string path = rule.path;
    if (path.starts_with("/drafts/")) return draft(owner, path.ends_with("/publication"));
    if (path.starts_with("/passkeys/"))
      return row(
          "insert into passkey values ($1, $1, $2, 'old', '127.0.0.1', '', '', '', 0, false, "
          "false, 1, 1)",
          owner.person);
    if (path.starts_with("/identities/"))
      return row("insert into identity values ($1, 'https://login.example.org', $1, $2, 'n', 1, 1)",
                 owner.person);
    const auto hub = site.hub();
    const auto token = ApiTokens(hub->store(), hub->clock(), hub->ids())
                           .add({.id = owner.person, .name = owner.name},
                                fmt::format("t{}", ++made), Permission::anyone, 0);
    REQUIRE_MESSAGE(token.has_value(), token.error().what);
    return token->token.id;
  }

  // Everything that a refused request must leave as it was. Who asks is written down elsewhere.
  std::string state() {
    std::string out;
    const auto add = [&](Db& db, const char* sql) -> Result<void> {
      TRY(const auto all, db.all<Seen>(sql));
      for (const Seen& one : all) out += one.id + one.what + "\n";
      return {};
    };
    const auto read = site.hub()->store().read([&](Db& db) -> Result<void> {
      CHECK_OK(add(db, "select id, name as what from passkey order by id"));
      CHECK_OK(add(db, "select id, name as what from identity order by id"));
      CHECK_OK(add(db, "select id, name as what from api_token order by id"));
      CHECK_OK(add(db, "select id, act as what from draft_act order by id"));
      CHECK_OK(add(db, "select draft as id, text as what from draft_copy order by draft"));
      return add(db, "select id, slug as what from draft order by id");
    });
    REQUIRE_MESSAGE(read.has_value(), read.error().what);
    return out;
  }
};

bool is_common(const std::string& path) {
  return std::any_of(std::begin(common), std::end(common),
                     [&](const char* begin) { return path.starts_with(begin); });
}

}  // namespace

TEST_CASE("each route that names one thing is in the table, or is about what all share") {
  for (const Operation<Hub>& row : operations()) {
    if (row.spec.path.find('{') == std::string::npos) continue;
    const bool known = std::any_of(std::begin(rules), std::end(rules), [&](const Rule& rule) {
      return row.spec.method == rule.method && row.spec.path == rule.path;
    });
    CHECK_MESSAGE(known != is_common(row.spec.path), row.spec.method << " " << row.spec.path);
  }
}

TEST_CASE("nobody reaches another's thing but who may by the rules") {
  Bench bench;
  Browser zoe(bench.site);
  zoe.join("Zoe", Role::editor);
  Browser other(bench.site);
  other.join("Other", Role::author);
  int asked = 0;
  for (const Role role : roles) {
    const std::string name = word_of(role) + "-person";
    Browser browser(bench.site);
    browser.join(name, role);
    const auto shown = parse_json(browser.get("/api/v1/session").body);
    REQUIRE(shown.has_value());
    browser.also = {{"X-CSRF", std::string(shown->at("csrf").get_string())}};
    for (const Rule& rule : rules) {
      for (const Whose whose : {Whose::own, Whose::others}) {
        const Signature owner = whose == Whose::own ? bench.signature(name, role)
                                                    : bench.signature("Other", Role::author);
        const std::string id = bench.thing(rule, owner);
        std::string path = rule.path;
        path.replace(path.find("{id}"), 4, id);
        const std::string before = bench.state();
        const HttpAnswer answer =
            browser.send(rule.method, "/api/v1" + path, rule.body, "application/json");
        const Least least = whose == Whose::own ? rule.own : rule.others;
        const std::string what = fmt::format("{} {} of {} as {}: {}", rule.method, rule.path,
                                             whose == Whose::own ? "one's own" : "another's",
                                             word_of(role), answer.body);
        if (least_of(role) >= least) {
          CHECK_MESSAGE(answer.status == 200, what);
        } else {
          CHECK_MESSAGE((answer.status == rule.refusal || answer.status == 403), what);
          CHECK_MESSAGE(bench.state() == before, what);
        }
        ++asked;
      }
    }
  }
  CHECK(asked == 5 * 2 * static_cast<int>(std::size(rules)));
}
