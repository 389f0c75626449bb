#include "federation/polls.hpp"

#include <doctest/doctest.h>

#include "federation/house.hpp"
#include "federation/spread.hpp"
#include "federation/telling.hpp"

using namespace carillon;
using rig::activity;
using rig::House;
using rig::note;
using rig::Peer;

namespace {

FediPost asked(const House& house, bool several = false) {
  FediPost out;
  out.announcement = "meet";
  out.url = note;
  out.language = "en";
  out.published = house.clock.now();
  out.updated = out.published;
  out.poll = FediPoll{{"Lisbon", "Kyiv"}, several, out.published + day};
  return out;
}

FediSite site_of(const FediPost& post, Store& store) {
  return FediSite(rig::our_account(), {post},
                  {.followers = [] { return Result<std::int64_t>(0); },
                   .of_post = [](const std::string&) { return Result<FediCounts>(FediCounts{}); },
                   .tally =
                       [&store](const std::string& url) {
                         return store.read([&](Db& db) { return fedi_rows::tally(db, url); });
                       }});
}

std::string vote(const Peer& peer, const std::string& who, const std::string& choice,
                 const std::string& id) {
  json::object out =
      parse_json(activity(peer, "Create",
                          json::object{{"id", json::string(peer.origin + "/votes/" + id)},
                                       {"type", "Note"},
                                       {"name", json::string(choice)},
                                       {"attributedTo", json::string(peer.actor(who))},
                                       {"inReplyTo", json::string(note)},
                                       {"to", json::string(rig::us)}},
                          id))
          ->as_object();
  out["actor"] = json::string(peer.actor(who));
  return json::serialize(out);
}

// A house that asks, and what was chosen there.
struct Asking {
  Peer peer;
  House house;
  FediPost post;
  std::int64_t count = 0;
  explicit Asking(bool several = false) : post(asked(house, several)) {
    house.site = site_of(post, *house.store);
    REQUIRE(tell_posts(*house.store, house.clock, FediSite(rig::our_account(), {}, {})));
    REQUIRE(house.store->write([&](Db& db) {
      return fedi_rows::save(
          db, fedi_rows::FediFollower{"https://a.example/u", "https://a.example/u/inbox",
                                      "https://a.example/inbox", "a.example", "f", 0});
    }));
    CHECK(*tell_posts(*house.store, house.clock, house.site) == 1);
    CHECK(told().size() == 1);
  }
  int send(const std::string& who, const std::string& choice) {
    const std::string body = vote(peer, who, choice, std::to_string(++count));
    return house.post(body, peer.signer(who)).status;
  }
  FediTally tally() {
    return *house.store->read([](Db& db) { return fedi_rows::tally(db, note); });
  }
  std::int64_t tell() {
    const auto out = tell_polls(*house.store, house.clock, house.site);
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return *out;
  }
  // What was queued since the last call.
  std::vector<json::value> told() {
    std::vector<json::value> out;
    const Micros now = house.clock.now();
    while (true) {
      const auto one = *house.store->write(
          [&](Db& db) { return fedi_rows::claim_spread(db, now, now + limits::send_lease); });
      if (!one) return out;
      out.push_back(*parse_json(one->activity.body));
      REQUIRE(
          house.store->write([&](Db& db) { return fedi_rows::end_spread(db, one->activity.id); }));
    }
  }
};

}  // namespace

TEST_CASE("a poll is a Question with its options, its end and what was chosen") {
  House house;
  const FediPost post = asked(house);
  const FediTally tally{{{"Kyiv", 3}}, 3, false};
  json::object question = note_of(rig::our_account(), post, {}, tally);
  CHECK(question.at("type") == "Question");
  CHECK(question.at("endTime") == json::value("2026-11-25T10:22:03Z"));
  CHECK(question.at("votersCount") == 3);
  REQUIRE(question.at("oneOf").as_array().size() == 2);
  CHECK(question.at("oneOf").at(1).at("type") == "Note");
  CHECK(question.at("oneOf").at(1).at("name") == "Kyiv");
  CHECK(question.at("oneOf").at(1).at("replies").at("totalItems") == 3);
  CHECK(question.at("oneOf").at(0).at("replies").at("totalItems") == 0);
  CHECK_FALSE(question.contains("anyOf"));
  CHECK_FALSE(question.contains("closed"));
  CHECK(check_activity_streams(with_context(question)).has_value());
  question = note_of(rig::our_account(), asked(house, true), {}, {{}, 0, true});
  CHECK(question.contains("anyOf"));
  CHECK(question.at("closed") == question.at("endTime"));
  // How it goes is no edit: servers would say that the post was changed.
  const json::object update = tally_of(rig::our_account(), post, tally, house.clock.now() + hour);
  CHECK(update.at("type") == "Update");
  CHECK_FALSE(update.at("object").as_object().contains("updated"));
}

