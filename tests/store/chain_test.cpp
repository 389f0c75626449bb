// The chain in the database: what is tampered with is named, and many writers make one chain.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "rig/test_db.hpp"
#include "store/events.hpp"

using namespace carillon;
using rig::TestDatabase;

namespace {

Event event_of(const std::string& id, const std::string& subject = "s") {
  return {id, 7, "draft.saved", "Kim", subject, {{"revision", 1}}, "command line"};
}

// `count` events, one a transaction.
void write_events(Store& store, int count) {
  for (int i = 1; i <= count; ++i) {
    const auto done =
        store.write([&](Db& db) { return append_event(db, event_of(fmt::format("e{:03}", i))); });
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
  }
}

ChainReport check(Store& store, const std::string& pinned = {}) {
  const auto report = store.read([&](Db& db) { return check_chain(db, pinned); });
  REQUIRE_MESSAGE(report.has_value(), report.error().what);
  return *report;
}

// What a check says after this SQL on a chain of nine events.
std::string after(const std::string& sql) {
  const TestDatabase database;
  const auto store = database.open();
  write_events(*store, 9);
  REQUIRE(check(*store).broken.empty());
  const auto done = store->write([&](Db& db) { return db.script(sql); });
  REQUIRE_MESSAGE(done.has_value(), done.error().what);
  return check(*store).broken;
}

// X'6f' on SQLite and '\x6f' on PostgreSQL.
std::string bytes(bool postgres, const std::string& hex) {
  return postgres ? "'\\x" + hex + "'" : "X'" + hex + "'";
}

}  // namespace

TEST_CASE("a chain of events holds, and an empty one does") {
  const TestDatabase database;
  const auto store = database.open();
  CHECK(check(*store).broken.empty());
  write_events(*store, 3);
  const auto done = store->write([&](Db& db) -> Result<void> {
    for (int i = 0; i < 2500; ++i) CHECK_OK(append_event(db, event_of(fmt::format("f{:04}", i))));
    return {};
  });
  REQUIRE(done.has_value());
  const ChainReport report = check(*store);
  CHECK(report.broken == "");
  CHECK(report.count == 2503);
  CHECK(report.first == 1);
  CHECK(report.last == 2503);
  CHECK(report.head.size() == 32);
}

TEST_CASE("an undone transaction and an undone savepoint leave no gap") {
  const TestDatabase database;
  const auto store = database.open();
  const auto undone = store->write([](Db& db) -> Result<void> {
    CHECK_OK(append_event(db, event_of("a")));
    return fail(Fault::conflict, "no");
  });
  CHECK(!undone.has_value());
  const auto kept = store->write([](Db& db) -> Result<void> {
    CHECK_OK(append_event(db, event_of("b")));
    const auto inner = db.transaction([](Db& part) -> Result<void> {
      CHECK_OK(append_event(part, event_of("c")));
      return fail(Fault::conflict, "no");
    });
    if (inner) return fail(Fault::internal, "the inner one was kept");
    return append_event(db, event_of("d"));
  });
  CHECK(kept.has_value());
  const ChainReport report = check(*store);
  CHECK(report.broken == "");
  CHECK(report.count == 2);
}

TEST_CASE("whatever is changed is named") {
  const bool postgres = TestDatabase().is_postgres();
  CHECK(after("update event set id = 'e005x' where seq = 5") == "event 5 was changed: its id");
  CHECK(after("update event set at = 8 where seq = 5") == "event 5 was changed: its time");
  CHECK(after("update event set kind = 'draft.asked' where seq = 5") ==
        "event 5 was changed: its kind");
  CHECK(after("update event set actor = 'Lee' where seq = 5") == "event 5 was changed: its actor");
  CHECK(after("update event set via = '' where seq = 5") == "event 5 was changed: its way");
  CHECK(after("update event set subject = 't' where seq = 5") ==
        "event 5 was changed: its subject");
  CHECK(after("update event set data = '{\"revision\":2}' where seq = 5") ==
        "event 5 was changed: its details or their salt");
  CHECK(after("update event set actor = 'Lee', at = 9 where seq = 5") ==
        "event 5 was changed: its time, actor");
  const std::string zeros(64, '0');
  CHECK(after("update event set salt = " + bytes(postgres, zeros.substr(32)) + " where seq = 5") ==
        "event 5 was changed: its details or their salt");
  CHECK(after("update event set digest = " + bytes(postgres, zeros) + " where seq = 5") ==
        "event 5 was changed: its digest");
  CHECK(after("update event set marks = " + bytes(postgres, zeros) + " where seq = 5") ==
        "event 5 was changed: its marks, and nothing else");
  CHECK(after("update event set hash = " + bytes(postgres, zeros) + " where seq = 5") ==
        "event 5 was changed: its hash");
  CHECK(after("update event set hash = " + bytes(postgres, zeros) + " where seq = 9") ==
        "event 9 was changed: its hash");
  CHECK(after("update event set seq = 50 where seq = 5") == "event 5 is missing");
}

