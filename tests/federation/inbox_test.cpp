#include "federation/inbox.hpp"

#include <doctest/doctest.h>

#include "federation/blocks.hpp"
#include "federation/house.hpp"
#include "federation/quotes.hpp"
#include "federation/replies.hpp"
#include "federation/reports.hpp"
#include "federation/self_check.hpp"

using namespace carillon;
using rig::activity;
using rig::follow;
using rig::House;
using rig::note;
using rig::Peer;
using rig::us;

namespace {

json::object reply(const Peer& peer, const std::string& content = "<p>Nice</p>") {
  return {{"id", json::string(peer.origin + "/notes/1")},
          {"type", "Note"},
          {"attributedTo", json::string(peer.actor("ann"))},
          {"inReplyTo", json::string(note)},
          {"content", json::string(content)},
          {"to", "https://www.w3.org/ns/activitystreams#Public"}};
}

}  // namespace

TEST_CASE("a Follow counts once and is answered by an Accept in the queue, by both schemes") {
  for (const SignatureScheme scheme : {SignatureScheme::cavage, SignatureScheme::rfc9421}) {
    Peer peer;
    House house;
    const Signer ann = peer.signer("ann");
    CHECK(house.post(follow(peer), ann, scheme).status == 202);
    CHECK(house.post(follow(peer), ann, scheme).status == 202);
    CHECK(house.followers() == 1);
    const auto waiting = house.waiting();
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].inbox == peer.actor("ann") + "/inbox");
    const auto body =
        house.store->read([&](Db& db) { return fedi_rows::body_of(db, waiting[0].activity); });
    const json::value accept = *parse_json(*body);
    CHECK(accept.at("type") == "Accept");
    CHECK(accept.at("actor") == json::value(us));
    CHECK(accept.at("object").at("id") == json::value(peer.origin + "/act/1"));
    CHECK(peer.fetched() == 1);
    CHECK(house.post(activity(peer, "Undo", *parse_json(follow(peer)), "2"), ann).status == 202);
    CHECK(house.followers() == 0);
    CHECK(peer.fetched() == 1);
  }
}

TEST_CASE("an Undo takes away only what its actor did") {
  Peer peer;
  House house;
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 202);
  json::object other = parse_json(follow(peer))->as_object();
  other["actor"] = json::string(peer.actor("bob"));
  CHECK(house.post(activity(peer, "Undo", other, "2"), peer.signer("ann")).status == 202);
  CHECK(house.followers() == 1);
  CHECK(house
            .post(activity(peer, "Undo", json::string(peer.origin + "/act/1"), "3"),
                  peer.signer("ann"))
            .status == 202);
  CHECK(house.followers() == 0);
}

TEST_CASE("what is forged is refused and keeps nothing") {
  Peer peer;
  Peer other;
  House house;
  const Signer ann = peer.signer("ann");
  CHECK(house.post(follow(peer), {ann.key_id, other.key}).status == 401);
  CHECK(house.post(follow(peer), peer.signer("bob")).status == 401);
  CHECK(house.post(follow(peer), other.signer("ann")).status == 401);
  const auto elsewhere = [&](HttpRequest& request) { request.body += " "; };
  CHECK(house.post(follow(peer), ann, SignatureScheme::cavage, elsewhere).status == 401);
  CHECK(house.post(follow(peer), ann, SignatureScheme::rfc9421, elsewhere).status == 401);
  const auto unsigned_ = [&](HttpRequest& request) { request.headers.remove("Signature"); };
  CHECK(house.post(follow(peer), ann, SignatureScheme::cavage, unsigned_).status == 401);
  json::object foreign = parse_json(follow(peer))->as_object();
  foreign["id"] = json::string(other.origin + "/act/1");
  CHECK(house.post(json::serialize(foreign), ann).status == 401);
  CHECK(house.followers() == 0);
  CHECK(house.waiting().empty());
}

