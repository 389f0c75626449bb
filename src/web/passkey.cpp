#include "web/passkey.hpp"

#include "hub/passkeys.hpp"
#include "web/entrance.hpp"

namespace carillon {

namespace {

HttpAnswer script_answer() {
  HttpAnswer out{.status = 200,
                 .headers = {{"Content-Type", "text/javascript; charset=utf-8"},
                             {"Cache-Control", "no-cache"},
                             {"X-Content-Type-Options", "nosniff"},
                             {"Cross-Origin-Resource-Policy", "same-origin"}}};
  out.body = std::string(passkey_script());
  return out;
}

HttpAnswer object_answer(int status, const json::object& body) {
  HttpAnswer out{.status = status,
                 .headers = {{"Content-Type", "application/json"},
                             {"Cache-Control", "no-store"},
                             {"X-Content-Type-Options", "nosniff"}}};
  out.body = json::serialize(body);
  return out;
}

HttpAnswer refusal(int status, const std::string& sentence) {
  return object_answer(status, {{"error", json::string(sentence)}});
}

tl::unexpected<Error> none_here() {
  return fail(Fault::invalid, "passkeys do not work here",
              "They need organisation.url to be https:// and a name; localhost will do to try.");
}

// The answer to a form, in the way its step reads it.
HttpAnswer refused(const Visit& visit, const QueryPairs& sent, const Error& error) {
  return is_first_step(sent) ? passkey_reply(tl::unexpected<Error>(error)) : trouble(visit, error);
}

HttpAnswer sign_in_by_passkey(const Visit& visit) {
  if (!visit.posts()) return see_other("/sign-in");
  const Secret& browser = visit.caller.form;
  const auto sent = sent_form(visit.query, visit.caller, browser.empty() ? "" : csrf_of(browser));
  if (!sent) return trouble(visit, sent.error());
  const std::string next = own_path(value_in(*sent, "next"));
  auto passkeys = passkeys_of(*visit.hub);
  if (!passkeys) return refused(visit, *sent, none_here().value());
  if (is_first_step(*sent)) return passkey_reply(passkeys->ask(visit.caller.visitor, browser));
  const auto answer = passkey_answer(*sent);
  if (!answer) return trouble(visit, answer.error());
  const auto outcome = passkeys->sign_in(*answer, visit.caller.visitor, browser);
  if (!outcome) return sign_in_trouble(visit, next, outcome.error());
  switch (outcome->state) {
    case SignedIn::open:
    case SignedIn::code:
      return come_in(visit, *outcome, next);
    case SignedIn::wait:
      return with_wait(
          sign_in_page(
              visit, {.next = next, .problems = {{"", wait_words(outcome->wait)}}, .status = 429}),
          outcome->wait);
    case SignedIn::closed:
      return sign_in_page(
          visit,
          {.next = next, .problems = {{"", closed_words(outcome->standing)}}, .status = 403});
    case SignedIn::wrong:
    case SignedIn::anew:
      break;
  }
  return sign_in_page(
      visit, {.next = next,
              .problems = {{"",
                            "Nobody here has this passkey any more. Sign in another way; then "
                            "you can take it out of your device."}},
              .status = 403});
}

}  // namespace

std::optional<HttpAnswer> answer_passkey(Service& service, const HttpQuery& query) {
  const bool script = query.path == passkey_script_path;
  if (!script && query.path != "/sign-in/passkey") return std::nullopt;
  if (script && query.method == "GET") return script_answer();
  if (script || (query.method != "GET" && query.method != "POST"))
    return wrong_method(service, "/sign-in", script ? "GET, HEAD" : "GET, HEAD, POST");
  return sign_in_by_passkey(visit_of(service, query));
}

Html passkey_button(PasskeyButton what, std::string_view label, std::string_view without) {
  const bool makes = what == PasskeyButton::make;
  return together(
      hidden("credential", ""),
      tag("p", tag("button", attr("type", "submit"), attr("formnovalidate"), attr("hidden"),
                   attr("data-passkey", makes ? "create" : "get"), label)),
      tag("p", attr("class", "note"), attr("role", "status"), attr("data-passkey-status"),
          without));
}

bool is_first_step(const QueryPairs& sent) {
  return value_in(sent, "step") == "begin";
}

bool is_passkey_form(const QueryPairs& sent) {
  return is_first_step(sent) || !value_in(sent, "credential").empty();
}

HttpAnswer passkey_reply(const Result<PasskeyRequest>& request) {
  if (!request) {
    const Error& error = request.error();
    const bool ours = error.fault == Fault::unavailable || error.fault == Fault::internal ||
                      error.fault == Fault::corrupt;
    return refusal(ours ? 503 : error.fault == Fault::denied ? 403 : 422, in_sentences(error));
  }
  switch (request->state) {
    case SignedIn::open:
      return object_answer(200, request->options);
    case SignedIn::wait:
      return with_wait(
          refusal(429, "This was tried too often. Try again in " + in_words(request->wait) + "."),
          request->wait);
    case SignedIn::anew:
      return refusal(403, proof_words());
    default:
      return refusal(403, "This is not your password.");
  }
}

Result<PasskeyAnswer> passkey_answer(const QueryPairs& sent) {
  auto out = parse_json_as<PasskeyAnswer>(value_in(sent, "credential"));
  if (out) return out;
  return fail(Fault::invalid, "this is not what the page's script sends",
              "Open the page again; if it stays so, sign in with a password.");
}

HttpAnswer welcome_passkey(const Visit& visit, const Secret& link, const Arrival& who,
                           const QueryPairs& sent) {
  auto passkeys = passkeys_of(*visit.hub);
  if (!passkeys) return refused(visit, sent, none_here().value());
  if (is_first_step(sent))
    return passkey_reply(
        passkeys->begin_by_link(link, who, visit.caller.visitor, visit.caller.form));
  const auto answer = passkey_answer(sent);
  if (!answer) return trouble(visit, answer.error());
  const auto outcome =
      passkeys->finish_by_link(link, *answer, visit.caller.visitor, visit.caller.form);
  if (!outcome) return trouble(visit, outcome.error());
  return come_in(visit, *outcome, own_path({}));
}

}  // namespace carillon
