// The rules that Mastodon writes down for servers that speak with it, each by its page. What a
// post, an account and a report must have stands in site_test and inbox_test under the same names.
#include <doctest/doctest.h>

#include "federation/activity.hpp"
#include "federation/house.hpp"

using namespace carillon;
using rig::activity;
using rig::follow;
using rig::House;
using rig::note;
using rig::Peer;
using rig::us;

namespace {

constexpr SignatureScheme both[] = {SignatureScheme::cavage, SignatureScheme::rfc9421};

json::value get(const FediSite& from, const std::string& target) {
  HttpQuery query{.method = "GET", .target = target};
  const std::size_t mark = target.find('?');
  query.path = query.target.substr(0, mark);
  if (mark != std::string::npos) query.query = query.target.substr(mark + 1);
  query.headers = {{"Accept", activity_type}};
  const auto answer = from.answer(query);
  REQUIRE(answer);
  CHECK(answer->status == 200);
  return parse_json(answer->body).value_or(json::value());
}

}  // namespace

TEST_CASE("docs.joinmastodon.org/spec/security/#http: an hour of skew is taken, more is refused") {
  for (const SignatureScheme scheme : both) {
    Peer peer;
    House house;
    const Signer ann = peer.signer("ann");
    int number = 0;
    const auto at = [&](Micros off) {
      const auto late = [&](HttpRequest& request) {
        REQUIRE(sign_request(request, scheme, ann, house.clock.now() + off));
      };
      return house.post(follow(peer, std::to_string(++number)), ann, scheme, late).status;
    };
    for (const Micros off : {Micros{0}, hour, -hour, 59 * minute}) CHECK(at(off) == 202);
    for (const Micros off : {hour + second, -hour - second, day, -day}) CHECK(at(off) == 401);
  }
}

TEST_CASE("docs.joinmastodon.org/spec/security/#digest: a POST is of the digest of its body") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  const auto with = [&](SignatureScheme scheme, const char* name, const std::string& value) {
    const auto bend = [&](HttpRequest& request) {
      request.headers.remove(name);
      if (!value.empty()) request.headers.set(name, value);
    };
    return house.post(follow(peer), ann, scheme, bend).status;
  };
  const std::string other = digest_of("another body");
  for (const std::string& wrong : {std::string(), other, std::string("SHA-256="), "MD5=" + other}) {
    CAPTURE(wrong);
    CHECK(with(SignatureScheme::cavage, "Digest", wrong) == 401);
  }
  for (const std::string& wrong : {std::string(), content_digest_of("another body"),
                                   std::string("sha-256=::"), std::string("md5=:AAAA:")})
    CHECK(with(SignatureScheme::rfc9421, "Content-Digest", wrong) == 401);
  CHECK(house.followers() == 0);
  CHECK(with(SignatureScheme::cavage, "X-Nothing", "") == 202);
}

TEST_CASE("docs.joinmastodon.org/spec/security/#http: what must be signed is signed by us") {
  House house;
  HttpRequest post{.method = "POST", .url = "https://social.example/inbox", .body = "{}"};
  post.headers.set("Content-Type", std::string(activity_type));
  REQUIRE(sign_request(post, SignatureScheme::cavage, house.signer, house.clock.now()));
  const std::string signature(post.headers.get("Signature"));
  CHECK(signature.find("keyId=\"" + us + "#main-key\"") != std::string::npos);
  CHECK(signature.find("algorithm=\"rsa-sha256\"") != std::string::npos);
  CHECK(signature.find("headers=\"(request-target) host date digest content-type\"") !=
        std::string::npos);
  CHECK(post.headers.get("Digest").starts_with("SHA-256="));
  HttpRequest get{.url = "https://social.example/users/ann"};
  REQUIRE(sign_request(get, SignatureScheme::cavage, house.signer, house.clock.now()));
  CHECK(get.headers.get("Signature").find("headers=\"(request-target) host date\"") !=
        std::string::npos);
}

TEST_CASE(
    "docs.joinmastodon.org/spec/security/#http: who reads accounts asks by a signed GET, with "
    "Accept") {
  Peer peer;
  House house;
  std::string accept;
  peer.shows = [&](const HttpQuery& query) {
    SignedMessage message{"GET", peer.origin, query.target, "", {}};
    for (const auto& [name, value] : query.headers)
      message.headers.add(std::string(name), std::string(value));
    accept = query.header("Accept");
    const auto claim = read_claim(message, house.clock.now());
    return claim && claim->key_id == us + "#main-key" &&
           check_claim(*claim, *public_key_of(house.signer.key.public_pem()));
  };
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 202);
  CHECK(accept ==
        "application/activity+json, application/ld+json; "
        "profile=\"https://www.w3.org/ns/activitystreams\"");
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub/#payloads: both names of a body's type") {
  Peer peer;
  House house;
  int number = 0;
  const auto typed = [&](const std::string& type) {
    const auto bend = [&](HttpRequest& request) { request.headers.set("Content-Type", type); };
    return house
        .post(follow(peer, std::to_string(++number)), peer.signer("ann"), SignatureScheme::rfc9421,
              bend)
        .status;
  };
  CHECK(typed("application/activity+json") == 202);
  CHECK(typed("application/activity+json; charset=utf-8") == 202);
  CHECK(typed("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"") == 202);
  CHECK(typed("application/ld+json") == 415);
  CHECK(typed("application/json") == 415);
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub/#sharedInbox: one inbox for all of a server") {
  Peer peer;
  House house;
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 202);
  json::object bob = parse_json(follow(peer, "2"))->as_object();
  bob["actor"] = json::string(peer.actor("bob"));
  CHECK(house.post(json::serialize(bob), peer.signer("bob")).status == 202);
  const auto targets = *house.store->read([](Db& db) {
    return db.all<fedi_rows::FediFollower>(
        "select actor, inbox, target, host, follow, since from fedi_follower");
  });
  REQUIRE(targets.size() == 2);
  for (const auto& one : targets) CHECK(one.target == peer.origin + "/inbox");
  const json::value actor = get(house.site, "/actors/news");
  CHECK(actor.at("endpoints").at("sharedInbox") == "https://example.org/inbox");
  CHECK(is_inbox(house.site, "/inbox"));
  CHECK(is_inbox(house.site, "/actors/news/inbox"));
}

