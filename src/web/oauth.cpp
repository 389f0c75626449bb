#include "web/oauth.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "hub/people.hpp"
#include "web/client_request.hpp"
#include "web/entrance.hpp"
#include "web/workplace.hpp"

namespace carillon {

namespace {

constexpr std::string_view authorize_path = "/oauth/authorize";

// RFC 6749 section 5.2.
HttpAnswer refused(int status, std::string_view code, const std::string& sentence) {
  return client_json(status, json::object{{"error", json::string(code)},
                                          {"error_description", json::string(sentence)}});
}

HttpAnswer refused(const Error& error) {
  if (error.fault == Fault::denied) return refused(400, "invalid_grant", in_sentences(error));
  if (error.fault == Fault::invalid) return refused(400, "invalid_request", in_sentences(error));
  if (error.fault == Fault::too_large || error.fault == Fault::conflict)
    return refused(422, "invalid_request", in_sentences(error));
  return refused(503, "temporarily_unavailable", "The server cannot do this now.");
}

// Addresses one a line, or as a list.
std::vector<std::string> redirects_in(const ClientWords& words) {
  std::vector<std::string> out;
  for (const std::string& said : words.list("redirect_uris")) {
    for (const std::string& line : split(said, '\n')) {
      if (const auto one = trim(line); !one.empty()) out.emplace_back(one);
    }
  }
  return out;
}

json::object shown(const ClientApp& app) {
  json::array redirects;
  for (const std::string& one : app.redirect_list()) redirects.emplace_back(json::string(one));
  json::object out{{"id", json::string(app.id)},
                   {"name", json::string(app.name)},
                   {"website", nullptr},
                   {"scopes", json::array()},
                   {"redirect_uri", json::string(app.redirects)},
                   {"redirect_uris", std::move(redirects)},
                   // Of Web Push, which there is not here.
                   {"vapid_key", ""}};
  if (!app.website.empty()) out["website"] = json::string(app.website);
  for (const std::string& one : split(app.scopes, ' '))
    out["scopes"].get_array().emplace_back(json::string(one));
  return out;
}

HttpAnswer register_app(const ClientCall& call) {
  if (call.query.method != "POST") return client_error(405, "Apps are registered with POST.");
  const auto scopes = read_scopes(call.words.of("scopes"));
  if (!scopes) return client_error(scopes.error());
  const std::string address =
      caller_of(call.query, call.hub->workspace().config.organisation.url).visitor.address;
  const auto made =
      client_apps_of(*call.hub).add(call.words.of("client_name"), call.words.of("website"),
                                    redirects_in(call.words), *scopes, address);
  if (!made && made.error().fault == Fault::too_large)
    return client_error(429, in_sentences(made.error()));
  if (!made) return client_error(made.error());
  json::object out = shown(made->app);
  out["client_id"] = json::string(made->app.id);
  out["client_secret"] = json::string(made->secret.reveal());
  out["client_secret_expires_at"] = 0;
  return client_json(200, out);
}

HttpAnswer which_app(const ClientCall& call) {
  const auto caller = client_by_token(*call.hub, bearer_of(call.query));
  if (!caller) return client_error(caller.error());
  if (!*caller) return client_error(401, "This token opens nothing.");
  return client_json(200, shown((*caller)->app));
}

// The id and secret of an app, in the body or as RFC 7617 has them. Nothing: they do not go
// together.
Result<std::optional<ClientApp>> proven_app(const ClientCall& call) {
  std::string id = call.words.of("client_id");
  std::string secret = call.words.of("client_secret");
  const std::string_view header = call.query.header("Authorization");
  if (secret.empty() && header.size() > 6 && same_ignoring_case(header.substr(0, 6), "basic ")) {
    const auto pair = from_base64(trim(header.substr(6)));
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon != std::string::npos) {
      id = percent_decode(pair->substr(0, colon)).value_or("");
      secret = percent_decode(pair->substr(colon + 1)).value_or("");
    }
  }
  if (id.empty() || secret.empty()) return std::nullopt;
  return client_apps_of(*call.hub).prove(id, Secret(secret));
}

HttpAnswer token_answer(const Secret& token, const std::string& scopes, Micros made) {
  return client_json(200, json::object{{"access_token", json::string(token.reveal())},
                                       {"token_type", "Bearer"},
                                       {"scope", json::string(scopes)},
                                       {"created_at", made / second}});
}

HttpAnswer own_token(const ClientCall& call, const ClientApp& app) {
  const auto wanted = read_scopes(call.words.of("scope"));
  const auto most = read_scopes(app.scopes);
  if (!wanted || !most || !covers(*most, *wanted))
    return refused(400, "invalid_scope", "The app may not ask for this.");
  const auto token = client_apps_of(*call.hub).own_token(app);
  if (!token) return refused(token.error());
  return token_answer(*token, app.scopes, call.hub->clock().now());
}

HttpAnswer give_token(const ClientCall& call) {
  if (call.query.method != "POST") return refused(405, "invalid_request", "Ask with POST.");
  const auto app = proven_app(call);
  if (!app) return refused(app.error());
  if (!*app)
    return refused(401, "invalid_client", "The app is not known, or this is not its secret.");
  const std::string kind = call.words.of("grant_type");
  if (kind == "client_credentials") return own_token(call, **app);
  if (kind != "authorization_code")
    return refused(
        400, "unsupported_grant_type",
        "People let an app in on a page, and it gets a code: no password is taken here.");
  const auto made = token_for_code(*call.hub, **app, Secret(call.words.of("code")),
                                   call.words.of("redirect_uri"), call.words.of("code_verifier"));
  if (!made) return refused(made.error());
  return token_answer(made->secret, made->token.scopes, made->token.made);
}

HttpAnswer revoke(const ClientCall& call) {
  if (call.query.method != "POST") return refused(405, "invalid_request", "Ask with POST.");
  const auto app = proven_app(call);
  if (!app) return refused(app.error());
  if (!*app)
    return refused(403, "unauthorized_client", "The app is not known, or this is not its secret.");
  const auto ended = end_client_token(*call.hub, **app, Secret(call.words.of("token")));
  if (!ended && ended.error().fault == Fault::denied)
    return refused(403, "unauthorized_client", in_sentences(ended.error()));
  return ended ? client_json(200, json::object()) : refused(ended.error());
}

HttpAnswer metadata(const ClientCall& call) {
  const std::string& home = call.hub->workspace().config.organisation.url;
  const auto at = [&](std::string_view path) { return json::string(home + std::string(path)); };
  json::array scopes;
  for (const std::string& one : all_scopes()) scopes.emplace_back(json::string(one));
  return client_json(200, json::object{{"issuer", at("/")},
                                       {"authorization_endpoint", at(authorize_path)},
                                       {"token_endpoint", at("/oauth/token")},
                                       {"revocation_endpoint", at("/oauth/revoke")},
                                       {"app_registration_endpoint", at("/api/v1/apps")},
                                       {"scopes_supported", std::move(scopes)},
                                       {"response_types_supported", json::array{"code"}},
                                       {"response_modes_supported", json::array{"query"}},
                                       {"grant_types_supported",
                                        json::array{"authorization_code", "client_credentials"}},
                                       {"token_endpoint_auth_methods_supported",
                                        json::array{"client_secret_basic", "client_secret_post"}},
                                       {"code_challenge_methods_supported", json::array{"S256"}}});
}

ClientAsking asking_in(const QueryPairs& said) {
  return {value_in(said, "client_id"),      value_in(said, "redirect_uri"),
          value_in(said, "scope"),          value_in(said, "response_type"),
          value_in(said, "code_challenge"), value_in(said, "code_challenge_method"),
          value_in(said, "state")};
}

QueryPairs pairs_of(const ClientAsking& asking) {
  QueryPairs out{{"client_id", asking.app},
                 {"redirect_uri", asking.redirect},
                 {"scope", asking.scopes},
                 {"response_type", asking.response}};
  if (!asking.challenge.empty()) out.emplace_back("code_challenge", asking.challenge);
  if (!asking.method.empty()) out.emplace_back("code_challenge_method", asking.method);
  if (!asking.state.empty()) out.emplace_back("state", asking.state);
  return out;
}

// What the scopes mean, for who reads them once.
Html meaning(const ClientScopes& scopes, Role role) {
  const bool writes = std::any_of(scopes.begin(), scopes.end(),
                                  [](const std::string& one) { return one.starts_with("write"); });
  Html out = tag("li", "read what the home's account published");
  if (permission_of(role) >= Permission::author)
    out.add(tag("li", "read replies, and who follows, boosts and likes"));
  if (writes && permission_of(role) >= Permission::author)
    out.add(tag("li", permission_of(role) >= Permission::editor
                          ? "post in your name, as the policy lets you"
                          : "put drafts on the desk in your name"));
  return tag("ul", out);
}

HttpAnswer consent_page(const Workplace& place, const ClientAsking& asking,
                        const ClientAsked& asked) {
  Html inside;
  for (const auto& [name, value] : pairs_of(asking)) inside.add(hidden(name, value));
  inside.add(tag("p", attr("class", "acts"),
                 tag("button", attr("type", "submit"), attr("name", "do"), attr("value", "allow"),
                     "Let it in"),
                 tag("button", attr("type", "submit"), attr("name", "do"), attr("value", "deny"),
                     attr("class", "quiet"), "No")));
  const std::string back = asked.redirect == shown_code
                               ? std::string("It gets a code that you type into it.")
                               : "You are sent back to " + asked.redirect + ".";
  HttpAnswer out = page_answer(
      place.service,
      {std::string(authorize_path), "Let an app in",
       together(page_head("Let an app in", asked.app.name + " wants to use the home's account."),
                tag("p", fmt::format("You are {}. The app could:", place.actor.name)),
                meaning(asked.scopes, place.who.person.role),
                tag("p", attr("class", "hint"),
                    fmt::format("It calls itself {}; nobody has checked that. It asks for: {}. {} "
                                "You end this under Your account.",
                                asked.app.name, scope_words(asked.scopes), back)),
                form(std::string(authorize_path), place.actor.csrf, inside))});
  if (asked.redirect == shown_code) return out;
  // Browsers count where a form's answer leads as part of where it may go.
  const auto url = parse_url(asked.redirect);
  const std::string to =
      url ? url->origin() : asked.redirect.substr(0, asked.redirect.find(':') + 1);
  std::string policy(out.headers.get("Content-Security-Policy"));
  const std::string_view own = "form-action 'self'";
  policy.replace(policy.find(own), own.size(), fmt::format("{} {}", own, to));
  out.headers.set("Content-Security-Policy", policy);
  return out;
}

// To the app, which is known and asked for this address.
HttpAnswer back_to(const ClientAsked& asked, QueryPairs said, const std::string& state) {
  if (!state.empty()) said.emplace_back("state", state);
  HttpAnswer out;
  out.status = 303;
  out.headers = {
      {"Location", asked.redirect + (asked.redirect.find('?') == std::string::npos ? "?" : "&") +
                       build_query(said)},
      {"Cache-Control", "no-store"},
      {"Referrer-Policy", "no-referrer"}};
  return out;
}

HttpAnswer code_page(const Workplace& place, const ClientAsked& asked, const Secret& code) {
  return page_answer(
      place.service,
      {std::string(authorize_path), "The app's code",
       together(page_head("The app's code",
                          fmt::format("Type it into {} within ten minutes.", asked.app.name)),
                tag("p", tag("input", attr("type", "text"), attr("readonly", "readonly"),
                             attr("aria-label", "The code"), attr("value", code.reveal()))))});
}

HttpAnswer consent(const Workplace& place) {
  const std::string path(authorize_path);
  QueryPairs said = parse_query(place.query.query);
  if (place.posts()) {
    auto sent = sent_form(place.query, place.caller, place.actor.csrf);
    if (!sent)
      return error_page(place.service, path, page_status(sent.error().fault), sent.error());
    said = std::move(*sent);
  }
  const ClientAsking asking = asking_in(said);
  // What is wrong is told here: who asks is not known well enough to be sent anywhere.
  const auto asked = look_at(*place.hub, asking);
  if (!asked)
    return error_page(place.service, path, page_status(asked.error().fault), asked.error());
  if (!place.posts()) return consent_page(place, asking, *asked);
  if (value_in(said, "do") != "allow")
    return asked->redirect == shown_code
               ? see_other("/account")
               : back_to(*asked, {{"error", "access_denied"}}, asking.state);
  const auto code = grant(*place.hub, place.actor, *asked);
  if (!code) return error_page(place.service, path, page_status(code.error().fault), code.error());
  if (asked->redirect == shown_code) return code_page(place, *asked, *code);
  return back_to(*asked, {{"code", code->reveal()}}, asking.state);
}

HttpAnswer authorize(Service& service, const HttpQuery& query) {
  if (query.method != "GET" && query.method != "POST")
    return wrong_method(service, std::string(authorize_path), "GET, HEAD, POST");
  auto entered = enter(service, query);
  if (const auto* place = std::get_if<Workplace>(&entered)) return consent(*place);
  auto& instead = std::get<HttpAnswer>(entered);
  // Back to the same question after signing in.
  if (query.method == "GET" && instead.status == 303) {
    const std::string next = fmt::format(
        "{}?{}", authorize_path, build_query(pairs_of(asking_in(parse_query(query.query)))));
    return see_other("/sign-in?" + build_query({{"next", next}}));
  }
  return std::move(instead);
}

using Answer = HttpAnswer (*)(const ClientCall&);

Answer answer_at(std::string_view path) {
  if (path == "/api/v1/apps") return &register_app;
  if (path == "/api/v1/apps/verify_credentials") return &which_app;
  if (path == "/oauth/token") return &give_token;
  if (path == "/oauth/revoke") return &revoke;
  return path == "/.well-known/oauth-authorization-server" ? &metadata : nullptr;
}

HttpAnswer preflight() {
  HttpAnswer out = client_json(204, nullptr);
  out.body.clear();
  out.headers.add("Access-Control-Allow-Methods", "GET, POST");
  out.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type");
  return out;
}

}  // namespace

std::optional<HttpAnswer> answer_oauth(Service& service, const HttpQuery& query) {
  const std::string_view path =
      query.path.ends_with('/') ? query.path.substr(0, query.path.size() - 1) : query.path;
  const Answer answer = answer_at(path);
  if (answer == nullptr && path != authorize_path) return std::nullopt;
  auto fediverse = service.fediverse();
  if (!fediverse) return std::nullopt;
  if (answer == nullptr) return authorize(service, query);
  if (query.method == "OPTIONS") return preflight();
  auto words = words_of(query);
  if (!words) return refused(400, "invalid_request", in_sentences(words.error()));
  return answer(
      {service, service.hub(), std::move(fediverse), query, {}, std::move(*words), std::nullopt});
}

}  // namespace carillon
