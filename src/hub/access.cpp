#include "hub/access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "hub/mailing.hpp"
#include "hub/people.hpp"

namespace carillon {

namespace {

Sessions sessions_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids()};
}

// A token works to the end of its last day.
Result<Micros> end_of(const std::string& last_day) {
  if (last_day.empty()) return Micros{0};
  const auto begins = parse_day(last_day);
  if (begins) return *begins + day;
  return fail(Fault::invalid, fmt::format("--ends {}: this is not a day", last_day),
              "Write it as 2027-12-31.");
}

std::string last_day_of(Micros ends) {
  return ends == 0 ? std::string() : day_of(ends - 1);
}

}  // namespace

ApiTokens tokens_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids()};
}

Result<Person> owner_of_token(Hub& hub, const Actor& actor, const std::string& said) {
  TRY(const auto people, people_of(hub).list());
  for (const Person& person : people) {
    if (!actor.person.empty() && person.id == actor.person && said.empty()) return person;
  }
  if (actor.local && !said.empty()) return people_of(hub).named(said);
  if (said.empty())
    return fail(Fault::invalid, "it is not said whose token this is", "Name them: --person NAME.");
  return fail(Fault::denied, "a token acts in its person's name, so only they can make it",
              "They find it under /account.");
}

Result<std::string> whose(Hub& hub, const Actor& actor, const std::string& said) {
  const bool admin = actor.holds == Permission::admin;
  if (said.empty()) return admin ? std::string() : actor.person;
  TRY(const Person person, people_of(hub).named(said));
  if (admin || person.id == actor.person) return person.id;
  return fail(Fault::denied, "these are somebody else's", "Leave out the name for your own.");
}

bool may_touch(const Actor& actor, const std::string& person) {
  return actor.holds == Permission::admin || (!person.empty() && person == actor.person);
}

Result<std::map<std::string, std::string>> names_of(Hub& hub) {
  TRY(const auto people, people_of(hub).list());
  std::map<std::string, std::string> out;
  for (const Person& person : people) out[person.id] = person.name;
  return out;
}

std::string csrf_of(const Secret& session) {
  return to_base64url(hmac_sha256(session.reveal(), "csrf"));
}

Actor actor_of(const SignIn::Present& who, const Secret& session) {
  return {.name = who.person.name,
          .holds = permission_of(who.person.role),
          .person = who.person.id,
          .session = who.session.id,
          .csrf = csrf_of(session),
          .via = "session " + who.session.id};
}

Result<std::optional<Actor>> actor_by_session(Hub& hub, const Secret& session) {
  TRY(const auto who, sign_in_of(hub).present(session));
  if (!who) return std::nullopt;
  return actor_of(*who, session);
}

Result<std::optional<Actor>> actor_by_token(Hub& hub, const Secret& secret) {
  TRY(const auto token, tokens_of(hub).find(secret));
  if (!token) return std::nullopt;
  return actor_of_token(hub, *token);
}

Result<std::optional<Actor>> actor_of_token(Hub& hub, const ApiToken& token) {
  People people = people_of(hub);
  TRY(const auto all, people.list());
  for (const Person& person : all) {
    if (person.id != token.person) continue;
    const Standing standing =
        standing_of(all, person, hub.workspace().config.team, hub.clock().now());
    if (!is_open(standing)) break;
    CHECK_OK(people.note_use(person));
    return Actor{.name = person.name,
                 .holds = std::min(token.scope, permission_of(person.role)),
                 .person = person.id,
                 .via = "token " + token.id,
                 .until = token.ends};
  }
  return std::nullopt;
}

Result<SessionShown> session_show(Hub& hub, const Actor& actor, const SessionShowRequest&) {
  const Config& config = hub.workspace().config;
  return SessionShown{actor.name,
                      actor.holds,
                      actor.session,
                      actor.csrf,
                      config.organisation.name,
                      config.organisation.time_zone,
                      config.organisation.language,
                      config.rehearsal,
                      has_mail(hub)};
}

Result<std::vector<SessionView>> session_list(Hub& hub, const Actor& actor,
                                              const SessionListRequest& request) {
  TRY(const std::string person, whose(hub, actor, request.person));
  if (!may_touch(actor, person)) return std::vector<SessionView>{};
  TRY(const auto names, names_of(hub));
  TRY(const auto all, sessions_of(hub).list(person));
  std::vector<SessionView> out;
  for (const Session& one : all) {
    const auto name = names.find(one.person);
    out.push_back({one.id, name == names.end() ? "" : name->second, iso_time(one.started),
                   iso_time(one.used), one.address, one.browser, one.id == actor.session});
  }
  return out;
}

Result<SessionsEnded> session_end(Hub& hub, const Actor& actor, const SessionEndRequest& request) {
  if (request.all == !request.id.empty())
    return fail(Fault::invalid, "it is not said which session",
                "Give its id, or --all for all of them.");
  Sessions sessions = sessions_of(hub);
  if (request.all) {
    TRY(const std::string person, request.person.empty() ? Result<std::string>(actor.person)
                                                         : whose(hub, actor, request.person));
    if (person.empty())
      return fail(Fault::invalid, "it is not said whose sessions", "Name them: --person NAME.");
    TRY(const auto ended, sessions.end_all(person, actor.session));
    return SessionsEnded{ended};
  }
  TRY(const auto all, sessions.list(""));
  const auto one = std::find_if(all.begin(), all.end(), [&](const Session& each) {
    return each.id == request.id && may_touch(actor, each.person);
  });
  // The same answer for somebody else's: its id is not for others either.
  if (one == all.end())
    return fail(Fault::not_found, fmt::format("there is no session {}", request.id),
                "It may have ended by itself: `carillon session list`.");
  CHECK_OK(sessions.end(request.id));
  return SessionsEnded{1};
}

