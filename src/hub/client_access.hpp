// Apps that people use in the home's name: what one asks for, what a person lets it do, and who a
// request of one speaks for. https://docs.joinmastodon.org/methods/oauth/
#pragma once

#include <optional>
#include <string>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/api_tokens.hpp"
#include "team/client_apps.hpp"

namespace carillon {

// What an app asks of a person, as it stands in the address it leads them to.
struct ClientAsking {
  std::string app;       // its id
  std::string redirect;  // where it is sent back to, exactly as it registered it
  std::string scopes;
  std::string response;   // "code"
  std::string challenge;  // RFC 7636; empty: none
  std::string method;     // "S256"
  std::string state;      // goes back as it came
};

// The same once it is looked at.
struct ClientAsked {
  ClientApp app;
  std::string redirect;
  ClientScopes scopes;
  std::string challenge;
};

// Errors: not_found for an app that is not known; denied for another address than one of its own;
// invalid for the rest. Nobody is to be sent anywhere by a request that is wrong.
[[nodiscard]] Result<ClientAsked> look_at(Hub& hub, const ClientAsking& asking);

// The person lets it: the code by which the app gets its token, good for ten minutes and once.
[[nodiscard]] Result<Secret> grant(Hub& hub, const Actor& actor, const ClientAsked& asked);

// A code that comes again ends the token that it gave. Errors: denied for a code that was used, has
// ended, is another app's, or goes with another address or verifier; it is void then.
[[nodiscard]] Result<NewApiToken> token_for_code(Hub& hub, const ClientApp& app, const Secret& code,
                                                 const std::string& redirect,
                                                 const std::string& verifier);

// Takes a token of the app away; one that is none is away already. Errors: denied for another
// app's.
[[nodiscard]] Result<void> end_client_token(Hub& hub, const ClientApp& app, const Secret& token);

// Who a request of an app speaks for.
struct ClientCaller {
  Actor actor;  // `person` empty: the app itself, which sees what everybody sees
  ClientScopes scopes;
  ClientApp app;
};
// Nothing: the token opens nothing here.
[[nodiscard]] Result<std::optional<ClientCaller>> client_by_token(Hub& hub, const Secret& token);

[[nodiscard]] ClientApps client_apps_of(Hub& hub);

}  // namespace carillon
