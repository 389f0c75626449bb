#include "hub/client_access.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hub/access.hpp"
#include "hub/people.hpp"
#include "team/challenges.hpp"

namespace carillon {

namespace {

// What an app does with the home's account needs no more, whoever the person is.
constexpr Permission most = Permission::editor;

// That a code comes again is seen.
constexpr std::int64_t known_minutes = std::int64_t{24} * 60;

// What a code is about.
struct Granted {
  std::string person;
  std::string redirect;
  std::string scopes;
  std::string challenge;
};
BOOST_DESCRIBE_STRUCT(Granted, (), (person, redirect, scopes, challenge))

Challenges challenges_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.vault()};
}

Error void_code() {
  return {Fault::denied, "this code is not valid",
          "It goes once, within ten minutes, for the app and the address it was made for."};
}

// What a code gave.
struct Given {
  std::string token;
  std::string person;  // by name, as the log has them
  std::string name;    // of the token
};
BOOST_DESCRIBE_STRUCT(Given, (), (token, person, name))

// A code that comes twice was read by somebody else, and nobody can tell which of them has the
// token: it ends (RFC 6749 section 4.1.2, RFC 9700 section 4.5.3).
Result<void> end_given(Hub& hub, const ClientApp& app, const Secret& code) {
  const auto about = challenges_of(hub).take(code, Purpose::used_client_code, Secret(app.id));
  if (!about && about.error().fault == Fault::denied) return {};
  if (!about) return tl::unexpected(about.error());
  if (about->is_null()) return {};
  TRY(const Given given, from_json<Given>(*about));
  const auto ended = tokens_of(hub).remove(given.token);
  // Its person was faster.
  if (!ended && ended.error().fault == Fault::not_found) return {};
  if (!ended) return ended;
  return hub.audit("app.put_out", given.person, given.name);
}

Result<Person> person_of(Hub& hub, const std::string& id) {
  TRY(const auto people, people_of(hub).list());
  for (const Person& person : people) {
    if (person.id == id) return person;
  }
  return tl::unexpected(void_code());
}

}  // namespace

ClientApps client_apps_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids()};
}

Result<ClientAsked> look_at(Hub& hub, const ClientAsking& asking) {
  TRY(const auto app, client_apps_of(hub).find(asking.app));
  if (!app)
    return fail(Fault::not_found, "nobody here knows this app", "Sign in anew from the app.");
  ClientAsked out{*app, asking.redirect, {}, asking.challenge};
  const auto known = app->redirect_list();
  if (std::find(known.begin(), known.end(), asking.redirect) == known.end())
    return fail(Fault::denied, "the app asks to be sent to an address that is not its own",
                "Nothing was sent there.");
  if (asking.response != "code")
    return fail(Fault::invalid, "the app asks for another way than by a code",
                "There is response_type=code.");
  if (asking.challenge.empty() != asking.method.empty() ||
      (!asking.method.empty() && asking.method != "S256"))
    return fail(Fault::invalid, "the app asks with a proof that is not S256", "See RFC 7636.");
  TRY(out.scopes, read_scopes(asking.scopes));
  TRY(const auto registered, read_scopes(app->scopes));
  if (covers(registered, out.scopes)) return out;
  return fail(Fault::invalid, "the app asks for more than it said it would",
              fmt::format("It may ask for {}.", app->scopes));
}

Result<Secret> grant(Hub& hub, const Actor& actor, const ClientAsked& asked) {
  const Granted granted{actor.person, asked.redirect, scope_words(asked.scopes), asked.challenge};
  CHECK_OK(client_apps_of(hub).note_use(asked.app));
  return challenges_of(hub).make(Purpose::client_code, Secret(asked.app.id), to_json(granted),
                                 limits::client_code_minutes);
}

Result<NewApiToken> token_for_code(Hub& hub, const ClientApp& app, const Secret& code,
                                   const std::string& redirect, const std::string& verifier) {
  const auto about = challenges_of(hub).take_first(code, Purpose::client_code, Secret(app.id),
                                                   Purpose::used_client_code, known_minutes);
  if (!about && about.error().fault == Fault::denied) {
    CHECK_OK(end_given(hub, app, code));
    return tl::unexpected(void_code());
  }
  if (!about) return tl::unexpected(about.error());
  TRY(const Granted granted, from_json<Granted>(*about));
  const bool proven =
      granted.challenge.empty() ? verifier.empty() : proves(verifier, granted.challenge);
  if (granted.redirect != redirect || !proven) return tl::unexpected(void_code());
  TRY(const ClientScopes scopes, read_scopes(granted.scopes));
  TRY(const Person person, person_of(hub, granted.person));
  TRY(auto made, tokens_of(hub).add_for_app(person, app, most, scopes));
  const Given given{made.token.id, person.name, made.token.name};
  TRY(const bool once, challenges_of(hub).note(code, Purpose::used_client_code, to_json(given)));
  // It came again while the token was made.
  if (!once) {
    CHECK_OK(tokens_of(hub).remove(made.token.id));
    return tl::unexpected(void_code());
  }
  CHECK_OK(
      hub.audit("app.let_in", person.name, made.token.name, {{"scopes", scope_words(scopes)}}));
  return made;
}

Result<void> end_client_token(Hub& hub, const ClientApp& app, const Secret& token) {
  ApiTokens tokens = tokens_of(hub);
  TRY(const auto found, tokens.find_for_app(token));
  if (found && found->app == app.id) return tokens.remove(found->id);
  TRY(const auto own, client_apps_of(hub).by_own_token(token));
  if (own && own->id == app.id) return client_apps_of(hub).end_own_token(app);
  if (found || own) return fail(Fault::denied, "this is the token of another app");
  return {};
}

Result<std::optional<ClientCaller>> client_by_token(Hub& hub, const Secret& token) {
  TRY(const auto found, tokens_of(hub).find_for_app(token));
  ClientApps apps = client_apps_of(hub);
  if (!found) {
    TRY(const auto own, apps.by_own_token(token));
    if (!own) return std::nullopt;
    TRY(const ClientScopes scopes, read_scopes(own->scopes));
    return ClientCaller{{.name = own->name}, scopes, *own};
  }
  TRY(const auto app, apps.find(found->app));
  TRY(const auto actor, actor_of_token(hub, *found));
  if (!app || !actor) return std::nullopt;
  TRY(const ClientScopes scopes, read_scopes(found->scopes));
  return ClientCaller{*actor, scopes, *app};
}

}  // namespace carillon
