#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "rig/test_db.hpp"
#include "store/events.hpp"

using namespace carillon;
using rig::TestDatabase;

namespace {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Thing {
  std::string id;
  std::int64_t count = 0;
  std::optional<std::string> note;
  bool good = false;
  Colour colour = Colour::red;
  std::vector<std::string> tags;
  Blob bytes;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, count, note, good, colour, tags, bytes))

struct Number {
  std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (n))

constexpr const char* make_thing =
    "create table thing (id text primary key, count bigint, note text, good boolean, colour text, "
    "tags text, bytes bytea)";

std::int64_t count_of(Store& store, const std::string& table) {
  const auto n =
      store.read([&](Db& db) { return db.first<Number>("select count(*) as n from " + table); });
  REQUIRE(n.has_value());
  return (*n)->n;
}

}  // namespace

TEST_CASE("a described structure goes in and comes out the same") {
  const TestDatabase database;
  const auto store = database.open();
  const Thing in{
      "a", -7, std::nullopt, true, Colour::green, {"x", "y'\""}, {std::string("\0\xFF'", 3)}};
  const auto out = store->write([&](Db& db) -> Result<std::optional<Thing>> {
    CHECK_OK(db.script(make_thing));
    CHECK_OK(db.insert("thing", in));
    return db.first<Thing>("select * from thing where id = $1 and colour = $2", "a", Colour::green);
  });
  REQUIRE_MESSAGE(out.has_value(), out.error().what);
  REQUIRE(out->has_value());
  CHECK((*out)->count == -7);
  CHECK(!(*out)->note);
  CHECK((*out)->good);
  CHECK((*out)->tags == in.tags);
  CHECK((*out)->bytes.bytes == in.bytes.bytes);
}

TEST_CASE("an error value rolls the transaction back") {
  const TestDatabase database;
  const auto store = database.open();
  const auto outcome = store->write([&](Db& db) -> Result<void> {
    CHECK_OK(append_event(db, {"1", 5, "a", "b", "c", {}}));
    return fail(Fault::conflict, "no");
  });
  CHECK(outcome.error().what == "no");
  CHECK(count_of(*store, "event") == 0);
}

TEST_CASE("a constraint is a conflict, and the connection goes on working") {
  const TestDatabase database;
  const auto store = database.open();
  const Event event{"1", 5, "kind", "actor", "subject", {{"a", 1}}};
  CHECK(store->write([&](Db& db) { return append_event(db, event); }).has_value());
  CHECK(store->write([&](Db& db) { return append_event(db, event); }).error().fault ==
        Fault::conflict);
  const auto events = store->read([](Db& db) { return events_about(db, "subject"); });
  REQUIRE(events.has_value());
  REQUIRE(events->size() == 1);
  CHECK(events->front().data.at("a").as_int64() == 1);
}

TEST_CASE("a query and its structure cannot drift apart") {
  const TestDatabase database;
  const auto store = database.open();
  const auto wrong = store->read([](Db& db) { return db.first<Number>("select 1 as m"); });
  CHECK(wrong.error().what.starts_with("the column \"m\" is not described"));
}

