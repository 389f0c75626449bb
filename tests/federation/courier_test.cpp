#include "federation/courier.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <set>

#include "federation/office.hpp"

using namespace carillon;
using fedi_rows::FediActivity;
using fedi_rows::FediState;
using rig::key_id;
using rig::Office;
using rig::Peer;
using rig::status;

TEST_CASE("a shared inbox gets an activity once, one without gets it for each follower") {
  Office office;
  Peer shared;
  Peer alone;
  alone.has_shared_inbox = false;
  for (const char* name : {"ann", "bob", "cleo"}) {
    office.follow(shared, name);
    office.follow(alone, name);
  }
  CHECK(office.say("a1"));
  CHECK_FALSE(office.say("a1"));
  office.run();
  CHECK(shared.arrived().size() == 1);
  CHECK(alone.arrived().size() == 3);
  CHECK(office.count(FediState::delivered) == 4);
  const Peer::Arrival arrival = shared.arrived().front();
  CHECK(arrival.headers.get("content-type") == "application/activity+json");
  const SignedMessage message{"POST", shared.origin, arrival.path, arrival.body, arrival.headers};
  const auto claim = read_claim(message, office.clock.now());
  REQUIRE(claim);
  CHECK(claim->key_id == key_id);
  CHECK(check_claim(*claim, *public_key_of(office.signer.key.public_pem())));
}

TEST_CASE("who likes the other signature gets it, and from then on at once") {
  Office office;
  Peer peer;
  peer.inbox = [](std::size_t, const Peer::Arrival& arrival) {
    return status(arrival.headers.find("signature-input") ? 202 : 401);
  };
  office.follow(peer, "ann");
  office.say("a1");
  office.run();
  // The draft, RFC 9421, and the draft once more, which is refused again.
  CHECK(peer.arrived().size() == 3);
  CHECK(office.count(FediState::delivered) == 1);
  office.say("a2");
  office.run();
  CHECK(peer.arrived().size() == 4);
}

TEST_CASE("who says 202 to RFC 9421 and drops it gets all by the draft, also after a refusal") {
  Office office;
  Peer peer;
  std::set<std::string> heard;
  std::size_t refusals = 1;
  peer.inbox = [&](std::size_t, const Peer::Arrival& arrival) {
    if (arrival.headers.find("signature-input")) return status(202);
    if (refusals > 0) {
      --refusals;
      return status(401);
    }
    heard.insert(arrival.body);
    return status(202);
  };
  office.follow(peer, "ann");
  for (const char* id : {"a1", "a2", "a3"}) {
    office.say(id);
    office.run();
  }
  CHECK(heard.size() == 3);
  CHECK(peer.arrived().size() == 5);
  CHECK(office.count(FediState::delivered) == 3);
}

TEST_CASE("a host that fails is tried again by the schedule, and the others do not wait for it") {
  Office office;
  Peer bad;
  Peer good;
  bad.inbox = [](std::size_t before, const Peer::Arrival&) {
    return status(before < 3 ? 500 : 202);
  };
  office.follow(bad, "ann");
  office.follow(good, "ann");
  office.say("a1");
  office.run();
  CHECK(good.arrived().size() == 1);
  CHECK(bad.arrived().size() == 1);
  for (const Micros step : {minute, 5 * minute, 30 * minute}) {
    const std::size_t before = bad.arrived().size();
    office.clock.advance(step - second);
    office.run();
    CHECK(bad.arrived().size() == before);
    office.clock.advance(second);
    office.run();
    CHECK(bad.arrived().size() == before + 1);
  }
  CHECK(office.count(FediState::delivered) == 2);
}

TEST_CASE("what the server asks for is done: later, never, gone") {
  Office office;
  Peer busy;
  busy.inbox = [](std::size_t before, const Peer::Arrival&) {
    HttpAnswer out = status(before == 0 ? 429 : 202);
    out.headers.add("Retry-After", "7200");
    return out;
  };
  Peer never;
  never.inbox = [](std::size_t, const Peer::Arrival&) { return status(400); };
  Peer gone;
  gone.inbox = [](std::size_t, const Peer::Arrival&) { return status(410); };
  for (const Peer* peer : {&busy, &never, &gone}) office.follow(*peer, "ann");
  office.say("a1");
  office.run();
  CHECK(office.count(FediState::given_up) == 1);
  office.clock.advance(hour);
  office.run();
  CHECK(busy.arrived().size() == 1);
  office.clock.advance(hour + minute);
  office.run();
  CHECK(busy.arrived().size() == 2);
  CHECK(*office.store->read(fedi_rows::followers) == 3);
  office.clock.advance(day);
  office.run();
  CHECK(gone.arrived().size() == 2);
  CHECK(*office.store->read(fedi_rows::followers) == 2);
  CHECK(office.count(FediState::waiting) == 0);
}

