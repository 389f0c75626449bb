// Another server of the fediverse: it shows its accounts, signs what it sends, and says what came
// into its inbox.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <functional>
#include <mutex>
#include <vector>

#include "base/bytes.hpp"
#include "federation/account.hpp"
#include "federation/signature.hpp"
#include "net/client.hpp"
#include "net/server.hpp"
#include "net/url.hpp"

namespace carillon::rig {

// Ours, as the tests have it.
inline FediAccount our_account() {
  FediAccount out;
  out.home = "https://example.org";
  out.handle = "news";
  out.host = "example.org";
  return out;
}

class Peer {
 public:
  struct Arrival {
    std::string path;
    Headers headers;
    std::string body;
  };
  Peer() {
    HttpServerOptions options;
    options.port = 0;
    auto started =
        HttpServer::start(options, [this](const HttpQuery& query) { return answer(query); });
    REQUIRE_MESSAGE(started.has_value(), started.error().what);
    server_ = std::move(*started);
    origin = fmt::format("http://127.0.0.1:{}", server_->port());
  }
  [[nodiscard]] std::string host() const { return origin.substr(7); }
  [[nodiscard]] std::string actor(const std::string& name) const {
    return origin + "/users/" + name;
  }
  [[nodiscard]] Signer signer(const std::string& name) const {
    return {actor(name) + "#main-key", key};
  }
  [[nodiscard]] std::vector<Arrival> arrived() const {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }
  [[nodiscard]] int fetched() const {
    const std::lock_guard lock(mutex_);
    return fetched_;
  }

  std::string origin;
  PrivateKey key = *PrivateKey::make(Signing::rs256);
  bool has_shared_inbox = true;
  std::function<void(json::object&)> bend = [](json::object&) {};  // its account
  // Whether it shows its accounts to such a request.
  std::function<bool(const HttpQuery&)> shows = [](const HttpQuery&) { return true; };
  // What its inbox answers; told how many came before.
  std::function<HttpAnswer(std::size_t, const Arrival&)> inbox = [](std::size_t, const Arrival&) {
    return HttpAnswer{.status = 202};
  };

 private:
  HttpAnswer answer(const HttpQuery& query) {
    const std::lock_guard lock(mutex_);
    if (query.method == "POST") {
      Arrival one{std::string(query.path), {}, std::string(query.body)};
      for (const auto& [name, value] : query.headers)
        one.headers.add(std::string(name), std::string(value));
      const std::size_t before = arrived_.size();
      arrived_.push_back(one);
      return inbox(before, one);
    }
    ++fetched_;
    if (query.path == "/.well-known/webfinger") return found(query);
    if (!shows(query)) return {.status = 401};
    const std::string id = origin + std::string(query.path);
    json::object out{{"@context", "https://www.w3.org/ns/activitystreams"},
                     {"id", json::string(id)},
                     {"type", "Person"},
                     {"inbox", json::string(id + "/inbox")},
                     {"publicKey",
                      {{"id", json::string(id + "#main-key")},
                       {"owner", json::string(id)},
                       {"publicKeyPem", json::string(key.public_pem())}}}};
    if (has_shared_inbox)
      out["endpoints"] = json::object{{"sharedInbox", json::string(origin + "/inbox")}};
    bend(out);
    HttpAnswer reply{.status = 200, .body = json::serialize(out)};
    reply.headers.add("Content-Type", std::string(activity_type));
    return reply;
  }

  // WebFinger: it has every account that it is asked for, but nobody.
  [[nodiscard]] HttpAnswer found(const HttpQuery& query) const {
    const auto asked = parse_query(query.query);
    const std::string resource = asked.empty() ? std::string() : asked.front().second;
    const std::size_t at = resource.find('@');
    if (at == std::string::npos || resource.starts_with("acct:nobody"))
      return HttpAnswer{.status = 404};
    const json::object self{{"rel", "self"},
                            {"type", json::string(activity_type)},
                            {"href", json::string(actor(resource.substr(5, at - 5)))}};
    HttpAnswer out{.status = 200,
                   .body = json::serialize(json::object{{"subject", json::string(resource)},
                                                        {"links", json::array{self}}})};
    out.headers.add("Content-Type", "application/jrd+json");
    return out;
  }

  mutable std::mutex mutex_;
  std::vector<Arrival> arrived_;
  int fetched_ = 0;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace carillon::rig
