#include "web/provider.hpp"

#include <fmt/format.h>

#include "web/entrance.hpp"

namespace carillon {

namespace {

constexpr std::string_view with_path = "/sign-in/with";
constexpr std::string_view back = "/back";

HttpAnswer way_there(Service& service, const std::string& label, const std::string& address) {
  HttpAnswer out = page_answer(
      service,
      {std::string(with_path), "On to " + label,
       together(page_head("On to " + label, "You come back here when you have signed in there."),
                tag("p", tag("a", attr("href", address), "Go to " + label)))});
  out.headers.add("Refresh", "0; url=" + address);
  return out;
}

HttpAnswer begin(const Visit& visit) {
  if (!visit.posts()) return see_other("/sign-in");
  const Secret& browser = visit.caller.form;
  const auto sent = sent_form(visit.query, visit.caller, browser.empty() ? "" : csrf_of(browser));
  if (!sent) return trouble(visit, sent.error());
  const ProviderErrand errand{.errand = Errand::sign_in, .next = own_path(value_in(*sent, "next"))};
  auto there = lead_to_provider(visit.service, *visit.hub, visit.caller,
                                {provider_in(*sent), errand, browser});
  return there ? std::move(*there) : sign_in_trouble(visit, errand.next, there.error());
}

HttpAnswer come_back(const Visit& visit, std::string_view name) {
  const ProviderConfig* provider = find_provider(*visit.hub, name);
  if (provider == nullptr)
    return error_page(visit.service, "/sign-in", 404,
                      {Fault::not_found, "one cannot sign in with this here", {}});
  const auto came = providers_of(*visit.hub)
                        .finish(*provider, parse_query(visit.query.query), visit.caller.visitor,
                                {visit.caller.form, visit.caller.visitor.session});
  if (!came) return trouble(visit, came.error());
  if (came->errand.errand == Errand::add) return see_other("/account#identities");
  const std::string next = own_path(came->errand.next);
  const SignInOutcome& outcome = came->outcome;
  switch (outcome.state) {
    case SignedIn::open:
    case SignedIn::code:
      return come_in(visit, outcome, next);
    case SignedIn::closed:
      return sign_in_page(
          visit, {.next = next, .problems = {{"", closed_words(outcome.standing)}}, .status = 403});
    default:
      break;
  }
  return sign_in_page(
      visit,
      {.next = next,
       .problems = {{"", fmt::format("Nobody here has linked this account at {}. Sign in another "
                                     "way and link it under \"Your account\", or come by an "
                                     "invitation.",
                                     provider->label)}},
       .status = 403});
}

}  // namespace

std::optional<HttpAnswer> answer_provider(Service& service, const HttpQuery& query) {
  if (!query.path.starts_with(with_path)) return std::nullopt;
  std::string_view rest = query.path.substr(with_path.size());
  if (rest.empty()) {
    if (query.method == "GET" || query.method == "POST") return begin(visit_of(service, query));
    return wrong_method(service, "/sign-in", "GET, HEAD, POST");
  }
  if (!rest.starts_with('/') || !rest.ends_with(back) || rest.size() < back.size() + 2)
    return std::nullopt;
  if (query.method != "GET") return wrong_method(service, "/sign-in", "GET, HEAD");
  rest.remove_prefix(1);
  rest.remove_suffix(back.size());
  return come_back(visit_of(service, query), rest);
}

Html provider_buttons(const Hub& hub, std::string_view label) {
  Html out;
  for (const ProviderConfig& one : hub.workspace().config.sign_in)
    out.add(
        tag("p", tag("button", attr("type", "submit"), attr("formnovalidate"), attr("name", "with"),
                     attr("value", one.name), fmt::format("{} {}", label, one.label))));
  return out;
}

std::string provider_in(const QueryPairs& sent) {
  return value_in(sent, "with");
}

Result<HttpAnswer> lead_to_provider(Service& service, Hub& hub, const Caller& caller,
                                    const ToProvider& to) {
  const ProviderConfig* provider = find_provider(hub, to.name);
  if (provider == nullptr)
    return fail(Fault::invalid, "one cannot sign in with this here", "Sign in another way.");
  TRY(const ProviderRequest request,
      providers_of(hub).begin(*provider, to.errand, caller.visitor, to.browser));
  if (request.state != SignedIn::wait) return way_there(service, provider->label, request.address);
  return with_wait(error_page(service, "/sign-in", 429,
                              {Fault::denied, "this was tried too often from your network",
                               "Try again in " + in_words(request.wait) + "."}),
                   request.wait);
}

}  // namespace carillon
