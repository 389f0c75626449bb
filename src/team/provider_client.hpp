// What is asked of a provider over HTTP: its description, the exchange of a code, its keys; and of
// GitHub, which has no OpenID Connect for people, its documented interface.
// https://openid.net/specs/openid-connect-discovery-1_0.html, RFC 6749, RFC 7636, RFC 9207,
// https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
#pragma once

#include <string>

#include "core/config.hpp"
#include "net/client.hpp"
#include "net/url.hpp"
#include "team/id_token.hpp"

namespace carillon {

// Where a provider is asked what; read when a sign-in begins and kept until it ends, so that nobody
// can lead it elsewhere in between.
struct ProviderAddresses {
  std::string issuer;
  std::string authorize;
  std::string token;
  std::string keys;             // empty: GitHub
  bool names_itself = false;    // an answer must say whose it is (RFC 9207)
  bool secret_in_body = false;  // it does not take the client secret as RFC 6749 prefers
};
BOOST_DESCRIBE_STRUCT(ProviderAddresses, (),
                      (issuer, authorize, token, keys, names_itself, secret_in_body))

// What a code is exchanged with.
struct CodeExchange {
  Secret code;
  Secret verifier;  // RFC 7636
  Secret nonce;     // of the ID token
  Secret client_secret;
  std::string redirect;  // as it was when the code was asked for
};

// Thread-safe. Errors of all: denied, with what the provider said, what is not as it must be, or
// that it does not answer; also when limits::providers_at_once of us ask already.
class ProviderClient {
 public:
  ProviderClient(HttpClient& http, const Clock& clock) : http_(http), clock_(clock) {}

  [[nodiscard]] Result<ProviderAddresses> addresses(const ProviderConfig& provider);
  // Who signed in. The keys are asked for each time, so a provider may change them at any time.
  [[nodiscard]] Result<Subject> subject(const ProviderConfig& provider, const ProviderAddresses& at,
                                        const CodeExchange& exchange);

 private:
  Result<json::value> ask(const ProviderConfig& provider, HttpRequest request);
  Result<Subject> github_subject(const ProviderConfig& provider, const Secret& token);
  HttpClient& http_;
  const Clock& clock_;
};

}  // namespace carillon
