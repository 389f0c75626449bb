#include "web/sign_in.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "hub/passkeys.hpp"
#include "hub/people.hpp"
#include "web/entrance.hpp"
#include "web/passkey.hpp"
#include "web/provider.hpp"

namespace carillon {

namespace {

HttpAnswer code_page(const Visit& visit, const std::string& next, const Problems& problems,
                     int status) {
  const Html inside = together(
      hidden("next", next),
      field({.name = "code",
             .label = "Code",
             .hint = "Six digits from your authenticator app, or one of your recovery codes.",
             .fills = "one-time-code"},
            problems),
      button("Go on"));
  return page_answer(
      visit.service,
      {"/sign-in", "Second step",
       together(page_head("Second step", "You have a second factor here."), error_summary(problems),
                form("/sign-in/code", csrf_of(visit.caller.visitor.session), inside)),
       status});
}

HttpAnswer take_password(const Visit& visit) {
  const auto sent = sent_form(visit.query, visit.caller,
                              visit.caller.form.empty() ? "" : csrf_of(visit.caller.form));
  if (!sent) return trouble(visit, sent.error());
  const std::string who = value_in(*sent, "who");
  const std::string next = own_path(value_in(*sent, "next"));
  const Secret password(value_in(*sent, "password"));
  Problems problems;
  if (who.empty()) problems.push_back({"who", "Say who you are."});
  if (password.empty()) problems.push_back({"password", "Enter your password."});
  if (!problems.empty()) return sign_in_page(visit, {who, next, problems, 422});
  const auto outcome = sign_in_of(*visit.hub).with_password(who, password, visit.caller.visitor);
  if (!outcome) return trouble(visit, outcome.error());
  switch (outcome->state) {
    case SignedIn::open:
    case SignedIn::code:
      return come_in(visit, *outcome, next);
    case SignedIn::wait:
      return with_wait(
          sign_in_page(visit, {who, next, {{"password", wait_words(outcome->wait)}}, 429}),
          outcome->wait);
    case SignedIn::closed:
      return sign_in_page(visit, {who, next, {{"", closed_words(outcome->standing)}}, 403});
    case SignedIn::wrong:
    case SignedIn::anew:
      break;
  }
  return sign_in_page(visit,
                      {who, next, {{"password", "Name and password do not go together."}}, 403});
}

HttpAnswer take_code(const Visit& visit) {
  const Secret& session = visit.caller.visitor.session;
  const auto sent = sent_form(visit.query, visit.caller, session.empty() ? "" : csrf_of(session));
  if (!sent) return trouble(visit, sent.error());
  const std::string next = own_path(value_in(*sent, "next"));
  const auto outcome =
      sign_in_of(*visit.hub).with_code(value_in(*sent, "code"), visit.caller.visitor);
  if (!outcome) return trouble(visit, outcome.error());
  switch (outcome->state) {
    case SignedIn::open:
    case SignedIn::code:
      return come_in(visit, *outcome, outcome->by_recovery_code ? "/account" : next);
    case SignedIn::wait:
      return with_wait(code_page(visit, next, {{"code", wait_words(outcome->wait)}}, 429),
                       outcome->wait);
    case SignedIn::closed:
      return sign_in_page(visit, {"", next, {{"", closed_words(outcome->standing)}}, 403});
    case SignedIn::anew:
      return sign_in_page(visit, {"", next, {{"", "That took too long: start again."}}, 403});
    case SignedIn::wrong:
      break;
  }
  return code_page(visit, next, {{"code", "This code is not right, or was used already."}}, 403);
}

HttpAnswer welcome_page(const Visit& visit, const Person& person, const std::string& name,
                        const std::string& email, const Problems& problems, int status) {
  const Unsigned bound = form_of(visit);
  const bool fresh = person.joined == 0;
  Html inside;
  if (fresh) {
    inside.add(field({.name = "name",
                      .label = "Your name",
                      .value = name,
                      .hint = "Others see it beside what you do. It cannot be changed later.",
                      .fills = "name"},
                     problems));
    if (person.email.empty())
      inside.add(field({.name = "email",
                        .label = "E-mail address",
                        .type = "email",
                        .value = email,
                        .hint = "You can sign in with it too. You may leave it out.",
                        .fills = "email",
                        .optional = true},
                       problems));
  }
  inside.add(field({.name = "password",
                    .label = "A password",
                    .type = "password",
                    .hint = fmt::format("At least {} characters. Four words that have nothing to "
                                        "do with each other are long and easy to keep.",
                                        limits::password_least),
                    .fills = "new-password"},
                   problems));
  inside.add(field({.name = "again",
                    .label = "The same password again",
                    .type = "password",
                    .fills = "new-password"},
                   problems));
  inside.add(button(fresh ? "Come in" : "Set the password"));
  const bool passkeys = passkeys_of(*visit.hub).has_value();
  if (passkeys)
    inside.add(passkey_button(PasskeyButton::make, "Come in with a passkey and no password", ""));
  inside.add(provider_buttons(*visit.hub, "Come in with"));
  const std::string lead =
      fresh ? fmt::format("You are invited as {}.", word_of(person.role))
            : fmt::format("A new password for {}. All that is signed in elsewhere ends.",
                          person.name);
  return with_form(
      visit, bound,
      page_answer(visit.service,
                  {"/welcome", "Welcome",
                   together(page_head("Welcome", lead), error_summary(problems),
                            form(std::string(visit.query.path), csrf_of(bound.form), inside)),
                   status, passkeys}));
}

struct Welcomed {
  std::string name;
  std::string email;
  Secret link;
  std::string provider;
};

// On to the provider; what is said of the newcomer waits here.
HttpAnswer welcome_provider(const Visit& visit, const Person& person, const Welcomed& who) {
  const ProviderErrand errand{.errand = Errand::link,
                              .next = own_path({}),
                              .link = who.link.reveal(),
                              .name = who.name,
                              .email = who.email};
  auto there = lead_to_provider(visit.service, *visit.hub, visit.caller,
                                {who.provider, errand, visit.caller.form});
  if (there) return std::move(*there);
  if (there.error().fault != Fault::invalid) return trouble(visit, there.error());
  return welcome_page(visit, person, who.name, who.email, {{"", in_sentences(there.error())}}, 422);
}

HttpAnswer take_welcome(const Visit& visit, const Person& person, const Secret& link) {
  const auto sent = sent_form(visit.query, visit.caller,
                              visit.caller.form.empty() ? "" : csrf_of(visit.caller.form));
  if (!sent) return trouble(visit, sent.error());
  const std::string name = value_in(*sent, "name");
  const std::string email = value_in(*sent, "email");
  if (is_passkey_form(*sent))
    return welcome_passkey(visit, link, {.name = name, .email = email}, *sent);
  if (const std::string provider = provider_in(*sent); !provider.empty())
    return welcome_provider(visit, person, {name, email, link, provider});
  const Secret password(value_in(*sent, "password"));
  Problems problems;
  if (person.joined == 0) {
    if (const auto good = check_person_name(name); !good)
      problems.push_back({"name", in_sentences(good.error())});
    if (const auto good = check_email(email); !email.empty() && !good)
      problems.push_back({"email", in_sentences(good.error())});
  }
  if (const auto good = check_password(password, {name, email, person.name, person.email}); !good)
    problems.push_back({"password", in_sentences(good.error())});
  if (!same_secret(password.reveal(), value_in(*sent, "again")))
    problems.push_back({"again", "The two passwords are not the same."});
  if (!problems.empty()) return welcome_page(visit, person, name, email, problems, 422);
  const auto outcome =
      sign_in_of(*visit.hub).with_link(link, name, email, password, visit.caller.visitor);
  if (outcome) return come_in(visit, *outcome, own_path({}));
  if (outcome.error().fault == Fault::conflict)
    return welcome_page(visit, person, name, email, {{"name", in_sentences(outcome.error())}}, 409);
  return trouble(visit, outcome.error());
}

HttpAnswer welcome(const Visit& visit) {
  const Secret link(std::string(visit.query.path.substr(welcome_path.size())));
  const auto person = people_of(*visit.hub).of_link(link);
  if (!person) return trouble(visit, person.error());
  return visit.posts() ? take_welcome(visit, *person, link)
                       : welcome_page(visit, *person, "", "", {}, 200);
}

HttpAnswer sign_in(const Visit& visit) {
  if (visit.posts()) return take_password(visit);
  const std::string next = own_path(value_in(parse_query(visit.query.query), "next"));
  const auto who = actor_by_session(*visit.hub, visit.caller.visitor.session);
  if (!who) return trouble(visit, who.error());
  return *who ? see_other(next) : sign_in_page(visit, {.next = next});
}

HttpAnswer second_step(const Visit& visit) {
  if (visit.posts()) return take_code(visit);
  const std::string next = own_path(value_in(parse_query(visit.query.query), "next"));
  return visit.caller.visitor.session.empty() ? see_other("/sign-in")
                                              : code_page(visit, next, {}, 200);
}

HttpAnswer sign_out(const Visit& visit) {
  const Secret& session = visit.caller.visitor.session;
  if (!visit.posts() || session.empty()) return see_other("/sign-in");
  const auto sent = sent_form(visit.query, visit.caller, csrf_of(session));
  if (!sent) return trouble(visit, sent.error());
  SignIn sign_in = sign_in_of(*visit.hub);
  const auto who = sign_in.present(session);
  if (!who) return trouble(visit, who.error());
  if (*who) {
    if (const auto left = sign_in.leave(**who); !left) return trouble(visit, left.error());
  }
  HttpAnswer out = see_other("/sign-in");
  out.headers.add("Set-Cookie", cookie_line(Cookie::session, {}, visit.caller.secure));
  return out;
}

}  // namespace

std::optional<HttpAnswer> answer_sign_in(Service& service, const HttpQuery& query) {
  if (auto passkey = answer_passkey(service, query)) return passkey;
  if (auto provider = answer_provider(service, query)) return provider;
  HttpAnswer (*page)(const Visit&) = query.path == "/sign-in"               ? &sign_in
                                     : query.path == "/sign-in/code"        ? &second_step
                                     : query.path == "/sign-out"            ? &sign_out
                                     : query.path.starts_with(welcome_path) ? &welcome
                                                                            : nullptr;
  if (page == nullptr) return std::nullopt;
  const Visit visit = visit_of(service, query);
  if (query.method == "GET" || query.method == "POST") return page(visit);
  return wrong_method(service, "/sign-in", "GET, HEAD, POST");
}

}  // namespace carillon