TEST_CASE("what is removed, exchanged, put in between or cut off is named") {
  CHECK(after("delete from event where seq = 5") == "event 5 is missing");
  CHECK(
      after("insert into event (id, at, kind, actor, subject, data) values ('x', 7, 'draft.saved', "
            "'Kim', 's', '{}')")
          .starts_with("the event x stands outside the chain"));
  CHECK(after("delete from event where seq < 4") == "events 1 to 3 are missing");
  CHECK(after("delete from event where seq > 7") ==
        "the log ends at event 7, and 9 were written: the end is missing");
  CHECK(after("delete from event; update event_head set seq = 0") ==
        "the head that is kept apart is not that of event 0");
  CHECK(after("update event set seq = 50 where seq = 5; update event set seq = 5 where seq = 6; "
              "update event set seq = 6 where seq = 50") == "event 5 was changed: its number");
  // What stands in the place of another one, with that one's own hash.
  CHECK(after("delete from event where seq = 6; insert into event select 'x', at, kind, 'Lee', "
              "subject, data, via, 6, salt, digest, marks, hash from event where seq = 5") ==
        "event 6 was changed: its number, id, actor");
  CHECK(
      after("insert into event select 'x', at, kind, actor, subject, data, via, 10, salt, digest, "
            "marks, hash from event where seq = 9") == "event 10 was changed: its number, id");
}

TEST_CASE("one who knows the chain and writes an event anew breaks it at the next") {
  const TestDatabase database;
  const auto store = database.open();
  write_events(*store, 9);
  const auto forged = store->write([](Db& db) -> Result<void> {
    ChainedEvent event;
    CHECK_OK(read_chain(db, 0, [&](const ChainedEvent& one) -> Result<void> {
      if (one.seq == 5) event = one;
      return {};
    }));
    event.actor = "Lee";
    seal_event(event);
    CHECK_OK(db.run("update event set actor = $1, hash = $2, marks = $3 where seq = 5", event.actor,
                    Blob{event.hash}, Blob{event.marks}));
    return {};
  });
  REQUIRE(forged.has_value());
  CHECK(check(*store).broken.starts_with("event 6 does not follow the one before it"));
}

TEST_CASE("a pinned head shows that a log was cut off, even with its head") {
  const TestDatabase database;
  const auto store = database.open();
  write_events(*store, 9);
  const std::string pinned = check(*store).head;
  CHECK(check(*store, pinned).pinned_at == 9);
  const auto cut = store->write([](Db& db) {
    return db.script(
        "delete from event where seq > 7; update event_head set seq = 7, hash = (select hash from "
        "event where seq = 7)");
  });
  REQUIRE(cut.has_value());
  CHECK(check(*store).broken == "");
  CHECK(check(*store, pinned).pinned_at == 0);
}

TEST_CASE("details can be erased, and not in silence") {
  const TestDatabase database;
  const auto store = database.open();
  const SystemClock clock;
  Ids ids(clock);
  const Erasing kim{"kim", {"person.invited"}};
  const auto written = store->write([&](Db& db) -> Result<void> {
    for (const char* subject : {"kim", "lee", "kim"})
      CHECK_OK(
          append_event(db, {ids.next(),
                            7,
                            "person.invited",
                            "Ana",
                            subject,
                            {{"email", json::string(std::string(subject) + "@example.org")}}}));
    return {};
  });
  REQUIRE(written.has_value());
  const auto erased = store->write([&](Db& db) { return erase_details(db, kim, "Ana", 9, ids); });
  REQUIRE_MESSAGE(erased.has_value(), erased.error().what);
  CHECK(*erased == 2);
  const ChainReport report = check(*store);
  CHECK(report.broken == "");
  CHECK(report.erased == 2);
  CHECK(report.count == 4);
  // Again there is nothing to erase, and nothing to tell.
  CHECK(*store->write([&](Db& db) { return erase_details(db, kim, "Ana", 9, ids); }) == 0);
  const std::string none = database.is_postgres() ? "'\\x'" : "X''";
  const auto hidden = store->write([&](Db& db) {
    return db.script("update event set data = '{}', salt = " + none + " where subject = 'lee'");
  });
  REQUIRE(hidden.has_value());
  CHECK(check(*store).broken ==
        "the details of event 2 are gone, and no event says that they were erased");
}

