#include "federation/authorized_fetch.hpp"

#include <doctest/doctest.h>

#include "federation/blocks.hpp"
#include "federation/house.hpp"

using namespace carillon;
using rig::House;
using rig::note;
using rig::Peer;

namespace {

const std::string post = "/posts/tea/";

}  // namespace

TEST_CASE("swicg.github.io authorized fetch: an object goes to who signs, by both schemes") {
  for (const SignatureScheme scheme : {SignatureScheme::cavage, SignatureScheme::rfc9421}) {
    Peer peer;
    House house;
    const HttpAnswer shown = house.get(post, peer.signer("ann"), scheme);
    CHECK(shown.status == 200);
    CHECK(shown.headers.get("Vary") == "Accept, Signature");
    CHECK(shown.headers.get("Cache-Control").starts_with("private"));
    CHECK(parse_json(shown.body)->at("id") == json::value(note));
    for (const char* path : {"/actors/news/outbox", "/actors/news/followers", "/posts/tea/replies"})
      CHECK(house.get(path, peer.signer("ann"), scheme).status == 200);
    CHECK(peer.fetched() == 1);
  }
}

TEST_CASE("who does not sign, or not as it says, reads nothing but the account") {
  Peer peer;
  Peer other;
  House house;
  const HttpAnswer refused = house.get(post, std::nullopt);
  CHECK(refused.status == 401);
  CHECK(refused.body.find("posts/tea") == std::string::npos);
  CHECK(refused.headers.get("Vary") == "Accept, Signature");
  CHECK(refused.headers.get("Cache-Control") == "no-store");
  for (const char* path : {"/actors/news/outbox", "/actors/news/followers",
                           "/actors/news/following", "/actors/news/featured", "/posts/tea/replies"})
    CHECK(house.get(path, std::nullopt).status == 401);
  for (const char* path : {"/actors/news", "/.well-known/nodeinfo", "/nodeinfo/2.1"})
    CHECK(house.get(path, std::nullopt).status == 200);
  const Signer ann = peer.signer("ann");
  CHECK(house.get(post, Signer{ann.key_id, other.key}).status == 401);
  CHECK(house.get(post, Signer{"not an address", peer.key}).status == 401);
  const auto stolen = [&](HttpRequest& request) {
    request.url = "https://example.org/actors/news/outbox";
    REQUIRE(sign_request(request, SignatureScheme::cavage, ann, house.clock.now()));
  };
  CHECK(house.get(post, ann, SignatureScheme::cavage, stolen).status == 401);
  const auto old = [&](HttpRequest& request) {
    REQUIRE(sign_request(request, SignatureScheme::cavage, ann, house.clock.now() - 2 * hour));
  };
  CHECK(house.get(post, ann, SignatureScheme::cavage, old).status == 401);
}

TEST_CASE("who is blocked reads nothing, and is asked nothing") {
  Peer peer;
  House house;
  const auto block = [&](const std::string& text) {
    REQUIRE(house.store->write([&](Db& db) { return fedi_rows::add(db, *read_block(text)); }));
  };
  peer.bend = [](json::object& it) { it["preferredUsername"] = "ann"; };
  block("@ann@" + peer.host());
  CHECK(house.get(post, peer.signer("ann")).status == 403);
  CHECK(house.get(post, peer.signer("ann")).body.find("posts/tea") == std::string::npos);
  Peer other;
  block(other.host());
  CHECK(house.get(post, other.signer("bob")).status == 403);
  CHECK(other.fetched() == 0);
}

TEST_CASE("docs.gotosocial.org http_signatures #quirks: a key with an address of its own") {
  Peer peer;
  House house;
  const std::string key_id = peer.actor("ann") + "/main-key";
  peer.bend = [&](json::object& it) {
    it["id"] = json::string(peer.actor("ann"));
    json::object& key = it["publicKey"].as_object();
    key["id"] = json::string(key_id);
    key["owner"] = json::string(peer.actor("ann"));
  };
  CHECK(house.get(post, Signer{key_id, peer.key}).status == 200);
  CHECK(house.get(post, Signer{key_id, peer.key}).status == 200);
  CHECK(peer.fetched() == 2);
}
