#include "federation/finding.hpp"

#include <doctest/doctest.h>

#include "federation/peer.hpp"
#include "federation/ties.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using rig::our_account;
using rig::Peer;

namespace {

struct Room {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  HttpClient http;
  SystemClock clock;
  Signer signer{"https://example.org/actors/news#main-key", *PrivateKey::make(Signing::rs256)};
  PeerMemory memory;
  Result<FarAccount> find(const std::string& text, Trust trust = Trust::admin) {
    return find_far_account({http, *store, clock, signer, trust}, memory, text);
  }
};

}  // namespace

TEST_CASE("a name of an account is read as people write it, and nothing else is") {
  CHECK(read_far_name("@Old@Example.org")->handle() == "@old@example.org");
  CHECK(read_far_name(" old@127.0.0.1:8443 ")->host == "127.0.0.1:8443");
  for (const char* text :
       {"", "@", "old", "@old", "@old@", "@@example.org", "a@b@c.example", "o ld@example.org",
        "old@example.org/x", "old@user@example.org", "old@example.org?x=1", "old@ex ample.org"}) {
    CAPTURE(text);
    CHECK(!read_far_name(text).has_value());
  }
}

TEST_CASE("WebFinger names the account by a link of the right kind") {
  const auto account = [](const char* answer) { return account_in(*parse_json(answer)); };
  CHECK(account(R"({"links": [
    {"rel": "self", "type": "text/html", "href": "https://a.example/page"},
    {"rel": "other", "type": "application/activity+json", "href": "https://a.example/x"},
    {"rel": "self", "href": "https://a.example/u",
     "type": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""}]})") ==
        "https://a.example/u");
  for (const char* answer : {"{}", "[]", "3", R"({"links": {}})", R"({"links": [3, {}]})",
                             R"({"links": [{"rel": "self", "type": 3, "href": 4}]})"}) {
    CAPTURE(answer);
    CHECK(account(answer).empty());
  }
}

TEST_CASE("an account is found by its handle and by its address, as its server shows it now") {
  Peer peer;
  peer.bend = [&](json::object& out) {
    out["alsoKnownAs"] = json::string("https://example.org/actors/news");
    out["movedTo"] = "https://c.example/u";
    out["followers"] = json::string(peer.actor("old") + "/followers");
    out["totalItems"] = 7;
    out["preferredUsername"] = "old";
  };
  Room room;
  const auto found = room.find("@old@" + peer.host());
  REQUIRE_MESSAGE(found.has_value(), found.error().what);
  CHECK(found->actor.id == peer.actor("old"));
  CHECK(found->also_known_as == std::vector<std::string>{"https://example.org/actors/news"});
  CHECK(found->moved_to == "https://c.example/u");
  CHECK(found->followers == 7);
  CHECK(room.find(peer.actor("old"))->handle == "@old@" + peer.host());
  CHECK(room.find("nobody@" + peer.host()).error().fault == Fault::not_found);
  // Nobody makes us ask in the private network.
  CHECK(!room.find("@old@" + peer.host(), Trust::foreign).has_value());
}

TEST_CASE("an account of another name than its own is none") {
  Peer peer;
  peer.bend = [&](json::object& out) { out["id"] = json::string(peer.actor("other")); };
  Room room;
  CHECK(room.find("@old@" + peer.host()).error().fault == Fault::denied);
}

TEST_CASE("the account shows where it came from and where it went, as long as that holds") {
  Room room;
  const auto ties = [&] { return *room.store->read(fedi_rows::ties); };
  const auto tie = [&](const char* account, TieKind kind) {
    return *room.store->write([&](Db& db) {
      return fedi_rows::tie(db, {account, kind, "@o@a.example", "kim", 5, 0});
    });
  };
  CHECK_FALSE(actor_document(our_account(), ties()).contains("alsoKnownAs"));
  CHECK_FALSE(actor_document(our_account(), ties()).contains("movedTo"));
  CHECK(tie("https://a.example/o", TieKind::from));
  CHECK_FALSE(tie("https://a.example/o", TieKind::from));
  CHECK(tie("https://b.example/n", TieKind::to));
  const json::object actor = actor_document(our_account(), ties());
  CHECK(actor.at("alsoKnownAs") == json::value(json::array{"https://a.example/o"}));
  CHECK(actor.at("movedTo") == "https://b.example/n");
  const auto untie = [&] {
    return *room.store->write(
        [](Db& db) { return fedi_rows::untie(db, TieKind::from, "https://a.example/o", 9); });
  };
  CHECK(untie());
  CHECK_FALSE(untie());
  CHECK(ties().also_known_as.empty());
  CHECK(tie("https://a.example/o", TieKind::from));
  CHECK(ties().also_known_as.size() == 1);
}

TEST_CASE("a Move names both accounts and goes to the followers") {
  const FediAccount us = our_account();
  const json::object move = move_of(us, "https://b.example/n", 9 * second);
  CHECK(move.at("type") == "Move");
  CHECK(move.at("actor") == json::value(us.id()));
  CHECK(move.at("object") == move.at("actor"));
  CHECK(move.at("target") == "https://b.example/n");
  CHECK(move.at("to") == json::value(json::array{json::string(us.followers())}));
  CHECK(move.contains("published"));
  const json::object update = actor_update_of(us, {{}, "https://b.example/n"}, 9 * second);
  CHECK(update.at("object").at("movedTo") == "https://b.example/n");
  CHECK_FALSE(update.at("object").as_object().contains("@context"));
  CHECK(update.at("id") != move.at("id"));
}
