#include "federation/progress.hpp"

#include <doctest/doctest.h>

#include "federation/rows.hpp"
#include "federation/spread.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using namespace carillon::fedi_rows;

namespace {

struct Room {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  FediActivity activity{"https://example.org/a#create", "https://example.org/a", "{}", 100};

  void follower(const std::string& host, const std::string& name, Micros since = 1) const {
    const std::string id = "https://" + host + "/u/" + name;
    write([&](Db& db) {
      return save(db,
                  FediFollower{id, id + "/inbox", "https://" + host + "/inbox", host, "f", since});
    });
  }
  void write(const std::function<Result<void>(Db&)>& change) const {
    const auto done = store->write(change);
    REQUIRE_MESSAGE(done.has_value(), done.error().what);
  }
  void row(const std::string& host, FediState state, Micros not_before = 0) const {
    write([&](Db& db) {
      FediDelivery one;
      one.activity = activity.id;
      one.inbox = "https://" + host + "/inbox";
      one.host = host;
      one.post = activity.post;
      one.state = state;
      one.not_before = not_before;
      one.reason = "no answer";
      return add_row(db, one);
    });
  }
  [[nodiscard]] SpreadState only() const {
    const auto all = store->read([](Db& db) { return spreads(db, 10); });
    REQUIRE_MESSAGE(all.has_value(), all.error().what);
    REQUIRE(all->size() == 1);
    return all->front();
  }
};

}  // namespace

TEST_CASE("a fan-out is counted by its row, the rows of who waits, and who is not asked yet") {
  const Room room;
  for (const char* host : {"a.example", "b.example", "c.example", "d.example", "e.example"})
    room.follower(host, "ann");
  room.follower("e.example", "bob");        // the same inbox
  room.follower("f.example", "late", 101);  // followed after it was made
  room.write([&](Db& db) -> Result<void> {
    CHECK_OK(add(db, room.activity));
    CHECK_OK(spread(db, room.activity.id));
    // An answer to one account is none.
    const FediActivity accept{"https://example.org/#accept", "x", "{}", 200};
    CHECK_OK(add(db, accept));
    return add_delivery(db, accept, "https://a.example/u/ann/inbox", "a.example");
  });
  CHECK(room.only().left == 5);
  CHECK(room.only().told == 0);

  room.row("b.example", FediState::waiting, 700);
  room.row("c.example", FediState::given_up);
  room.write([&](Db& db) {
    return save(db, FediHost{"d.example", SignatureScheme::cavage, 9, 5, 0, true});
  });
  room.write(
      [&](Db& db) { return advance(db, room.activity.id, "https://d.example/inbox", 1, 0, 500); });
  const SpreadState half = room.only();
  CHECK(half.spreading);
  CHECK(half.lease == 500);
  CHECK(half.told == 1);
  CHECK(half.refused == 1);
  CHECK(half.waiting == 1);
  CHECK(half.next == 700);
  CHECK(half.left == 1);
  CHECK(half.dead == 1);

  room.write([&](Db& db) -> Result<void> {
    CHECK_OK(advance(db, room.activity.id, "https://e.example/inbox", 1, 0, 500));
    return end_spread(db, room.activity.id);
  });
  const SpreadState through = room.only();
  CHECK_FALSE(through.spreading);
  CHECK(through.told == 2);
  CHECK(through.left == 0);
  CHECK(through.waiting == 1);
}

TEST_CASE("hosts that take nothing are named with what waits for them, the oldest first") {
  const Room room;
  room.write([&](Db& db) -> Result<void> {
    CHECK_OK(add(db, room.activity));
    CHECK_OK(save(db, FediHost{"late.example", SignatureScheme::cavage, 1, 50, 90, false}));
    CHECK_OK(save(db, FediHost{"dead.example", SignatureScheme::cavage, 30, 5, 0, true}));
    return save(db, FediHost{"good.example", SignatureScheme::rfc9421, 0, 0, 0, false});
  });
  room.row("late.example", FediState::waiting);
  const auto all = room.store->read([](Db& db) { return failing_hosts(db, 10); });
  REQUIRE_MESSAGE(all.has_value(), all.error().what);
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).host == "dead.example");
  CHECK(all->at(0).dead);
  CHECK(all->at(0).waiting == 0);
  CHECK(all->at(1).host == "late.example");
  CHECK(all->at(1).waiting == 1);
  CHECK(all->at(1).reason == "no answer");
}