TEST_CASE("a signature for another host is not taken here") {
  Peer peer;
  House house;
  HttpRequest there{.method = "POST", .url = "https://example.net/inbox", .body = follow(peer)};
  there.headers.set("Content-Type", std::string(activity_type));
  REQUIRE(sign_request(there, SignatureScheme::cavage, peer.signer("ann"), house.clock.now()));
  const auto replayed = [&](HttpRequest& request) {
    request.headers = there.headers;
    request.headers.set("Host", "example.net");
  };
  CHECK(house.post(follow(peer), peer.signer("ann"), SignatureScheme::cavage, replayed).status ==
        401);
}

TEST_CASE("an account that is not what it says is refused, and not read again at once") {
  const std::vector<std::function<void(json::object&)>> bends{
      [](json::object& it) { it["id"] = "https://example.com/users/ann"; },
      [](json::object& it) { it["publicKey"].as_object()["owner"] = "https://example.com/u"; },
      [](json::object& it) { it["publicKey"].as_object()["id"] = "https://example.com/u#k"; },
      [](json::object& it) { it["publicKey"].as_object()["publicKeyPem"] = "nonsense"; },
      [](json::object& it) { it.erase("inbox"); }};
  for (const auto& bend : bends) {
    Peer peer;
    peer.bend = bend;
    House house;
    CHECK(house.post(follow(peer), peer.signer("ann")).status == 401);
    CHECK(house.post(follow(peer), peer.signer("ann")).status == 401);
    CHECK(peer.fetched() == 1);
    house.clock.advance(limits::refused_for + second);
    peer.bend = [](json::object&) {};
    CHECK(house.post(follow(peer), peer.signer("ann")).status == 202);
  }
}

TEST_CASE("an account on this machine is not read unless the switch for tests is on") {
  Peer peer;
  House house;
  house.trust = Trust::foreign;
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 401);
  CHECK(peer.fetched() == 0);
}

TEST_CASE("a new key under the same name is read, at most once a minute") {
  Peer peer;
  House house;
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 202);
  peer.key = *PrivateKey::make(Signing::rs256);
  CHECK(house.post(follow(peer, "2"), peer.signer("ann")).status == 401);
  CHECK(peer.fetched() == 1);
  house.clock.advance(limits::actor_fresh + second);
  CHECK(house.post(follow(peer, "2"), peer.signer("ann")).status == 202);
  CHECK(peer.fetched() == 2);
}

TEST_CASE("an end of somebody nobody knew is answered before anything is read") {
  Peer peer;
  House house;
  const std::string end = activity(peer, "Delete", json::string(peer.actor("ann")));
  CHECK(house.post(end, peer.signer("ann")).status == 202);
  CHECK(peer.fetched() == 0);
  CHECK(house.post(follow(peer, "2"), peer.signer("ann")).status == 202);
  CHECK(house.post(end, {peer.signer("ann").key_id, *PrivateKey::make(Signing::rs256)}).status ==
        401);
  CHECK(house.followers() == 1);
  CHECK(house.post(end, peer.signer("ann")).status == 202);
  CHECK(house.followers() == 0);
}

TEST_CASE("likes, boosts and replies are counted once, and go away again") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  const json::value ours = json::string(note);
  for (const char* id : {"1", "2"}) {
    CHECK(house.post(activity(peer, "Like", ours, std::string("l") + id), ann).status == 202);
    CHECK(house.post(activity(peer, "Announce", ours, std::string("a") + id), ann).status == 202);
    CHECK(house.post(activity(peer, "Create", reply(peer), std::string("c") + id), ann).status ==
          202);
  }
  CHECK(house.post(activity(peer, "Like", "https://example.org/posts/none/", "l3"), ann).status ==
        202);
  CHECK(house.counts().likes == 1);
  CHECK(house.counts().boosts == 1);
  CHECK(house.counts().replies == 1);
  CHECK(house
            .post(activity(peer, "Undo",
                           json::object{{"type", "Like"},
                                        {"actor", json::string(peer.actor("ann"))},
                                        {"object", ours}},
                           "u1"),
                  ann)
            .status == 202);
  CHECK(house.post(activity(peer, "Delete", json::string(peer.origin + "/notes/1"), "d1"), ann)
            .status == 202);
  CHECK(house.counts().likes == 0);
  CHECK(house.counts().replies == 0);
  CHECK(house.counts().boosts == 1);
}