Result<TokenAdded> token_add(Hub& hub, const Actor& actor, const TokenAddRequest& request) {
  TRY(const Person person, owner_of_token(hub, actor, request.person));
  TRY(const Micros ends, end_of(request.ends));
  const Permission most = std::min(actor.holds, permission_of(person.role));
  if (request.scope > most)
    return fail(Fault::denied,
                fmt::format("a token for {} goes beyond the role of {}", word_of(request.scope),
                            person.name),
                fmt::format("Take --scope {} or less.", word_of(most)));
  if (actor.until != 0 && (ends == 0 || ends > actor.until))
    return fail(Fault::denied, "a token made by a token ends no later than that one",
                fmt::format("Take --ends {} or sooner.", last_day_of(actor.until)));
  TRY(const NewApiToken made, tokens_of(hub).add(person, request.name, request.scope, ends));
  return TokenAdded{made.token.id, made.token.name, made.token.scope, last_day_of(ends),
                    made.secret.reveal()};
}

Result<std::vector<TokenView>> token_list(Hub& hub, const Actor& actor,
                                          const TokenListRequest& request) {
  TRY(const std::string person, whose(hub, actor, request.person));
  if (!may_touch(actor, person)) return std::vector<TokenView>{};
  TRY(const auto names, names_of(hub));
  TRY(const auto all, tokens_of(hub).list(person));
  std::vector<TokenView> out;
  for (const ApiToken& one : all) {
    const auto name = names.find(one.person);
    out.push_back({one.id, name == names.end() ? "" : name->second, one.name, one.scope,
                   day_of(one.made), last_day_of(one.ends), one.used == 0 ? "" : day_of(one.used),
                   one.calendar, one.scopes});
  }
  return out;
}

Result<TokenRemoved> token_remove(Hub& hub, const Actor& actor, const TokenRemoveRequest& request) {
  ApiTokens tokens = tokens_of(hub);
  TRY(const auto all, tokens.list(""));
  const bool theirs = std::any_of(all.begin(), all.end(), [&](const ApiToken& one) {
    return one.id == request.id && may_touch(actor, one.person);
  });
  if (!theirs)
    return fail(Fault::not_found, fmt::format("there is no token {}", request.id),
                "`carillon token list` shows those there are.");
  CHECK_OK(tokens.remove(request.id));
  return TokenRemoved{request.id};
}

std::string sessions_in_words(const std::vector<SessionView>& all) {
  std::string out;
  for (const SessionView& one : all)
    out += fmt::format("{}  {:<24} last used {}, {} from {}\n", one.id, one.person, one.used,
                       one.browser, one.address);
  return out.empty() ? "Nobody is signed in.\n" : out;
}

std::string tokens_in_words(const std::vector<TokenView>& all) {
  std::string out;
  for (const TokenView& one : all)
    out += fmt::format("{}  {:<24} {:<24} {:<8} {}, {}\n", one.id, one.person, one.name,
                       one.calendar      ? "calendar"
                       : one.app.empty() ? word_of(one.scope)
                                         : "app: " + one.app,
                       one.used.empty() ? "never used" : "used " + one.used,
                       one.ends.empty() ? "does not end" : "ends " + one.ends);
  return out.empty() ? "There is no token.\n" : out;
}

std::string token_in_words(const TokenAdded& token) {
  return fmt::format("{}\nThis is shown once. Send it as Authorization: Bearer TOKEN.\n",
                     token.token);
}

std::vector<Operation<Hub>> access_operations() {
  return {
      operation<Hub>({.name = "session show",
                      .method = "GET",
                      .path = "/session",
                      .needs = Permission::anyone,
                      .summary = "who you are here, and what you may do"},
                     &session_show),
      operation<Hub>({.name = "session list",
                      .method = "GET",
                      .path = "/sessions",
                      .needs = Permission::anyone,
                      .summary = "who is signed in, since when, from where",
                      .positional = {"person"}},
                     &session_list),
      operation<Hub>({.name = "session end",
                      .method = "POST",
                      .path = "/session-ends",
                      .needs = Permission::anyone,
                      .summary = "sign somebody out: one session, or all of a person",
                      .positional = {"id"}},
                     &session_end),
      operation<Hub>(
          {.name = "token add",
           .method = "POST",
           .path = "/tokens",
           .needs = Permission::anyone,
           .summary = "a token by which a program acts for a person",
           .help = "It may do what its scope says and never more than the person, and is "
                   "shown once.",
           .positional = {"name"},
           .local = {"person"},
           .valued = {{"ends", "DAY"}}},
          &token_add),
      operation<Hub>({.name = "token list",
                      .method = "GET",
                      .path = "/tokens",
                      .needs = Permission::anyone,
                      .summary = "the tokens of programs, their scope and end",
                      .positional = {"person"}},
                     &token_list),
      operation<Hub>({.name = "token remove",
                      .method = "DELETE",
                      .path = "/tokens/{id}",
                      .needs = Permission::anyone,
                      .summary = "a program's token works no more",
                      .positional = {"id"}},
                     &token_remove),
  };
}

}  // namespace carillon