TEST_CASE(
    "docs.joinmastodon.org/spec/activitypub/#Follow: the Accept has the Follow, and its time") {
  Peer peer;
  House house;
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 202);
  const auto waiting = house.waiting();
  REQUIRE(waiting.size() == 1);
  const auto body =
      house.store->read([&](Db& db) { return fedi_rows::body_of(db, waiting[0].activity); });
  const json::value accept = *parse_json(*body);
  CHECK(accept.at("object").at("type") == "Follow");
  CHECK(accept.at("object").at("actor") == json::value(peer.actor("ann")));
  CHECK(accept.at("object").at("object") == json::value(us));
  CHECK(accept.at("published") == "2026-11-24T10:22:03Z");
}

TEST_CASE("docs.joinmastodon.org/spec/webfinger: aliases lead to the account, and it leads back") {
  House house;
  const json::value handle =
      get(house.site, "/.well-known/webfinger?resource=acct:news@example.org");
  CHECK(handle.at("subject") == "acct:news@example.org");
  REQUIRE_FALSE(handle.at("aliases").as_array().empty());
  for (const json::value& alias : handle.at("aliases").as_array()) {
    const std::string resource(alias.as_string());
    CHECK(get(house.site, "/.well-known/webfinger?resource=" + resource) == handle);
  }
  const json::value actor = get(house.site, "/actors/news");
  CHECK(handle.at("aliases").at(0) == actor.at("id"));
  CHECK(handle.at("links").at(0).at("href") == actor.at("id"));
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub/#Delete: whose post it is may delete it") {
  Peer peer;
  House house;
  const json::object said{{"id", json::string(peer.origin + "/notes/1")},
                          {"type", "Note"},
                          {"attributedTo", json::string(peer.actor("ann"))},
                          {"inReplyTo", json::string(note)},
                          {"content", "hi :blobcat:"},
                          {"to", "https://www.w3.org/ns/activitystreams#Public"}};
  CHECK(house.post(activity(peer, "Create", said), peer.signer("ann")).status == 202);
  json::object other =
      parse_json(activity(peer, "Delete", json::string(peer.origin + "/notes/1"), "2"))
          ->as_object();
  other["actor"] = json::string(peer.actor("bob"));
  CHECK(house.post(json::serialize(other), peer.signer("bob")).status == 202);
  CHECK(house.counts().replies == 1);
  const json::object tombstone{{"id", json::string(peer.origin + "/notes/1")},
                               {"type", "Tombstone"}};
  CHECK(house.post(activity(peer, "Delete", tombstone, "3"), peer.signer("ann")).status == 202);
  CHECK(house.counts().replies == 0);
}

TEST_CASE(
    "docs.joinmastodon.org/spec/activitypub/#Move: only who is named by the new account moves") {
  Peer old;
  Peer fresh;
  House house;
  const Signer ann = old.signer("ann");
  const auto follows = [&](const std::string& who) {
    return *house.store->read([&](Db& db) { return fedi_rows::follows(db, who); });
  };
  const auto move = [&](const std::string& id) {
    json::object out =
        parse_json(activity(old, "Move", json::string(old.actor("ann")), id))->as_object();
    out["target"] = json::string(fresh.actor("ann"));
    return json::serialize(out);
  };
  CHECK(house.post(move("0"), ann).status == 202);
  CHECK(fresh.fetched() == 0);
  CHECK(house.post(follow(old), ann).status == 202);
  CHECK(house.post(move("2"), ann).status == 202);
  CHECK(follows(old.actor("ann")));
  // Somebody else's end is nobody's to tell.
  json::object other = parse_json(move("0"))->as_object();
  other["id"] = json::string(old.origin + "/act/other");
  other["object"] = json::string(old.actor("bob"));
  CHECK(house.post(json::serialize(other), ann).status == 202);
  CHECK(fresh.fetched() == 1);
  fresh.bend = [&](json::object& it) { it["alsoKnownAs"] = json::string(old.actor("bob")); };
  CHECK(house.post(move("3"), ann).status == 202);
  CHECK(follows(old.actor("ann")));
  fresh.bend = [&](json::object& it) {
    it["alsoKnownAs"] = json::array{json::string(old.actor("ann"))};
  };
  CHECK(house.post(move("4"), ann).status == 202);
  CHECK_FALSE(follows(old.actor("ann")));
  CHECK(follows(fresh.actor("ann")));
  CHECK(house.followers() == 1);
}