TEST_CASE("a reply in somebody else's name, a private one and one too long are not kept") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  json::object other = reply(peer);
  other["attributedTo"] = json::string(peer.actor("bob"));
  json::object secret = reply(peer);
  secret["to"] = json::string(us);
  json::object stolen = reply(peer);
  stolen["id"] = "https://example.com/notes/1";
  int number = 0;
  for (const json::object& one :
       {other, secret, stolen, reply(peer, std::string(limits::reply_bytes + 1, 'a'))}) {
    const std::string id = std::to_string(++number);
    CHECK(house.post(activity(peer, "Create", one, id), ann).status == 202);
    CHECK(house.counts().replies == 0);
  }
}

TEST_CASE("who is blocked is refused before anything is read, and by name once it is known") {
  Peer peer;
  peer.bend = [](json::object& it) { it["preferredUsername"] = "Ann"; };
  House house;
  const auto block = [&](const std::string& text) {
    REQUIRE(house.store->write([&](Db& db) { return fedi_rows::add(db, *read_block(text)); }));
  };
  block("@ann@" + peer.host());
  CHECK(house.post(follow(peer), peer.signer("ann")).status == 403);
  CHECK(peer.fetched() == 1);
  CHECK(house.post(follow(peer, "2"), peer.signer("ann")).status == 403);
  CHECK(peer.fetched() == 1);
  CHECK(house.followers() == 0);
  CHECK(house.waiting().empty());

  Peer other;
  block(other.host());
  CHECK(house.post(follow(other), other.signer("ann")).status == 403);
  CHECK(other.fetched() == 0);
}

TEST_CASE("who blocks us follows no more, and hears nothing again") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  CHECK(house.post(follow(peer), ann).status == 202);
  CHECK(house.post(activity(peer, "Block", "https://example.com/u", "2"), ann).status == 202);
  CHECK(house.followers() == 1);
  CHECK(house.post(activity(peer, "Block", json::string(us), "3"), ann).status == 202);
  CHECK(house.followers() == 0);
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub/#Flag: a report is kept as plain text, once") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  const auto reports = [&](bool open_only) {
    return *house.store->read([&](Db& db) { return fedi_rows::reports(db, open_only); });
  };
  json::object flag =
      parse_json(activity(peer, "Flag", json::array{json::string(us), json::string(note)}))
          ->as_object();
  flag["content"] = "Is <script>x</script> this <b>right</b>?";
  CHECK(house.post(json::serialize(flag), ann).status == 202);
  CHECK(house.post(json::serialize(flag), ann).status == 202);
  CHECK(house.post(activity(peer, "Flag", "https://example.com/u", "2"), ann).status == 202);
  REQUIRE(reports(true).size() == 1);
  const FediReport report = reports(true)[0];
  CHECK(report.about == note);
  CHECK(report.host == peer.host());
  CHECK(report.words.find('<') == std::string::npos);
  const auto mark = [&](const std::string& who) {
    return *house.store->write(
        [&](Db& db) { return fedi_rows::mark_seen(db, report.id, who, house.clock.now()); });
  };
  CHECK(mark("kim").person == "kim");
  CHECK(mark("lee").person == "kim");
  CHECK(reports(true).empty());
  CHECK(reports(false).size() == 1);
}

