// Tokens by which a person's programs use the HTTP interface: never more than the person may do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "team/client_apps.hpp"
#include "team/people.hpp"

namespace carillon {

struct ApiToken {
  std::string id = {};
  std::string person = {};  // the id
  std::string name = {};    // what it is for
  Permission scope = Permission::anyone;
  Micros made = 0;
  Micros ends = 0;          // 0: it does not end by itself
  Micros used = 0;          // 0: never; written once an hour
  bool calendar = false;    // it opens the person's calendar and nothing else
  std::string app = {};     // the id of the ClientApp it was given to; empty: to none
  std::string scopes = {};  // what that app may do of it
};
BOOST_DESCRIBE_STRUCT(ApiToken, (),
                      (id, person, name, scope, made, ends, used, calendar, app, scopes))

struct NewApiToken {
  ApiToken token;
  Secret secret;  // told this once
};

// Thread-safe: holds nothing but what it is given.
class ApiTokens {
 public:
  ApiTokens(Store& store, const Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  // Errors: invalid for the name or an end that is past, conflict for a name the person has in use,
  // too_large beyond limits::api_tokens.
  Result<NewApiToken> add(const Person& person, const std::string& name, Permission scope,
                          Micros ends);
  // One that may stand in the address of a calendar, since it opens nothing else. Errors: as add.
  Result<NewApiToken> add_for_calendar(const Person& person, const std::string& name, Micros ends);
  // One for an app, which opens what apps use and nothing else. It is called as the app is, with a
  // number behind where the person has such a name in use. Errors: as add.
  Result<NewApiToken> add_for_app(const Person& person, const ClientApp& app, Permission scope,
                                  const ClientScopes& scopes);
  // Those of a person, or with an empty id of all; also what has ended.
  Result<std::vector<ApiToken>> list(const std::string& person);
  // Errors: not_found.
  Result<void> remove(const std::string& id);
  // The token that this is, while it lasts; nothing: none.
  Result<std::optional<ApiToken>> find(const Secret& secret);
  // The same of one for a calendar.
  Result<std::optional<ApiToken>> find_for_calendar(const Secret& secret);
  // The same of one for an app.
  Result<std::optional<ApiToken>> find_for_app(const Secret& secret);

 private:
  Result<NewApiToken> keep(const Person& person, ApiToken token, std::string_view beginning);
  Result<std::optional<ApiToken>> lasting(const Secret& secret, std::string_view kind);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
};

}  // namespace carillon