TEST_CASE("of one poll everybody has one vote, for an option, while it is open") {
  Asking it;
  CHECK(it.send("ann", "Kyiv") == 202);
  CHECK(it.send("ann", "Kyiv") == 202);
  CHECK(it.send("ann", "Lisbon") == 202);
  CHECK(it.send("bob", "Nowhere") == 202);
  CHECK(it.send("bob", "Lisbon") == 202);
  CHECK(it.tally().of("Kyiv") == 1);
  CHECK(it.tally().of("Lisbon") == 1);
  CHECK(it.tally().voters == 2);
  CHECK(it.house.counts().replies == 0);
  it.house.clock.advance(day);
  CHECK(it.send("eve", "Kyiv") == 202);
  CHECK(it.tally().voters == 2);
}

TEST_CASE("where several may be chosen each counts once, and voters are counted, not votes") {
  Asking it(true);
  for (const char* choice : {"Kyiv", "Lisbon", "Kyiv"}) CHECK(it.send("ann", choice) == 202);
  CHECK(it.tally().of("Kyiv") == 1);
  CHECK(it.tally().of("Lisbon") == 1);
  CHECK(it.tally().voters == 1);
}

TEST_CASE("a vote of somebody else's is none") {
  Asking it;
  json::object forged = parse_json(vote(it.peer, "bob", "Kyiv", "9"))->as_object();
  forged["actor"] = json::string(it.peer.actor("ann"));
  CHECK(it.house.post(json::serialize(forged), it.peer.signer("ann")).status == 202);
  CHECK(it.tally().voters == 0);
}

TEST_CASE(
    "followers hear now and then how a poll goes, and once how it ended; then nobody is known") {
  Asking it;
  CHECK(it.tell() == 0);
  CHECK(it.send("ann", "Kyiv") == 202);
  CHECK(it.tell() == 1);
  CHECK(it.send("bob", "Kyiv") == 202);
  CHECK(it.tell() == 0);
  it.house.clock.advance(limits::tally_rest);
  CHECK(it.tell() == 1);
  CHECK(it.tell() == 0);
  auto told = it.told();
  REQUIRE(told.size() == 2);
  CHECK(told[0].at("id") != told[1].at("id"));
  CHECK(told[1].at("object").at("votersCount") == 2);
  it.house.clock.advance(day);
  CHECK(it.tell() == 1);
  CHECK(it.tell() == 0);
  told = it.told();
  REQUIRE(told.size() == 1);
  CHECK(told[0].at("object").as_object().contains("closed"));
  CHECK(told[0].at("object").at("oneOf").at(1).at("replies").at("totalItems") == 2);
  CHECK(it.tally().ended);
  CHECK(it.tally().of("Kyiv") == 2);
  CHECK(it.house.store->read(fedi_rows::posts_with_votes)->empty());
}

TEST_CASE("the votes of an account that ends, and of a post that is gone, are forgotten") {
  Asking it;
  CHECK(it.send("ann", "Kyiv") == 202);
  CHECK(it.send("bob", "Kyiv") == 202);
  CHECK(it.house
            .post(activity(it.peer, "Delete", json::string(it.peer.actor("ann")), "99"),
                  it.peer.signer("ann"))
            .status == 202);
  CHECK(it.tally().voters == 1);
  const FediSite empty(rig::our_account(), {}, {});
  CHECK(*tell_polls(*it.house.store, it.house.clock, empty) == 0);
  CHECK(it.tally().voters == 0);
  CHECK(it.house.store->read(fedi_rows::posts_with_votes)->empty());
}

TEST_CASE("an edit of a post with a poll tells what was chosen so far") {
  Asking it;
  CHECK(it.send("ann", "Kyiv") == 202);
  it.post.revision = 2;
  it.post.updated = it.post.published + hour;
  it.house.site = site_of(it.post, *it.house.store);
  CHECK(*tell_posts(*it.house.store, it.house.clock, it.house.site) == 1);
  const auto told = it.told();
  REQUIRE(told.size() == 1);
  CHECK(told[0].at("object").at("votersCount") == 1);
  CHECK(told[0].at("object").as_object().contains("updated"));
}
