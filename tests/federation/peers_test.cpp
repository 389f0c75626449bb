#include "federation/peers.hpp"

#include <doctest/doctest.h>

#include "federation/blocks.hpp"
#include "federation/queue.hpp"
#include "federation/reports.hpp"
#include "federation/ties.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using fedi_rows::FediActor;

namespace {

FediActor actor(const std::string& name, Micros read) {
  const std::string id = "https://a.example/u/" + name;
  return {id, id + "#key", "pem", id + "/inbox", "", "a.example", read, name};
}

}  // namespace

TEST_CASE("an account of which nothing is here any more is forgotten, every other one is kept") {
  rig::TestDatabase database;
  const auto store = database.open();
  const Micros old = 10 * day;
  REQUIRE(store->write([&](Db& db) -> Result<void> {
    for (const char* name :
         {"nobody", "follows", "likes", "quotes", "reported", "ours", "blocked", "Named", "waits"})
      CHECK_OK(fedi_rows::save(db, actor(name, old)));
    CHECK_OK(fedi_rows::save(db, actor("fresh", old + 1)));
    CHECK_OK(fedi_rows::save(db, fedi_rows::follower_of(actor("follows", old), "f", 1)));
    CHECK_OK(fedi_rows::save(db, fedi_rows::FediReaction{"r", fedi_rows::ReactionKind::like,
                                                         actor("likes", 1).id, "p", "u", "", 1}));
    CHECK_OK(
        db.run("insert into fedi_quote (id, actor, post, quote, made) values "
               "('q', $1, 'p', 'u', 1)",
               actor("quotes", 1).id));
    CHECK_OK(db.insert(
        "fedi_report",
        FediReport{
            "x", actor("reported", 1).id, "a.example", "Rude", "https://example.org/", 5, {}, 0}));
    CHECK_OK(
        db.run("insert into fedi_tie (account, kind, name, person, made, ended) values "
               "($1, 'from', 'n', 'kim', 1, 0)",
               actor("ours", 1).id));
    for (const std::string& target : {actor("blocked", 1).id, std::string("named@a.example")})
      CHECK_OK(
          db.run("insert into fedi_block (target, kind, person, made) values "
                 "($1, 'account', 'kim', 1)",
                 target));
    const fedi_rows::FediActivity accept{"accept", "p", "{}", 1};
    CHECK_OK(fedi_rows::add(db, accept));
    return fedi_rows::add_delivery(db, accept, actor("waits", 1).inbox, "a.example");
  }));
  CHECK(*forget_actors(*store, old + 1) == 1);
  CHECK(*forget_actors(*store, old + 1) == 0);
  const auto known = [&](const char* name) {
    return store->read([&](Db& db) { return fedi_rows::actor(db, actor(name, 1).id); })
        ->has_value();
  };
  CHECK_FALSE(known("nobody"));
  for (const char* name :
       {"follows", "likes", "quotes", "reported", "ours", "blocked", "Named", "waits", "fresh"})
    CHECK_MESSAGE(known(name), name);
  // Once it follows no more, there is nothing left of it.
  REQUIRE(
      store->write([&](Db& db) { return fedi_rows::remove_follower(db, actor("follows", 1).id); }));
  CHECK(*forget_actors(*store, old + 1) == 1);
}
