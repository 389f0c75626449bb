#include "web/page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "web/passkey.hpp"

namespace carillon {

namespace {

const Problem* problem_of(const Problems& problems, std::string_view name) {
  const auto found = std::find_if(problems.begin(), problems.end(),
                                  [&](const Problem& one) { return one.field == name; });
  return found == problems.end() ? nullptr : &*found;
}

Headers page_headers(bool script = false) {
  return {{"Content-Type", "text/html; charset=utf-8"},
          {"Cache-Control", "no-store"},
          {"Content-Security-Policy",
           fmt::format("default-src 'none'; {}style-src 'self'; img-src 'self'; base-uri 'none'; "
                       "form-action 'self'; frame-ancestors 'none'",
                       script ? "script-src 'self'; connect-src 'self'; " : "")},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          // The origin alone: with none, browsers would send "Origin: null" with our own forms.
          {"Referrer-Policy", "strict-origin"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

Html control(const Field& field, const std::string& described, bool wrong) {
  const Attribute invalid = wrong ? attr("aria-invalid", "true") : Attribute();
  const Attribute required = field.optional ? Attribute() : attr("required");
  // A browser drops the line break with which the text begins.
  if (field.type == "textarea")
    return tag("textarea", attr("id", field.name), attr("name", field.name),
               attr("rows", field.rows), attr("dir", "auto"),
               attr_some("aria-describedby", described), invalid, required, "\n" + field.value);
  const bool code = field.fills == "one-time-code";
  const bool prose = field.type == "prose";
  return tag("input", attr("id", field.name), attr("name", field.name),
             attr("type", prose ? "text" : field.type), attr_some("value", field.value),
             attr_some("autocomplete", prose ? "off" : field.fills),
             attr_some("aria-describedby", described), invalid, required,
             prose ? Attribute() : attr("spellcheck", "false"),
             prose ? Attribute() : attr("autocapitalize", "none"),
             code ? attr("inputmode", "text") : Attribute());
}

}  // namespace

Html field(const Field& field, const Problems& problems) {
  const Problem* problem = problem_of(problems, field.name);
  std::string described;
  if (!field.hint.empty()) described = field.name + "-hint";
  if (problem != nullptr) described += (described.empty() ? "" : " ") + field.name + "-problem";
  return tag("p", attr("class", problem == nullptr ? "field" : "field wrong"),
             tag("label", attr("for", field.name), field.label),
             field.hint.empty()
                 ? Html()
                 : tag("span", attr("class", "hint"), attr("id", field.name + "-hint"), field.hint),
             problem == nullptr ? Html()
                                : tag("span", attr("class", "problem"),
                                      attr("id", field.name + "-problem"), problem->text),
             control(field, described, problem != nullptr));
}

Html error_summary(const Problems& problems) {
  if (problems.empty()) return {};
  Html items;
  for (const Problem& one : problems)
    items.add(tag("li", one.field.empty() ? together(one.text)
                                          : tag("a", attr("href", "#" + one.field), one.text)));
  return tag("div", attr("class", "problems"), attr("role", "alert"),
             attr("aria-labelledby", "problems"),
             tag("h2", attr("id", "problems"), "This did not work"), tag("ul", items));
}

Html form(const std::string& action, const std::string& csrf, const Html& inside) {
  return tag("form", attr("method", "post"), attr("action", action), attr("class", "form"),
             hidden("csrf", csrf), inside);
}

Html button(std::string_view label) {
  return tag("p", tag("button", attr("type", "submit"), label));
}

Html hidden(std::string_view name, std::string_view value) {
  return tag("input", attr("type", "hidden"), attr("name", name), attr("value", value));
}

HttpAnswer page_answer(const Service& service, const PageText& page) {
  HttpAnswer out{.status = page.status, .headers = page_headers(page.passkeys)};
  // These pages are in English, whatever the organisation speaks.
  const Html main =
      tag("div", attr("class", "staff"), attr("lang", "en"), attr("dir", "ltr"), page.main,
          page.passkeys ? tag("script", attr("src", passkey_script_path), attr("defer")) : Html());
  out.body = service.around(page.path, page.title, main.str());
  return out;
}

HttpAnswer see_other(const std::string& path) {
  HttpAnswer out{.status = 303, .headers = page_headers()};
  out.headers.add("Location", path);
  return out;
}

HttpAnswer error_page(const Service& service, const std::string& path, int status,
                      const Error& error) {
  return page_answer(service, {path, "This did not work",
                               tag("header", attr("class", "plain"), tag("h1", "This did not work"),
                                   tag("p", in_sentences(error)),
                                   tag("p", tag("a", attr("href", "/sign-in"), "Sign in"))),
                               status});
}

Visit visit_of(Service& service, const HttpQuery& query) {
  auto hub = service.hub();
  Caller caller = caller_of(query, hub->workspace().config.organisation.url);
  return {service, std::move(hub), query, std::move(caller)};
}

HttpAnswer wrong_method(const Service& service, const std::string& path,
                        const std::string& allowed) {
  HttpAnswer out = error_page(service, path, 405,
                              {Fault::invalid, "this method does not go with this page", {}});
  out.headers.add("Allow", allowed);
  return out;
}

std::string value_in(const QueryPairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

Result<QueryPairs> form_pairs(const HttpQuery& query, const Caller& caller) {
  if (!caller.own)
    return fail(Fault::denied, "the request comes from another site",
                "Open the page yourself and send the form from there.");
  const std::string_view type = query.header("Content-Type");
  if (!same_ignoring_case(trim(type.substr(0, type.find(';'))),
                          "application/x-www-form-urlencoded"))
    return fail(Fault::invalid, "this is not what a form sends", "Send the form of the page.");
  return parse_query(caller.body);
}

Result<QueryPairs> sent_form(const HttpQuery& query, const Caller& caller,
                             const std::string& csrf) {
  TRY(QueryPairs pairs, form_pairs(query, caller));
  if (csrf.empty() || !same_secret(value_in(pairs, "csrf"), csrf))
    return fail(Fault::denied, "the form is no longer valid",
                "It was open for long, or cookies are off. Open the page again and send it anew.");
  return pairs;
}

std::string in_sentences(const Error& error) {
  std::string out = error.what + ".";
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return error.hint.empty() ? out : out + " " + error.hint;
}

std::string seconds_of(Micros wait) {
  return std::to_string((wait + second - 1) / second);
}

std::string in_words(Micros wait) {
  const std::int64_t minutes = (wait + minute - 1) / minute;
  return minutes <= 1 ? "a minute" : fmt::format("{} minutes", minutes);
}

}  // namespace carillon