TEST_CASE("a reply is kept as plain text, worked through, and unseen again when it is changed") {
  Peer peer;
  peer.bend = [](json::object& it) { it["preferredUsername"] = "ann"; };
  House house;
  const Signer ann = peer.signer("ann");
  const auto replies = [&](std::optional<ReplyState> state) {
    return *house.store->read([&](Db& db) { return fedi_rows::replies(db, state, 10); });
  };
  const auto say = [&](const std::string& type, const std::string& id, const std::string& html) {
    CHECK(house.post(activity(peer, type, reply(peer, html), id), ann).status == 202);
  };
  say("Create", "1",
      "<p>Nice <a href=\"javascript:x\" onclick=\"x\">tea</a> &lt;3</p>"
      "<img src=x onerror=alert(1)><p>Bye</p>");
  REQUIRE(replies({}).size() == 1);
  const FediReply first = replies({})[0];
  CHECK(first.content.starts_with("Nice tea <3\n"));
  CHECK(first.content.find("onerror") == std::string::npos);
  CHECK(first.state == ReplyState::unseen);
  CHECK(first.name == "ann");
  CHECK(first.host == peer.host());
  CHECK(first.uri == peer.origin + "/notes/1");
  CHECK(first.post == note);
  const auto mark = [&](const std::string& id, ReplyState state, const std::string& who) {
    return house.store->write(
        [&](Db& db) { return fedi_rows::mark_reply(db, id, state, who, house.clock.now()); });
  };
  CHECK(mark(first.id, ReplyState::seen, "kim")->person == "kim");
  CHECK(mark(first.id, ReplyState::answered, "lee")->person == "lee");
  CHECK(mark("none", ReplyState::seen, "kim").error().fault == Fault::not_found);
  CHECK(replies(ReplyState::unseen).empty());
  REQUIRE(replies(ReplyState::answered).size() == 1);
  CHECK(replies(ReplyState::answered)[0].changed == house.clock.now());
  // The same words again change nothing, other words do.
  say("Update", "2", "<p>Nice tea &lt;3</p><p>Bye</p>");
  CHECK(replies(ReplyState::answered).size() == 1);
  say("Update", "3", "<p>Horrid tea</p>");
  CHECK(replies(ReplyState::unseen).size() == 1);
  CHECK(house.store->read([](Db& db) { return fedi_rows::count_replies(db, ReplyState::unseen); })
            ->count == 1);
  CHECK(house.counts().replies == 1);
}

TEST_CASE(
    "the warning before a reply is kept as one line of plain text, and is new when it changes") {
  Peer peer;
  House house;
  const auto say = [&](const std::string& type, const std::string& id, const json::value& warning) {
    json::object said = reply(peer, "<p>He dies</p>");
    said["summary"] = warning;
    CHECK(house.post(activity(peer, type, said, id), peer.signer("ann")).status == 202);
  };
  const auto replies = [&](std::optional<ReplyState> state) {
    return *house.store->read([&](Db& db) { return fedi_rows::replies(db, state, 10); });
  };
  say("Create", "1", "Spoilers<br>of <i onclick=x>Dune</i>");
  REQUIRE(replies({}).size() == 1);
  CHECK(replies({})[0].warning == "Spoilers of Dune");
  CHECK(replies({})[0].content == "He dies");
  REQUIRE(house.store->write([&](Db& db) {
    return fedi_rows::mark_reply(db, replies({})[0].id, ReplyState::seen, "kim", 1);
  }));
  say("Update", "2", "Spoilers of Dune");
  CHECK(replies(ReplyState::seen).size() == 1);
  say("Update", "3", nullptr);
  REQUIRE(replies(ReplyState::unseen).size() == 1);
  CHECK(replies({})[0].warning.empty());
  // One that is longer than any line is no reply that is kept.
  say("Update", "4", json::string(std::string(limits::reply_bytes, 'w')));
  CHECK(replies({})[0].warning.empty());
}

