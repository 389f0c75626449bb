#include "team/provider_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <semaphore>

#include "base/bytes.hpp"
#include "net/reply.hpp"
#include "team/limits.hpp"

namespace carillon {

namespace {

tl::unexpected<Error> wrong(const ProviderConfig& provider, const std::string& what) {
  return fail(Fault::denied, fmt::format("signing in with {} failed: {}", provider.label, what),
              "Try again; if it fails again, sign in another way and tell an admin.");
}

// Of the server's few threads only some wait for others at a time.
class Turn {
 public:
  Turn() : taken_(turns().try_acquire()) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (taken_) turns().release();
  }
  [[nodiscard]] bool taken() const { return taken_; }

 private:
  static std::counting_semaphore<>& turns() {
    static std::counting_semaphore<> all(limits::providers_at_once);
    return all;
  }
  bool taken_;
};

// Where the admin pointed us may lie in the private network; where that one points us may not.
Trust trust_in(const ProviderConfig& provider, const std::string& url) {
  const auto home = parse_url(provider.issuer);
  const auto there = parse_url(url);
  return home && there && home->origin() == there->origin() ? Trust::admin : Trust::foreign;
}

// An address of the description: over https, unless the provider itself is on this machine.
Result<std::string> address_in(const ProviderConfig& provider, const json::value& description,
                               const char* name) {
  const std::string said = text_at(description, name);
  const auto url = parse_url(said);
  const bool safe = url && (url->scheme == "https" || trust_in(provider, said) == Trust::admin);
  if (safe && !url->fragment) return said;
  return wrong(provider, fmt::format("its description has no safe {}", name));
}

bool lists(const json::value& description, const char* name, std::string_view word) {
  const json::value* found = description.get_object().if_contains(name);
  return found != nullptr && found->is_array() &&
         std::any_of(
             found->get_array().begin(), found->get_array().end(),
             [&](const json::value& one) { return one.is_string() && one.get_string() == word; });
}

bool says(const json::value& description, const char* name) {
  return description.get_object().contains(name);
}

ProviderAddresses github_addresses(const ProviderConfig& provider) {
  return {.issuer = provider.issuer,
          .authorize = provider.issuer + "/login/oauth/authorize",
          .token = provider.issuer + "/login/oauth/access_token",
          .keys = {},
          .names_itself = false,
          .secret_in_body = true};
}

// https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api: a server of
// one's own has it below /api/v3.
std::string github_api(const ProviderConfig& provider) {
  return provider.issuer == "https://github.com" ? "https://api.github.com"
                                                 : provider.issuer + "/api/v3";
}

HttpRequest code_request(const ProviderConfig& provider, const ProviderAddresses& at,
                         const CodeExchange& exchange) {
  QueryPairs form{{"grant_type", "authorization_code"},
                  {"code", exchange.code.reveal()},
                  {"redirect_uri", exchange.redirect},
                  {"code_verifier", exchange.verifier.reveal()}};
  HttpRequest out{.method = "POST", .url = at.token};
  out.once = true;
  out.headers.add("Content-Type", "application/x-www-form-urlencoded");
  out.secrets = {exchange.code, exchange.verifier, exchange.client_secret};
  if (at.secret_in_body) {
    form.emplace_back("client_id", provider.client_id);
    form.emplace_back("client_secret", exchange.client_secret.reveal());
  } else {
    // RFC 6749 section 2.3.1.
    out.headers.add("Authorization",
                    "Basic " + to_base64(percent_encode(provider.client_id) + ":" +
                                         percent_encode(exchange.client_secret.reveal())));
  }
  out.body = build_query(form);
  return out;
}

}  // namespace

Result<json::value> ProviderClient::ask(const ProviderConfig& provider, HttpRequest request) {
  request.trust = trust_in(provider, request.url);
  request.limits.reply_bytes = limits::provider_reply_bytes;
  request.limits.total_ms = request.limits.connect_ms = limits::provider_ms;
  request.limits.redirects = 0;
  if (!request.headers.find("Accept")) request.headers.add("Accept", "application/json");
  const auto reply = http_.send(request);
  if (!reply) return wrong(provider, "it does not answer: " + reply.error().error.what);
  auto body = parse_json(reply->body);
  const std::string words = words_of(*reply);
  if (!reply->ok())
    return wrong(provider, words.empty() ? fmt::format("it answers {}", reply->status) : words);
  if (!body || !body->is_object()) return wrong(provider, "it answers with no JSON object");
  return body;
}

Result<ProviderAddresses> ProviderClient::addresses(const ProviderConfig& provider) {
  if (provider.kind == ProviderKind::github) return github_addresses(provider);
  const Turn turn;
  if (!turn.taken()) return wrong(provider, "others are just doing it");
  std::string base = provider.issuer;
  while (base.ends_with('/')) base.pop_back();
  TRY(const json::value said, ask(provider, {.url = base + "/.well-known/openid-configuration"}));
  if (text_at(said, "issuer") != provider.issuer)
    return wrong(provider, fmt::format("it calls itself \"{}\", not \"{}\" as carillon.yaml does",
                                       text_at(said, "issuer").substr(0, 200), provider.issuer));
  if (says(said, "code_challenge_methods_supported") &&
      !lists(said, "code_challenge_methods_supported", "S256"))
    return wrong(provider, "it does not know PKCE with S256");
  ProviderAddresses out;
  out.issuer = provider.issuer;
  TRY(out.authorize, address_in(provider, said, "authorization_endpoint"));
  TRY(out.token, address_in(provider, said, "token_endpoint"));
  TRY(out.keys, address_in(provider, said, "jwks_uri"));
  const json::value* named =
      said.get_object().if_contains("authorization_response_iss_parameter_supported");
  out.names_itself = named != nullptr && named->is_bool() && named->get_bool();
  out.secret_in_body = says(said, "token_endpoint_auth_methods_supported") &&
                       !lists(said, "token_endpoint_auth_methods_supported", "client_secret_basic");
  return out;
}

Result<Subject> ProviderClient::subject(const ProviderConfig& provider, const ProviderAddresses& at,
                                        const CodeExchange& exchange) {
  const Turn turn;
  if (!turn.taken()) return wrong(provider, "others are just doing it");
  TRY(const json::value tokens, ask(provider, code_request(provider, at, exchange)));
  // GitHub says what went wrong with status 200.
  if (const std::string error = text_at(tokens, "error"); !error.empty())
    return wrong(provider, error.substr(0, 100));
  if (provider.kind == ProviderKind::github)
    return github_subject(provider, Secret(text_at(tokens, "access_token")));
  TRY(const json::value keys, ask(provider, {.url = at.keys}));
  return check_id_token(text_at(tokens, "id_token"), provider_keys(keys),
                        {.issuer = provider.issuer,
                         .client_id = provider.client_id,
                         .nonce = exchange.nonce,
                         .now = clock_.now()});
}

Result<Subject> ProviderClient::github_subject(const ProviderConfig& provider,
                                               const Secret& token) {
  if (token.empty()) return wrong(provider, "it gives no token");
  HttpRequest request{.url = github_api(provider) + "/user"};
  request.headers.add("Authorization", "Bearer " + token.reveal());
  request.headers.add("Accept", "application/vnd.github+json");
  request.headers.add("X-GitHub-Api-Version", "2022-11-28");
  TRY(const json::value user, ask(provider, std::move(request)));
  // The name can be given up and taken by somebody else; the number cannot.
  const std::int64_t id = number_at(user, "id");
  if (id <= 0) return wrong(provider, "it does not say who signed in");
  return Subject{std::to_string(id), text_at(user, "login")};
}

}  // namespace carillon
