// A provider of OpenID Connect on a port of this machine, and the browser of somebody who signs in
// there. It refuses a request that is not as the standards have it; what it says can be bent.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/bytes.hpp"
#include "base/describe.hpp"
#include "net/server.hpp"
#include "net/url.hpp"
#include "rig/signer.hpp"

namespace carillon::rig {

inline std::string value_at(const QueryPairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

// A signed JWT of these parts.
inline std::string token_of(const Signer& signer, const json::object& header,
                            const json::object& claims) {
  const std::string said =
      to_base64url(json::serialize(header)) + "." + to_base64url(json::serialize(claims));
  return said + "." + to_base64url(signer.sign(said, SignatureForm::joined));
}

inline json::object jwk_of(const Signer& signer, const std::string& kid) {
  const PublicKey key = signer.key();
  const auto part = [](const std::string& bytes) { return json::string(to_base64url(bytes)); };
  json::object out{{"kid", json::string(kid)}, {"use", "sig"}};
  if (key.signing == Signing::es256)
    out.insert({{"kty", "EC"}, {"crv", "P-256"}, {"x", part(key.x)}, {"y", part(key.y)}});
  if (key.signing == Signing::eddsa)
    out.insert({{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", part(key.x)}});
  if (key.signing == Signing::rs256)
    out.insert({{"kty", "RSA"}, {"alg", "RS256"}, {"n", part(key.x)}, {"e", part(key.y)}});
  return out;
}

class Provider {
 public:
  explicit Provider(Micros now) : now_(now) {
    auto started = HttpServer::start({.port = 0}, [this](const HttpQuery& q) { return answer(q); });
    REQUIRE(started.has_value());
    server_ = std::move(*started);
    issuer = fmt::format("http://127.0.0.1:{}", server_->port());
  }

  std::string issuer;
  std::string client_id = "carillon-of-tea";
  std::string client_secret = "what the provider gave us";
  std::string who = "subject-7";
  Signer signer;
  std::string kid = "first";
  std::function<void(json::object&)> description = [](json::object&) {};
  std::function<void(json::object&)> header = [](json::object&) {};
  std::function<void(json::object&)> claims = [](json::object&) {};
  std::function<void(json::object&)> reply = [](json::object&) {};  // of the token endpoint
  std::atomic<int> exchanged = 0;

  // Somebody signs in there: the query with which the browser is sent back.
  QueryPairs authorize(const std::string& address) {
    const auto url = parse_url(address);
    REQUIRE(url.has_value());
    CHECK(url->origin() + url->path == issuer + "/authorize");
    const QueryPairs asked = parse_query(url->query.value_or(""));
    CHECK(value_at(asked, "response_type") == "code");
    CHECK(value_at(asked, "client_id") == client_id);
    CHECK(value_at(asked, "code_challenge_method") == "S256");
    CHECK(value_at(asked, "code_challenge").size() == 43);
    CHECK(value_at(asked, "scope").starts_with("openid"));
    CHECK(value_at(asked, "state").size() >= 43);
    CHECK(value_at(asked, "nonce").size() >= 43);
    const std::string code = to_hex(random_bytes(16));
    const std::lock_guard lock(mutex_);
    codes_[code] = asked;
    return {{"code", code}, {"state", value_at(asked, "state")}, {"iss", issuer}};
  }

 private:
  static HttpAnswer json_answer(int status, const json::object& body) {
    HttpAnswer out{.status = status, .headers = {{"Content-Type", "application/json"}}};
    out.body = json::serialize(body);
    return out;
  }

  HttpAnswer answer(const HttpQuery& query) {
    if (query.path == "/.well-known/openid-configuration") {
      json::object out{{"issuer", json::string(issuer)},
                       {"authorization_endpoint", json::string(issuer + "/authorize")},
                       {"token_endpoint", json::string(issuer + "/token")},
                       {"jwks_uri", json::string(issuer + "/keys")},
                       {"code_challenge_methods_supported", {"plain", "S256"}},
                       {"authorization_response_iss_parameter_supported", true}};
      description(out);
      return json_answer(200, out);
    }
    if (query.path == "/keys") return json_answer(200, {{"keys", {jwk_of(signer, kid)}}});
    if (query.path == "/token" && query.method == "POST") return exchange(query);
    return json_answer(404, {{"error", "not_found"}});
  }

  // RFC 6749 section 4.1.3, RFC 7636 section 4.6.
  HttpAnswer exchange(const HttpQuery& query) {
    const std::lock_guard lock(mutex_);
    ++exchanged;
    const QueryPairs form = parse_query(query.body);
    const std::string wanted =
        "Basic " + to_base64(percent_encode(client_id) + ":" + percent_encode(client_secret));
    if (query.header("Authorization") != wanted)
      return json_answer(401, {{"error", "invalid_client"}});
    const auto found = codes_.find(value_at(form, "code"));
    if (found == codes_.end()) return json_answer(400, {{"error", "invalid_grant"}});
    const QueryPairs asked = found->second;
    codes_.erase(found);
    const bool proved =
        to_base64url(sha256(value_at(form, "code_verifier"))) == value_at(asked, "code_challenge");
    if (!proved || value_at(form, "grant_type") != "authorization_code" ||
        value_at(form, "redirect_uri") != value_at(asked, "redirect_uri"))
      return json_answer(400, {{"error", "invalid_grant"}});
    json::object head{{"alg", "ES256"}, {"kid", json::string(kid)}};
    json::object said{{"iss", json::string(issuer)},
                      {"sub", json::string(who)},
                      {"aud", json::string(client_id)},
                      {"exp", now_ / second + 600},
                      {"iat", now_ / second},
                      {"nonce", json::string(value_at(asked, "nonce"))},
                      {"preferred_username", "tea-friend"}};
    header(head);
    claims(said);
    json::object out{{"access_token", "unused"},
                     {"token_type", "Bearer"},
                     {"id_token", json::string(token_of(signer, head, said))}};
    reply(out);
    return json_answer(200, out);
  }

  Micros now_;
  std::mutex mutex_;
  std::map<std::string, QueryPairs> codes_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace carillon::rig