TEST_CASE("FEP-044f: who asks to quote a post gets it in writing") {
  Peer peer;
  House house;
  const std::string quote = peer.origin + "/notes/2";
  json::object asked = parse_json(activity(peer, "QuoteRequest", json::string(note)))->as_object();
  asked["instrument"] = json::object{{"id", json::string(quote)}, {"type", "Note"}};
  CHECK(house.post(json::serialize(asked), peer.signer("ann")).status == 202);
  const auto waiting = house.waiting();
  REQUIRE(waiting.size() == 1);
  const auto body =
      house.store->read([&](Db& db) { return fedi_rows::body_of(db, waiting[0].activity); });
  const json::value accept = *parse_json(*body);
  CHECK(accept.at("type") == "Accept");
  CHECK(accept.at("object").at("instrument") == json::value(quote));
  const std::string result(accept.at("result").as_string());
  const std::string path = result.substr(house.site.origin().size());
  const HttpQuery query{.method = "GET", .target = path, .path = path};
  const auto answer = answer_quote(house.site, *house.store, query);
  REQUIRE(answer);
  const json::value written = *parse_json(answer->body);
  CHECK(written.at("id") == json::value(result));
  CHECK(written.at("type") == "QuoteAuthorization");
  CHECK(written.at("attributedTo") == json::value(us));
  CHECK(written.at("interactingObject") == json::value(quote));
  CHECK(written.at("interactionTarget") == json::value(note));

  asked["id"] = json::string(peer.origin + "/act/2");
  asked["object"] = "https://example.org/posts/none/";
  CHECK(house.post(json::serialize(asked), peer.signer("ann")).status == 202);
  asked["id"] = json::string(peer.origin + "/act/3");
  asked["object"] = json::string(note);
  asked["instrument"] = "https://example.com/notes/3";
  CHECK(house.post(json::serialize(asked), peer.signer("ann")).status == 202);
  CHECK(house.waiting().size() == 1);
  const std::string none = "/actors/news/quotes/none";
  CHECK(answer_quote(house.site, *house.store, {.method = "GET", .target = none, .path = none})
            ->status == 404);
}

TEST_CASE("what is no activity is refused with a sentence, what is unknown is thanked for") {
  Peer peer;
  House house;
  const Signer ann = peer.signer("ann");
  CHECK(house.post("{", ann).status == 400);
  CHECK(house.post("[]", ann).status == 400);
  CHECK(house.post(std::string(200, '[') + std::string(200, ']'), ann).status == 400);
  CHECK(house.post(std::string(limits::inbox_bytes + 1, ' '), ann).status == 413);
  CHECK(house.post(activity(peer, "Teleport", json::string(note)), ann).status == 202);
  const auto html = [](HttpRequest& request) { request.headers.set("Content-Type", "text/html"); };
  CHECK(house.post(follow(peer), ann, SignatureScheme::cavage, html).status == 415);
}

TEST_CASE("the account itself learns what came of its request, and is kept nowhere") {
  House house;
  FediAccount account = rig::our_account();
  account.public_key = house.signer.key.public_pem();
  house.site = FediSite(account, {}, {});
  const std::string body = json::serialize(self_check_of(account, "1", 100));
  const HttpAnswer answer = house.post(body, house.signer);
  CHECK(answer.status == 200);
  const auto came = from_json<SelfChecked>(*parse_json(answer.body));
  REQUIRE(came.has_value());
  CHECK_FALSE(came->forwarded_for);
  CHECK(house.post(body, house.signer, SignatureScheme::rfc9421).status == 200);
  CHECK(house.http.counts().requests == 0);
  // Nobody else is told, and nobody follows themselves.
  const Signer other{house.signer.key_id, *PrivateKey::make(Signing::rs256)};
  CHECK(house.post(body, other).status == 401);
  json::object follow = self_check_of(account, "2", 0);
  follow["type"] = "Follow";
  CHECK(house.post(json::serialize(follow), house.signer).status == 200);
  CHECK(house.followers() == 0);
}
