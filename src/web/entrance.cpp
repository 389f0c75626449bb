#include "web/entrance.hpp"

#include <fmt/format.h>

#include "hub/passkeys.hpp"
#include "hub/people.hpp"
#include "web/passkey.hpp"
#include "web/provider.hpp"

namespace carillon {

namespace {

int trouble_status(Fault fault) {
  switch (fault) {
    case Fault::denied:
      return 403;
    case Fault::invalid:
      return 400;
    case Fault::conflict:
      return 409;
    case Fault::too_large:
      return 422;
    default:
      return 503;
  }
}

Html password_form(const SignInText& text, const std::string& csrf) {
  return form("/sign-in", csrf,
              together(hidden("next", text.next),
                       field({.name = "who",
                              .label = "E-mail address or name",
                              .value = text.who,
                              .fills = "username"},
                             text.problems),
                       field({.name = "password",
                              .label = "Password",
                              .type = "password",
                              .fills = "current-password"},
                             text.problems),
                       button("Sign in")));
}

Html passkey_form(const SignInText& text, const std::string& csrf) {
  return form("/sign-in/passkey", csrf,
              together(hidden("next", text.next),
                       passkey_button(PasskeyButton::sign_in, "Sign in with a passkey", "")));
}

Html provider_form(const Hub& hub, const SignInText& text, const std::string& csrf) {
  const Html buttons = provider_buttons(hub, "Sign in with");
  return buttons.empty()
             ? buttons
             : form("/sign-in/with", csrf, together(hidden("next", text.next), buttons));
}

}  // namespace

Unsigned form_of(const Visit& visit) {
  if (!visit.caller.form.empty()) return {visit.caller.form, false};
  return {new_token(), true};
}

HttpAnswer with_form(const Visit& visit, const Unsigned& bound, HttpAnswer answer) {
  if (bound.fresh)
    answer.headers.add("Set-Cookie", cookie_line(Cookie::form, bound.form, visit.caller.secure));
  return answer;
}

HttpAnswer trouble(const Visit& visit, const Error& error) {
  const int status = trouble_status(error.fault);
  const bool ours = status == 503;
  return error_page(visit.service, "/sign-in", status,
                    ours ? Error{error.fault, "the database does not answer now",
                                 "Try again in a moment; the server's log says more."}
                         : error);
}

Html page_head(std::string_view title, std::string_view lead) {
  return tag("header", attr("class", "plain"), tag("h1", title),
             lead.empty() ? Html() : tag("p", lead));
}

HttpAnswer sign_in_page(const Visit& visit, const SignInText& text) {
  const Unsigned bound = form_of(visit);
  const std::string csrf = csrf_of(bound.form);
  const bool passkeys = passkeys_of(*visit.hub).has_value();
  return with_form(
      visit, bound,
      page_answer(
          visit.service,
          {"/sign-in", "Sign in",
           together(page_head("Sign in", "For people who work here."), error_summary(text.problems),
                    password_form(text, csrf), passkeys ? passkey_form(text, csrf) : Html(),
                    provider_form(*visit.hub, text, csrf),
                    tag("p", attr("class", "note"),
                        "No password any more, or no invitation? An admin makes you a new link.")),
           text.status, passkeys}));
}

HttpAnswer sign_in_trouble(const Visit& visit, const std::string& next, const Error& error) {
  const int status = trouble_status(error.fault);
  if (status == 503) return trouble(visit, error);
  return sign_in_page(visit,
                      {.next = next, .problems = {{"", in_sentences(error)}}, .status = status});
}

HttpAnswer come_in(const Visit& visit, const SignInOutcome& outcome, const std::string& next) {
  const bool secure = visit.caller.secure;
  const std::string way = next == own_path({}) ? "" : "?" + build_query({{"next", next}});
  HttpAnswer out = see_other(outcome.state == SignedIn::code ? "/sign-in/code" + way : next);
  out.headers.add("Set-Cookie", cookie_line(Cookie::session, outcome.session, secure));
  if (!outcome.device.empty())
    out.headers.add("Set-Cookie", cookie_line(Cookie::device, outcome.device, secure));
  if (!visit.caller.form.empty())
    out.headers.add("Set-Cookie", cookie_line(Cookie::form, {}, secure));
  return out;
}

std::string closed_words(Standing standing) {
  if (standing == Standing::lapsed)
    return "Your membership has lapsed, as you were not here for long. An admin can open it again.";
  return "Your membership has ended. An admin can open it again.";
}

std::string wait_words(Micros wait) {
  return fmt::format(
      "This was wrong too often. Try again in {}, or from a browser in which you "
      "signed in before.",
      in_words(wait));
}

std::string proof_words() {
  return fmt::format(
      "You have no password to show that it is still you, and signed in more than {} minutes ago. "
      "Sign out and in again, then do this.",
      limits::proof_minutes);
}

HttpAnswer with_wait(HttpAnswer answer, Micros wait) {
  answer.headers.add("Retry-After", seconds_of(wait));
  return answer;
}

}  // namespace carillon
