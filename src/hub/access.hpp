// Who is signed in and by which tokens programs come in, as operations; and who an HTTP request
// speaks for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/api_tokens.hpp"
#include "team/sign_in.hpp"

namespace carillon {

struct SessionShowRequest {};
BOOST_DESCRIBE_STRUCT(SessionShowRequest, (), ())

struct SessionListRequest {
  std::string person;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"person", "whose; default: your own, for an admin everybody's"},
  }};
};
BOOST_DESCRIBE_STRUCT(SessionListRequest, (), (person))

struct SessionEndRequest {
  std::string id;
  bool all = false;
  std::string person = {};
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"id", "the session, as the list shows it"},
      {"all", "all of the person's, but the one you speak by"},
      {"person", "with --all: whose; default: your own"},
  }};
};
BOOST_DESCRIBE_STRUCT(SessionEndRequest, (), (id, all, person))

struct TokenAddRequest {
  static constexpr std::array<std::string_view, 2> required{"name", "scope"};
  std::string name;
  Permission scope = Permission::anyone;
  std::string ends = {};
  std::string person = {};
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"name", "what it is for"},
      {"scope", "the most it may do: anyone, author, editor or admin"},
      {"ends", "the last day it works; default: until it is removed"},
      {"person", "whose it is; on this machine only, elsewhere it is yours"},
  }};
};
BOOST_DESCRIBE_STRUCT(TokenAddRequest, (), (name, scope, ends, person))

struct TokenListRequest {
  std::string person;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"person", "whose; default: your own, for an admin everybody's"},
  }};
};
BOOST_DESCRIBE_STRUCT(TokenListRequest, (), (person))

struct TokenRemoveRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"id", "the token, as the list shows it"},
  }};
};
BOOST_DESCRIBE_STRUCT(TokenRemoveRequest, (), (id))

// Who the request spoke for.
struct SessionShown {
  std::string name;
  Permission permission = Permission::anyone;
  std::string session;  // its id; empty: it came by a token, or on this machine
  std::string csrf;     // what X-CSRF must hold when a session changes something
  std::string organisation;
  std::string time_zone;   // the organisation's
  std::string language;    // the organisation's: that of texts which state none
  bool rehearsal = false;  // nothing leaves the machine
  bool mail = false;       // mail can be sent
};
BOOST_DESCRIBE_STRUCT(SessionShown, (),
                      (name, permission, session, csrf, organisation, time_zone, language,
                       rehearsal, mail))

struct SessionView {
  std::string id;
  std::string person;
  std::string started;  // RFC 3339 in UTC
  std::string used;
  std::string address;
  std::string browser;
  bool current = false;  // the one this request came by
};
BOOST_DESCRIBE_STRUCT(SessionView, (), (id, person, started, used, address, browser, current))

struct SessionsEnded {
  std::int64_t ended = 0;
};
BOOST_DESCRIBE_STRUCT(SessionsEnded, (), (ended))

struct TokenView {
  std::string id;
  std::string person;
  std::string name;
  Permission scope = Permission::anyone;
  std::string made;       // a day in UTC
  std::string ends;       // the last day; empty: none
  std::string used;       // a day; empty: never
  bool calendar = false;  // it opens the person's calendar and nothing else
  std::string app;        // what an app may do by it: "read write"; empty: it is no app's
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (id, person, name, scope, made, ends, used, calendar, app))

struct TokenAdded {
  std::string id;
  std::string name;
  Permission scope = Permission::anyone;
  std::string ends;
  std::string token;  // told this once
};
BOOST_DESCRIBE_STRUCT(TokenAdded, (), (id, name, scope, ends, token))

struct TokenRemoved {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(TokenRemoved, (), (id))

// Whose token an actor may make: their own, on this machine also that of the person `said`. Errors:
// invalid, denied, not_found.
[[nodiscard]] Result<Person> owner_of_token(Hub& hub, const Actor& actor, const std::string& said);

// Who acts by an open session.
[[nodiscard]] Actor actor_of(const SignIn::Present& who, const Secret& session);
// Who a session cookie, or an API token of a person, speaks for; nothing: nobody.
[[nodiscard]] Result<std::optional<Actor>> actor_by_session(Hub& hub, const Secret& session);
[[nodiscard]] Result<std::optional<Actor>> actor_by_token(Hub& hub, const Secret& token);
// Who a token speaks for, once it was found; nothing: its person may not come in any more.
[[nodiscard]] Result<std::optional<Actor>> actor_of_token(Hub& hub, const ApiToken& token);
// What a form or a change over a session carries to show that our own page sent it. Pure.
[[nodiscard]] std::string csrf_of(const Secret& session);

// Whose things an actor means by a name or address: a person's id; empty stands for everybody's.
// Errors: denied for somebody else's, but for admins; not_found.
[[nodiscard]] Result<std::string> whose(Hub& hub, const Actor& actor, const std::string& said);
// Whether the things of this person are the actor's to look at and to change. What belongs to
// nobody is an admin's. Pure.
[[nodiscard]] bool may_touch(const Actor& actor, const std::string& person);
// The name of each person by their id.
[[nodiscard]] Result<std::map<std::string, std::string>> names_of(Hub& hub);

Result<SessionShown> session_show(Hub& hub, const Actor& actor, const SessionShowRequest& request);
// Errors: denied for somebody else's, but for admins.
Result<std::vector<SessionView>> session_list(Hub& hub, const Actor& actor,
                                              const SessionListRequest& request);
// Errors: not_found, also for somebody else's; invalid without an id or `all`.
Result<SessionsEnded> session_end(Hub& hub, const Actor& actor, const SessionEndRequest& request);
// Errors: denied for more than the actor may, or for longer; those of ApiTokens.
Result<TokenAdded> token_add(Hub& hub, const Actor& actor, const TokenAddRequest& request);
Result<std::vector<TokenView>> token_list(Hub& hub, const Actor& actor,
                                          const TokenListRequest& request);
Result<TokenRemoved> token_remove(Hub& hub, const Actor& actor, const TokenRemoveRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string sessions_in_words(const std::vector<SessionView>& all);
[[nodiscard]] std::string tokens_in_words(const std::vector<TokenView>& all);
[[nodiscard]] std::string token_in_words(const TokenAdded& token);

[[nodiscard]] std::vector<Operation<Hub>> access_operations();

// The tokens by which programs come in.
[[nodiscard]] ApiTokens tokens_of(Hub& hub);

}  // namespace carillon