TEST_CASE("events from before the chain are put into it, oldest first") {
  const TestDatabase database;
  {
    auto old = Store::open_at(database.url(), {}, 11);
    REQUIRE(old.has_value());
    const auto done = (*old)->write([](Db& db) -> Result<void> {
      for (int i = 2345; i > 0; --i)
        CHECK_OK(
            db.run("insert into event (id, at, kind, actor, subject, data) values "
                   "($1, 5, 'k', 'a', 's', '{}')",
                   fmt::format("e{:05}", i)));
      return {};
    });
    REQUIRE(done.has_value());
  }
  const auto store = database.open();
  const ChainReport report = check(*store);
  CHECK(report.broken == "");
  CHECK(report.count == 2345);
  const auto newest = store->read([](Db& db) { return newest_events(db, {}, 1); });
  CHECK(newest->at(0).event.id == "e02345");
  CHECK(newest->at(0).seq == 2345);
}

TEST_CASE("threads of several processes make one chain, also when one is killed") {
  const TestDatabase database;
  { const auto made = database.open(); }
  constexpr int each = 40;
  const auto work = [&](int process, bool endless) {
    const auto store = Store::open(database.url(), {.busy_ms = 60'000});
    if (!store) return 1;
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; endless || i < each; ++i) {
          const auto done = (*store)->write([&](Db& db) -> Result<void> {
            CHECK_OK(append_event(db, event_of(fmt::format("{}-{}-{}-a", process, t, i))));
            return append_event(db, event_of(fmt::format("{}-{}-{}-b", process, t, i)));
          });
          if (!done) ++failed;
        }
      });
    for (auto& thread : threads) thread.join();
    return failed == 0 ? 0 : 1;
  };
  std::vector<pid_t> children;
  for (int process = 0; process < 3; ++process) {
    const pid_t child = fork();
    if (child == 0) ::_exit(work(process, process == 2));
    children.push_back(child);
  }
  for (int process = 0; process < 2; ++process) {
    int status = 0;
    REQUIRE(waitpid(children[static_cast<std::size_t>(process)], &status, 0) > 0);
    CHECK(status == 0);
  }
  kill(children[2], SIGKILL);
  waitpid(children[2], nullptr, 0);
  const auto store = database.open();
  const ChainReport report = check(*store);
  CHECK(report.broken == "");
  CHECK(report.count >= 2 * 4 * each * 2);
  CHECK(report.count % 2 == 0);
}

TEST_CASE("an exported line comes back the same, and is judged as the database is") {
  const TestDatabase database;
  const auto store = database.open();
  write_events(*store, 5);
  std::vector<std::string> lines;
  const auto read = store->read([&](Db& db) {
    return read_chain(db, 0, [&](const ChainedEvent& event) -> Result<void> {
      lines.push_back(chain_line(event));
      return {};
    });
  });
  REQUIRE(read.has_value());
  const auto judged = [&](const std::vector<std::string>& all) {
    ChainCheck check;
    for (const std::string& line : all) {
      const auto event = read_chain_line(line);
      REQUIRE_MESSAGE(event.has_value(), event.error().what);
      check.add(*event);
    }
    return check.finish().broken;
  };
  CHECK(judged(lines) == "");
  CHECK(judged({lines[2], lines[3], lines[4]}) == "");
  CHECK(judged({lines[0], lines[1], lines[3]}) == "event 3 is missing");
  CHECK(judged({lines[0], lines[2], lines[1]}) == "event 2 is missing");
  CHECK(judged({lines[0], lines[1], lines[1]}).starts_with("event 2 stands after event 2"));
  std::string changed = lines[1];
  changed.replace(changed.find("Kim"), 3, "Lee");
  CHECK(judged({lines[0], changed, lines[2]}) == "event 2 was changed: its actor");
  CHECK(!read_chain_line("{}").has_value());
  CHECK(!read_chain_line(lines[0].substr(0, 90)).has_value());
}
