// Our side of the fediverse: a database, a site with one post, an inbox that other servers reach.
#pragma once

#include <future>
#include <memory>

#include "base/moment.hpp"
#include "federation/authorized_fetch.hpp"
#include "federation/inbox_queue.hpp"
#include "federation/limits.hpp"
#include "federation/peer.hpp"
#include "federation/queue.hpp"
#include "rig/test_db.hpp"

namespace carillon::rig {

inline const std::string note = "https://example.org/posts/tea/";
inline const std::string us = "https://example.org/actors/news";

inline FediSite our_site() {
  FediPost post;
  post.url = note;
  post.language = "en";
  const auto none = [] { return Result<std::int64_t>(0); };
  const auto nothing = [](const std::string&) { return Result<FediCounts>(FediCounts{}); };
  return FediSite(our_account(), {post}, {.followers = none, .of_post = nothing});
}

// The answer, when it is there.
inline HttpAnswer wait(HttpAnswer answer) {
  const auto later = std::move(answer.later);
  if (!later) return answer;
  std::promise<HttpAnswer> there;
  later->when_set([&](HttpAnswer one) { there.set_value(std::move(one)); });
  return there.get_future().get();
}

struct House {
  rig::TestDatabase database;
  std::unique_ptr<Store> store = database.open();
  HttpClient http;
  ManualClock clock{*parse_time("2026-11-24T10:22:03Z")};
  Signer signer{us + "#main-key", *PrivateKey::make(Signing::rs256)};
  FediSite site = our_site();
  PeerMemory memory;
  Trust trust = Trust::admin;
  InboxQueue inbox;

  [[nodiscard]] std::shared_ptr<const InboxHouse> inside() {
    return std::make_shared<const InboxHouse>(
        InboxHouse{site, {http, *store, clock, signer, trust}, memory});
  }
  // A POST of this body to the inbox, signed by `by`; `bend` may change it on the way.
  struct Letter {
    HttpRequest request;
    HttpQuery query;
  };
  [[nodiscard]] std::unique_ptr<Letter> letter(
      const std::string& body, const Signer& by, SignatureScheme scheme = SignatureScheme::cavage,
      const std::function<void(HttpRequest&)>& bend = [](HttpRequest&) {}) const {
    auto out = std::make_unique<Letter>();
    HttpRequest& request = out->request;
    request = {.method = "POST", .url = "https://example.org/inbox", .body = body};
    request.headers.set("Content-Type", std::string(activity_type));
    REQUIRE(sign_request(request, scheme, by, clock.now()));
    bend(request);
    out->query = {.method = "POST", .target = "/inbox", .path = "/inbox", .body = request.body};
    for (const auto& [name, value] : request.headers) out->query.headers.emplace_back(name, value);
    return out;
  }
  // What the inbox says to it.
  HttpAnswer post(
      const std::string& body, const Signer& by, SignatureScheme scheme = SignatureScheme::cavage,
      const std::function<void(HttpRequest&)>& bend = [](HttpRequest&) {}) {
    const auto sent = letter(body, by, scheme, bend);
    return wait(inbox.take(inside(), sent->query));
  }
  // What is shown at that path to a GET that `by` signed, or nobody.
  HttpAnswer get(
      const std::string& path, const std::optional<Signer>& by,
      SignatureScheme scheme = SignatureScheme::cavage,
      const std::function<void(HttpRequest&)>& bend = [](HttpRequest&) {}) {
    HttpRequest request{.url = "https://example.org" + path};
    request.headers.set("Accept", std::string(activity_type));
    if (by) REQUIRE(sign_request(request, scheme, *by, clock.now()));
    bend(request);
    HttpQuery query{.method = "GET", .target = path, .path = path};
    for (const auto& [name, value] : request.headers) query.headers.emplace_back(name, value);
    return for_signed_only(*inside(), query,
                           site.answer(query).value_or(HttpAnswer{.status = 404}));
  }
  std::int64_t followers() { return *store->read(fedi_rows::followers); }
  FediCounts counts() {
    return *store->read([](Db& db) { return fedi_rows::counts(db, note); });
  }
  std::vector<fedi_rows::FediDelivery> waiting() {
    return *store->write([&](Db& db) { return fedi_rows::claim(db, clock.now(), 0, 100, {}); });
  }
};

inline std::string activity(const Peer& peer, const std::string& type, const json::value& object,
                            const std::string& id = "1") {
  return json::serialize(json::object{{"@context", "https://www.w3.org/ns/activitystreams"},
                                      {"id", json::string(peer.origin + "/act/" + id)},
                                      {"type", json::string(type)},
                                      {"actor", json::string(peer.actor("ann"))},
                                      {"object", object}});
}

inline std::string follow(const Peer& peer, const std::string& id = "1") {
  return activity(peer, "Follow", json::string(us), id);
}

}  // namespace carillon::rig
