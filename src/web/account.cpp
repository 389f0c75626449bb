#include "web/account.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/passkeys.hpp"
#include "hub/people.hpp"
#include "web/account_parts.hpp"
#include "web/passkey.hpp"
#include "web/workplace.hpp"

namespace carillon {

namespace {

Result<Html> sessions_part(const Workplace& place) {
  TRY(const auto all, session_list(*place.hub, place.actor, {place.actor.name}));
  Html rows;
  for (const SessionView& one : all) {
    const Html what = together(tag("strong", one.browser), one.current ? ", this one" : "",
                               tag("span", attr("class", "hint"),
                                   fmt::format("from {}, last used {}, since {}", one.address,
                                               place.when(one.used), place.when(one.started))));
    const Html end =
        form("/account/sessions", place.actor.csrf,
             together(hidden("id", one.id),
                      tag("button", attr("type", "submit"), attr("class", "quiet"), "End",
                          tag("span", attr("class", "hidden"),
                              fmt::format(" the session in {}, {}", one.browser, one.address)))));
    rows.add(tag("li", tag("div", what), one.current ? Html() : end));
  }
  Html out = tag("ul", attr("class", "things"), rows);
  if (all.size() > 1)
    out.add(form("/account/sessions", place.actor.csrf,
                 together(hidden("all", "yes"), button("End all others"))));
  return section("sessions", "Where you are signed in", out);
}

Html password_part(const Workplace& place, const SignInWays& has, const Problems& problems) {
  const bool none = has.password_since == 0;
  const Html old = none ? Html()
                        : field({.name = "old",
                                 .label = "Your password now",
                                 .type = "password",
                                 .fills = "current-password"},
                                problems);
  const Html inside =
      together(old,
               field({.name = "password",
                      .label = "A new password",
                      .type = "password",
                      .hint = fmt::format("At least {} characters.", limits::password_least),
                      .fills = "new-password"},
                     problems),
               field({.name = "again",
                      .label = "The new password again",
                      .type = "password",
                      .fills = "new-password"},
                     problems),
               button(none ? "Set a password" : "Change the password"));
  return section(
      "password-part", "Password",
      together(tag("p", none ? std::string("You have none. A new one ends all other "
                                           "sessions.")
                             : fmt::format("Set on {}. A new one ends all other sessions.",
                                           day_of(has.password_since))),
               form("/account/password", place.actor.csrf, inside)));
}

// An address that opens an app, which the builder's rule for addresses does not know.
Html app_link(const std::string& address) {
  std::string href;
  append_escaped(href, address);
  return Html::trusted("<a href=\"" + href + "\">Open it in an authenticator app</a>");
}

Html waiting_totp(const Workplace& place, const TotpSetup& setup, const Problems& problems) {
  return together(
      tag("p",
          "Let your authenticator app read the picture, or type the secret into it. Then "
          "enter the code it shows."),
      setup.picture, tag("p", tag("code", setup.words)), tag("p", app_link(setup.address)),
      form("/account/second-factor", place.actor.csrf,
           together(hidden("step", "confirm"),
                    field({.name = "code", .label = "Code", .fills = "one-time-code"}, problems),
                    button("Turn on"))));
}

Html totp_part(const Workplace& place, const SignInWays& has, const Problems& problems) {
  const auto ask = [&](std::string_view step, std::string_view label) {
    const Html proof = has.password_since == 0 ? Html()
                                               : field({.name = "proof",
                                                        .label = "Your password",
                                                        .type = "password",
                                                        .fills = "current-password"},
                                                       problems);
    return form("/account/second-factor", place.actor.csrf,
                together(hidden("step", step), proof, button(label)));
  };
  Html inside;
  const auto setup = totp_setup(*place.hub, place.who.person);
  if (has.totp) {
    inside =
        together(tag("p", fmt::format("It is on since {}. {} of your recovery codes are unused.",
                                      day_of(has.totp_since), has.recovery_codes)),
                 ask("end", "Turn off"));
  } else if (setup) {
    inside = waiting_totp(place, *setup, problems);
  } else {
    inside = together(tag("p",
                          "A code from an app on your phone, asked for after the password: "
                          "who learns your password still cannot come in. A passkey needs none."),
                      ask("begin", "Turn on"));
  }
  return section("second-factor", "Second factor", inside);
}

Html scope_field(Permission most) {
  Html options;
  for (const Permission one :
       {Permission::anyone, Permission::author, Permission::editor, Permission::admin}) {
    if (one > most) break;
    options.add(tag("option", attr("value", word_of(one)), word_of(one)));
  }
  return tag("p", attr("class", "field"), tag("label", attr("for", "scope"), "It may act as"),
             tag("select", attr("id", "scope"), attr("name", "scope"), options));
}

Result<Html> tokens_part(const Workplace& place, const Problems& problems) {
  TRY(const auto all, token_list(*place.hub, place.actor, {place.actor.name}));
  Html rows;
  for (const TokenView& one : all) {
    const std::string about =
        fmt::format("{}, {}, {}", one.app.empty() ? word_of(one.scope) : "app: " + one.app,
                    one.ends.empty() ? "does not end" : "ends " + one.ends,
                    one.used.empty() ? "never used" : "used " + one.used);
    rows.add(
        tag("li", tag("div", tag("strong", one.name), tag("span", attr("class", "hint"), about)),
            form("/account/tokens", place.actor.csrf,
                 together(hidden("remove", one.id),
                          tag("button", attr("type", "submit"), attr("class", "quiet"), "Remove",
                              tag("span", attr("class", "hidden"), " the token " + one.name))))));
  }
  const Html inside = together(
      field({.name = "name", .label = "What it is for", .hint = "Such as: release script."},
            problems),
      scope_field(place.actor.holds),
      field({.name = "ends",
             .label = "Its last day",
             .value = {},
             .hint = "As 2027-12-31. Left out: until you remove it.",
             .optional = true},
            problems),
      button("Make a token"));
  return section("tokens", "Tokens for your programs and apps",
                 together(rows.empty() ? Html() : tag("ul", attr("class", "things"), rows),
                          form("/account/tokens", place.actor.csrf, inside)));
}

Html shown_once(const Said& said) {
  Html out;
  if (!said.recovery_codes.empty()) {
    Html codes;
    for (const std::string& code : said.recovery_codes) codes.add(tag("li", tag("code", code)));
    out.add(tag("div", attr("class", "once"), tag("h2", "Your recovery codes"),
                tag("p",
                    "Each lets you in once, without the app. They are shown this once: keep "
                    "them where your password is not."),
                tag("ul", codes)));
  }
  if (!said.token.empty())
    out.add(tag("div", attr("class", "once"), tag("h2", "Your new token"),
                tag("p", "It is shown this once."), tag("p", tag("code", said.token))));
  return out;
}

Html greeting(const Workplace& place) {
  Hub& hub = *place.hub;
  const auto people = people_of(hub).list();
  const TeamRules& rules = hub.workspace().config.team;
  Html out = tag("header", attr("class", "plain"), tag("h1", place.actor.name),
                 tag("p", fmt::format("You are {} here.", word_of(place.who.person.role))));
  if (people && rules.lapses_after_days > 0) {
    const Micros lapses = lapses_at(*people, place.who.person, rules);
    if (lapses > 0)
      out.add(tag("p", attr("class", "note"),
                  fmt::format("Your membership lapses on {} unless you are here again before.",
                              day_of(lapses))));
  }
  out.add(form("/sign-out", place.actor.csrf, button("Sign out")));
  return out;
}

HttpAnswer no_database(const Workplace& place, const Error& error) {
  return error_page(place.service, "/account", 503, error);
}

HttpAnswer account_page(const Workplace& place, const Said& said) {
  const auto has = sign_in_of(*place.hub).ways(place.who.person);
  if (!has) return no_database(place, has.error());
  const auto sessions = sessions_part(place);
  if (!sessions) return no_database(place, sessions.error());
  const auto passkeys = passkeys_part(place, *has, said.problems);
  if (!passkeys) return no_database(place, passkeys.error());
  const auto identities = identities_part(place, *has, said.problems);
  if (!identities) return no_database(place, identities.error());
  const auto mail = mail_part(place, said.problems);
  if (!mail) return no_database(place, mail.error());
  const auto tokens = tokens_part(place, said.problems);
  if (!tokens) return no_database(place, tokens.error());
  const Html done = said.done.empty()
                        ? Html()
                        : tag("p", attr("class", "done"), attr("role", "status"), said.done);
  return page_answer(place.service,
                     {"/account", "Your account",
                      together(ways("/account"), greeting(place), error_summary(said.problems),
                               done, shown_once(said), *sessions, *passkeys, *identities,
                               password_part(place, *has, said.problems),
                               totp_part(place, *has, said.problems), *mail, *tokens),
                      said.status, passkeys_of(*place.hub).has_value()});
}

Said change_password(const Workplace& place, const QueryPairs& sent) {
  const Secret fresh(value_in(sent, "password"));
  if (!same_secret(fresh.reveal(), value_in(sent, "again")))
    return {.problems = {{"again", "The two passwords are not the same."}}, .status = 422};
  const auto outcome =
      sign_in_of(*place.hub).change_password(place.who, Secret(value_in(sent, "old")), fresh);
  if (!outcome) return wrong("password", outcome.error());
  if (outcome->state != SignedIn::open) return wrong("old", *outcome);
  return {.done = "Your password is changed, and all other sessions have ended."};
}

Said change_totp(const Workplace& place, const QueryPairs& sent) {
  SignIn sign_in = sign_in_of(*place.hub);
  const std::string step = value_in(sent, "step");
  if (step == "confirm") {
    auto codes = sign_in.confirm_totp(place.who.person, value_in(sent, "code"));
    if (!codes) return wrong("", codes.error());
    if (codes->empty())
      return {.problems = {{"code", "This is not the code of the app. Is its clock right?"}},
              .status = 403};
    return {.done = "The second factor is on.", .recovery_codes = std::move(*codes)};
  }
  const Secret proof(value_in(sent, "proof"));
  const auto outcome =
      step == "begin" ? sign_in.begin_totp(place.who, proof) : sign_in.end_totp(place.who, proof);
  if (!outcome) return wrong("", outcome.error());
  if (outcome->state != SignedIn::open) return wrong("proof", *outcome);
  return {.done = step == "begin" ? "" : "The second factor is off."};
}

Said change_sessions(const Workplace& place, const QueryPairs& sent) {
  SessionEndRequest request{.id = value_in(sent, "id")};
  request.all = !value_in(sent, "all").empty();
  const auto ended = do_operation(place, "session end", request);
  if (!ended) return wrong("", ended.error());
  return {.done = request.all ? "All other sessions have ended." : "The session has ended."};
}

Said change_tokens(const Workplace& place, const QueryPairs& sent) {
  if (const std::string id = value_in(sent, "remove"); !id.empty()) {
    const auto removed = do_operation(place, "token remove", TokenRemoveRequest{id});
    if (!removed) return wrong("", removed.error());
    return {.done = "The token works no more."};
  }
  TokenAddRequest request{.name = value_in(sent, "name"), .ends = value_in(sent, "ends")};
  request.scope = from_word<Permission>(value_in(sent, "scope")).value_or(Permission::anyone);
  const auto reply = do_operation(place, "token add", request);
  if (!reply) return wrong(reply.error().what.find("--ends") == 0 ? "ends" : "name", reply.error());
  const auto added = from_json<TokenAdded>(*reply);
  if (!added) return wrong("", added.error());
  return {.token = added->token};
}

using Change = Said (*)(const Workplace&, const QueryPairs&);

Change change_of(std::string_view path) {
  if (path == "/account/password") return &change_password;
  if (path == "/account/second-factor") return &change_totp;
  if (path == "/account/sessions") return &change_sessions;
  if (path == "/account/passkeys") return &change_passkeys;
  if (path == "/account/mail") return &change_mail;
  if (path == "/account/identities") return &change_identities;
  return path == "/account/tokens" ? &change_tokens : nullptr;
}

HttpAnswer take(const Workplace& place, Change change) {
  if (place.query.method != "POST") return see_other("/account");
  const auto sent = sent_form(place.query, place.caller, place.actor.csrf);
  if (!sent)
    return error_page(place.service, "/account", sent.error().fault == Fault::denied ? 403 : 400,
                      sent.error());
  Said said = change(place, *sent);
  return said.instead ? std::move(*said.instead) : account_page(place, said);
}

}  // namespace

std::optional<HttpAnswer> answer_account(Service& service, const HttpQuery& query) {
  const Change change = change_of(query.path);
  if (change == nullptr && query.path != "/account") return std::nullopt;
  auto entered = enter(service, query);
  if (auto* instead = std::get_if<HttpAnswer>(&entered)) return std::move(*instead);
  const Workplace& place = std::get<Workplace>(entered);
  if (change != nullptr) return take(place, change);
  if (query.method == "GET") return account_page(place, {});
  return wrong_method(service, "/account", "GET, HEAD");
}

}  // namespace carillon