TEST_CASE("a host that was away for a week is dead, until it is heard of") {
  Office office;
  Peer away;
  away.inbox = [](std::size_t, const Peer::Arrival&) { return status(503); };
  office.follow(away, "ann");
  office.say("a1");
  for (int i = 0; i < 12; ++i) {
    office.run();
    office.clock.advance(day);
  }
  CHECK(office.count(FediState::given_up) == 1);
  const std::size_t heard = away.arrived().size();
  office.say("a2");
  office.run();
  CHECK(away.arrived().size() == heard);
  away.inbox = [](std::size_t, const Peer::Arrival&) { return status(202); };
  REQUIRE(office.store->write(
      [&](Db& db) { return fedi_rows::revive(db, away.host(), office.clock.now()); }));
  office.say("a3");
  office.run();
  CHECK(away.arrived().size() == heard + 1);
  CHECK(office.count(FediState::delivered, "a3") == 1);
}

TEST_CASE("of one post an inbox gets what happened in its order") {
  Office office;
  Peer peer;
  peer.inbox = [](std::size_t before, const Peer::Arrival&) {
    return status(before == 0 ? 500 : 202);
  };
  office.follow(peer, "ann");
  office.say("create");
  office.run();
  office.clock.advance(second);
  office.say("update");
  office.clock.advance(2 * minute);
  office.run();
  office.clock.advance(2 * minute);
  office.run();
  std::vector<std::string> bodies;
  for (const auto& one : peer.arrived()) bodies.push_back(one.body);
  CHECK(bodies == std::vector<std::string>{"{\"id\":\"create\"}", "{\"id\":\"create\"}",
                                           "{\"id\":\"update\"}"});
}

TEST_CASE("who took deliveries and died leaves them to the next when their time is over") {
  Office office;
  Peer peer;
  office.follow(peer, "ann");
  const Micros now = office.clock.now();
  const Micros lease = now + limits::send_lease;
  SUBCASE("all followers") {
    office.say("a1");
    REQUIRE(office.store->write([&](Db& db) { return fedi_rows::claim_spread(db, now, lease); }));
  }
  SUBCASE("one of them") {
    REQUIRE(office.store->write([&](Db& db) -> Result<void> {
      const FediActivity activity{"a1", "p", "{}", now};
      CHECK_OK(fedi_rows::add(db, activity));
      CHECK_OK(fedi_rows::add_delivery(db, activity, peer.origin + "/inbox", peer.host()));
      CHECK_OK(fedi_rows::claim(db, now, lease, 10, {}));
      return {};
    }));
  }
  office.run();
  CHECK(peer.arrived().empty());
  office.clock.advance(limits::send_lease);
  office.run();
  CHECK(peer.arrived().size() == 1);
}

TEST_CASE("an announcement comes to each of many inboxes once, slice by slice") {
  Office office;
  Peer peer;
  peer.has_shared_inbox = false;
  const std::size_t many = 3 * limits::slice_inboxes + 7;
  for (std::size_t i = 0; i < many; ++i) office.follow(peer, fmt::format("u{}", i));
  office.say("a1");
  // One host has so many inboxes only here: what it cannot take at once waits as rows.
  for (std::size_t i = 0; i < many && office.count(FediState::waiting) + (i == 0) > 0; ++i) {
    office.run();
    office.clock.advance(second);
  }
  CHECK(office.count(FediState::delivered) == static_cast<std::int64_t>(many));
  CHECK(office.count(FediState::waiting) == 0);
  std::set<std::string> paths;
  for (const auto& one : peer.arrived()) paths.insert(one.path);
  CHECK(paths.size() == many);
  CHECK(peer.arrived().size() == many);
}

TEST_CASE("a courier that ends gives back what it took, and the next goes on there") {
  Office office;
  Peer slow;
  Peer peer;
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future();
  std::atomic<bool> asked = false;
  slow.inbox = [&](std::size_t before, const Peer::Arrival&) {
    asked = true;
    if (before == 0) released.wait();
    return status(202);
  };
  office.follow(slow, "ann");
  office.follow(peer, "ann");
  office.say("a1");
  while (!asked || peer.arrived().empty()) REQUIRE(office.courier->run_once());
  office.courier.reset();
  CHECK(office.count(FediState::waiting) == 1);
  release.set_value();
  office.courier = office.make();
  office.run();
  CHECK(office.count(FediState::delivered) == 2);
  CHECK(slow.arrived().size() == 2);
  CHECK(peer.arrived().size() == 1);
}

TEST_CASE("the schedule ends in days, with a little chance") {
  CHECK(retry_after(1, 0) == minute);
  CHECK(retry_after(3, 0) == 30 * minute);
  CHECK(retry_after(7, 0) == day);
  CHECK(retry_after(100, 0) == day);
  CHECK(retry_after(1, 0.999) < minute * 3 / 2);
  CHECK(retry_after(1, 0.5) == minute * 5 / 4);
}

TEST_CASE("what was on its way when the program ended a week ago goes on") {
  Office office;
  Peer peer;
  office.follow(peer, "ann");
  office.say("a1");
  office.clock.advance(8 * day);
  REQUIRE(office.store->write(
      [&](Db& db) { return fedi_rows::prune(db, office.clock.now() - limits::delivered_kept); }));
  office.run();
  CHECK(peer.arrived().size() == 1);
}

TEST_CASE("who follows after an announcement hears of the next one only") {
  Office office;
  Peer peer;
  office.say("a1");
  office.clock.advance(1);
  office.follow(peer, "ann");
  office.run();
  CHECK(peer.arrived().empty());
  office.say("a2");
  office.run();
  CHECK(peer.arrived().size() == 1);
}