TEST_CASE("many threads claim rows and none is claimed twice") {
  const TestDatabase database;
  const auto store = database.open();
  REQUIRE(store
              ->write([](Db& db) -> Result<void> {
                CHECK_OK(db.script("create table job (n bigint primary key, owner bigint)"));
                for (std::int64_t n = 0; n < 60; ++n)
                  CHECK_OK(db.run("insert into job (n, owner) values ($1, null)", n));
                return {};
              })
              .has_value());
  std::atomic<int> claimed{0};
  std::vector<std::thread> threads;
  for (std::int64_t me = 1; me <= 4; ++me) {
    threads.emplace_back([&, me] {
      while (true) {
        const auto got = store->write([&](Db& db) {
          return db.run(
              "update job set owner = $1 where n in (select n from job where owner is null "
              "order by n limit 3" +
                  std::string(db.skip_locked()) + ")",
              me);
        });
        if (!got || *got == 0) return;
        claimed += static_cast<int>(*got);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(claimed == 60);
}

TEST_CASE("every earlier version upgrades and keeps its rows") {
  for (std::int64_t version = 1; version <= Store::schema_version(); ++version) {
    const TestDatabase database;
    {
      auto old = Store::open_at(database.url(), {}, version);
      REQUIRE(old.has_value());
      REQUIRE((*old)
                  ->write([](Db& db) {
                    return db.run(
                        "insert into event (id, at, kind, actor, subject, data) "
                        "values ('1', 5, 'k', 'a', 's', '{}')");
                  })
                  .has_value());
    }
    const auto store = database.open();
    CHECK(count_of(*store, "event") == 1);
    CHECK(count_of(*store, "migration") == Store::schema_version());
  }
}

TEST_CASE("a workspace of a newer version is refused and left alone") {
  const TestDatabase database;
  database.open()->write([](Db& db) {
    return db.run("insert into migration (number, name, digest) values (99, 'future', 'x')");
  });
  const auto store = Store::open(database.url());
  REQUIRE(!store.has_value());
  CHECK(store.error().fault == Fault::conflict);
  CHECK(store.error().what.find("newer Carillon") != std::string::npos);
}

TEST_CASE("a migration that changed after release is refused") {
  const TestDatabase database;
  database.open()->write(
      [](Db& db) { return db.run("update migration set digest = 'x' where number = 1"); });
  CHECK(Store::open(database.url()).error().what.find("0001_events differs") != std::string::npos);
}

TEST_CASE("troubles of a SQLite file each have a sentence") {
  const rig::TempDir dir;
  SUBCASE("not a database") {
    std::ofstream(dir.file("a.db")) << std::string(4096, 'x');
    const auto store = Store::open(dir.file("a.db"));
    CHECK(store.error().fault == Fault::corrupt);
    CHECK(store.error().hint == "Restore the file from a backup.");
  }
  SUBCASE("no such folder") {
    CHECK(Store::open(dir.file("no/a.db")).error().what.ends_with("cannot be opened"));
  }
  SUBCASE("locked by another program") {
    const auto holder = Store::open(dir.file("a.db"));
    (*holder)->write([&](Db&) -> Result<void> {
      // Reading needs no lock; only a writer waits, and then says so.
      const auto other = Store::open(dir.file("a.db"), {.busy_ms = 10});
      REQUIRE(other.has_value());
      CHECK(count_of(**other, "event") == 0);
      const auto outcome = (*other)->write([](Db&) -> Result<void> { return {}; });
      REQUIRE(!outcome.has_value());
      CHECK(outcome.error().fault == Fault::unavailable);
      CHECK(outcome.error().what.ends_with("is locked by another program"));
      return {};
    });
  }
  SUBCASE("full") {
    const auto store = Store::open(dir.file("a.db"), {.max_pages = 200});
    REQUIRE(store.has_value());
    Result<void> outcome;
    int written = 0;
    for (; written < 1000 && outcome; ++written)
      outcome = (*store)->write([&](Db& db) {
        return append_event(db, {std::to_string(written), 1, std::string(900, 'k'), "a", "s", {}});
      });
    REQUIRE(!outcome.has_value());
    CHECK(outcome.error().what.ends_with("is full"));
    CHECK(count_of(**store, "event") == written - 1);
  }
  SUBCASE("read-only") {
    { CHECK(Store::open(dir.file("a.db")).has_value()); }
    const auto store = Store::open("file:" + dir.file("a.db") + "?mode=ro");
    REQUIRE(store.has_value());
    const auto outcome = (*store)->write([](Db& db) {
      return append_event(db, {"1", 1, "k", "a", "s", {}});
    });
    REQUIRE(!outcome.has_value());
    CHECK(outcome.error().what.ends_with("is read-only"));
    CHECK(count_of(**store, "event") == 0);
  }
}

TEST_CASE("no error repeats the password of a PostgreSQL address") {
  const auto store = Store::open("postgres://hub:hunter2secret@127.0.0.1:1/none");
  REQUIRE(!store.has_value());
  CHECK(store.error().what.starts_with("the database at 127.0.0.1:1/none does not answer"));
  CHECK((store.error().what + store.error().hint).find("hunter2secret") == std::string::npos);
}
