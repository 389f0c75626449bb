#include "web/client.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "web/client_answers.hpp"

namespace carillon {

namespace {

// Whom a row is for. Anybody: no token is asked for, and without the scope it is as if there were
// none. App: a token, also the app's own. Person: somebody who is signed in. Team: who works here,
// since strangers are in it.
enum class For { anybody, app, person, team };

struct Route {
  const char* method;
  const char* path;  // a part "*" is the id
  const char* scope;
  For whom;
  HttpAnswer (*answer)(const ClientCall&);
};

constexpr Route routes[] = {
    {"GET", "/api/v1/instance", "", For::anybody, &client_instance_v1},
    {"GET", "/api/v2/instance", "", For::anybody, &client_instance},
    {"GET", "/api/v1/instance/rules", "", For::anybody, &client_nothing},
    {"GET", "/api/v1/custom_emojis", "", For::anybody, &client_nothing},
    {"GET", "/api/v1/announcements", "read:accounts", For::app, &client_nothing},
    {"GET", "/api/v1/accounts/verify_credentials", "read:accounts", For::person,
     &client_own_account},
    {"GET", "/api/v1/accounts/lookup", "read:accounts", For::anybody, &client_lookup},
    {"GET", "/api/v1/accounts/relationships", "read:follows", For::person, &client_relationships},
    {"GET", "/api/v1/accounts/*", "read:accounts", For::anybody, &client_account},
    {"GET", "/api/v1/accounts/*/statuses", "read:statuses", For::anybody, &client_account_statuses},
    {"GET", "/api/v1/accounts/*/followers", "", For::anybody, &client_nothing},
    {"GET", "/api/v1/accounts/*/following", "", For::anybody, &client_nothing},
    {"GET", "/api/v1/accounts/*/featured_tags", "", For::anybody, &client_nothing},
    {"POST", "/api/v1/accounts/*/follow", "write:follows", For::person, &client_never},
    {"GET", "/api/v2/search", "read:search", For::app, &client_search},
    {"GET", "/api/v1/preferences", "read:accounts", For::person, &client_preferences},
    {"GET", "/api/v1/markers", "read:statuses", For::person, &client_markers},
    {"POST", "/api/v1/markers", "write:statuses", For::person, &client_mark},
    {"GET", "/api/v1/timelines/home", "read:statuses", For::person, &client_home_timeline},
    {"GET", "/api/v1/timelines/public", "read:statuses", For::anybody, &client_public_timeline},
    {"GET", "/api/v1/timelines/tag/*", "read:statuses", For::anybody, &client_tag_timeline},
    {"GET", "/api/v1/statuses/*", "read:statuses", For::anybody, &client_status},
    {"GET", "/api/v1/statuses/*/context", "read:statuses", For::anybody, &client_context},
    {"GET", "/api/v1/polls/*", "read:statuses", For::anybody, &client_poll},
    {"POST", "/api/v1/polls/*/votes", "write:statuses", For::person, &client_never},
    {"GET", "/api/v1/notifications", "read:notifications", For::team, &client_notifications},
    {"GET", "/api/v1/notifications/*", "read:notifications", For::team, &client_notification},
    {"GET", "/api/v1/scheduled_statuses", "read:statuses", For::team, &client_scheduled},
    {"POST", "/api/v1/statuses", "write:statuses", For::team, &client_post_status},
    {"DELETE", "/api/v1/statuses/*", "write:statuses", For::team, &client_delete_status},
    {"PUT", "/api/v1/statuses/*", "write:statuses", For::person, &client_never},
    {"POST", "/api/v1/statuses/*/favourite", "write:favourites", For::person, &client_never},
    {"POST", "/api/v1/statuses/*/reblog", "write:statuses", For::person, &client_never},
    {"POST", "/api/v1/media", "write:media", For::team, &client_add_media},
    {"POST", "/api/v2/media", "write:media", For::team, &client_add_media},
    {"GET", "/api/v1/media/*", "write:media", For::team, &client_media},
    {"PUT", "/api/v1/media/*", "write:media", For::team, &client_describe_media},
    {"GET", "/api/v1/filters", "read:filters", For::person, &client_nothing},
    {"GET", "/api/v2/filters", "read:filters", For::person, &client_nothing},
    {"GET", "/api/v1/lists", "read:lists", For::person, &client_nothing},
    {"GET", "/api/v1/bookmarks", "read:bookmarks", For::person, &client_nothing},
    {"GET", "/api/v1/favourites", "read:favourites", For::person, &client_nothing},
    {"GET", "/api/v1/follow_requests", "read:follows", For::person, &client_nothing},
    {"GET", "/api/v1/followed_tags", "read:follows", For::person, &client_nothing},
    {"GET", "/api/v1/mutes", "read:mutes", For::person, &client_nothing},
    {"GET", "/api/v1/conversations", "read:statuses", For::person, &client_nothing},
    {"GET", "/api/v1/trends/statuses", "", For::anybody, &client_nothing},
    {"GET", "/api/v1/trends/tags", "", For::anybody, &client_nothing},
    {"GET", "/api/v1/trends/links", "", For::anybody, &client_nothing},
};

// The part of the path that stands for "*", or nothing when it is another path.
std::optional<std::string> id_in(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "*") {
      const auto value = percent_decode(given[i]);
      if (!value || value->empty() || first_bad_utf8(*value)) return std::nullopt;
      out = *value;
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return out;
}

struct Found {
  const Route* route = nullptr;
  std::string id;
  std::string methods;  // that the path has
};

Found find(const HttpQuery& query) {
  Found out;
  // Some apps end each path with a slash.
  const std::string_view path = query.path.substr(0, query.path.size() - query.path.ends_with('/'));
  for (const Route& route : routes) {
    auto id = id_in(route.path, path);
    if (!id) continue;
    // "lookup" is no account: a path without a part that stands for anything goes before.
    if (out.route == nullptr && route.method == query.method) {
      out.route = &route;
      out.id = std::move(*id);
    }
    out.methods += (out.methods.empty() ? "" : ", ") + std::string(route.method);
  }
  return out;
}

HttpAnswer preflight(const std::string& methods) {
  HttpAnswer out = client_json(204, nullptr);
  out.body.clear();
  out.headers.add("Access-Control-Allow-Methods", methods);
  out.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key");
  return out;
}

// Why this caller does not get it; nothing: they do.
std::optional<HttpAnswer> barred(const Route& route, const ClientCall& call, bool said) {
  const auto unauthorized = [](const std::string& sentence) {
    HttpAnswer out = client_error(401, sentence);
    out.headers.add("WWW-Authenticate", "Bearer");
    return out;
  };
  if (said && !call.caller) return unauthorized("This token opens nothing here.");
  if (route.whom == For::anybody) return std::nullopt;
  if (!call.caller) return unauthorized("This needs a token: let the app in first.");
  if (!covers(call.caller->scopes, route.scope))
    return client_error(403, fmt::format("The app was not let in to do this: {}.", route.scope));
  if (route.whom == For::app) return std::nullopt;
  if (call.caller->actor.person.empty())
    return client_error(422, "This token is the app's own, and no person's.");
  if (route.whom == For::team && call.caller->actor.holds < Permission::author)
    return client_error(403, "This needs the role author. Ask an admin.");
  return std::nullopt;
}

// A grey dot, for whom no picture is known.
HttpAnswer nobody_picture() {
  HttpAnswer out;
  out.headers = {{"Content-Type", "image/png"},
                 {"Cache-Control", "public, max-age=86400"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Access-Control-Allow-Origin", "*"}};
  out.body = from_base64(
                 "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNo"
                 "AAAAggCBd81ytgAAAABJRU5ErkJggg==")
                 .value_or("");
  return out;
}

// A token of an app, which our own interface does not know: that it opens nothing there would have
// apps sign their person out.
bool is_apps(const Secret& token) {
  return token.reveal().starts_with("carillon_app_") ||
         token.reveal().starts_with("carillon_client_");
}

}  // namespace

std::optional<HttpAnswer> answer_client(Service& service, const HttpQuery& query) {
  const bool picture = query.path == nobody_path;
  if (!query.path.starts_with("/api/v") && !picture) return std::nullopt;
  Found found = find(query);
  const Secret token = bearer_of(query);
  // An announcement is a thing of ours too: who comes with a token of an app means the other.
  const bool ours = query.path == "/api/v1/announcements" && !is_apps(token);
  if (ours || (found.methods.empty() && !picture && !is_apps(token))) return std::nullopt;
  auto fediverse = service.fediverse();
  if (!fediverse) return std::nullopt;
  if (picture) return nobody_picture();
  if (found.methods.empty())
    return client_error(404, "The home has no such thing: it has a part of what Mastodon has.");
  if (query.method == "OPTIONS") return preflight(found.methods);
  if (found.route == nullptr)
    return client_error(405, "This is asked for in another way: " + found.methods + ".");
  ClientCall call{service, service.hub(), std::move(fediverse), query, found.id, {}, std::nullopt};
  if (!token.empty()) {
    auto caller = client_by_token(*call.hub, token);
    if (!caller) return client_error(caller.error());
    call.caller = std::move(*caller);
  }
  if (auto why = barred(*found.route, call, !token.empty())) return std::move(*why);
  const bool open = found.route->whom == For::anybody;
  if (open && call.caller && !covers(call.caller->scopes, found.route->scope))
    call.caller = std::nullopt;
  auto words = words_of(query);
  if (!words) return client_error(words.error());
  call.words = std::move(*words);
  return found.route->answer(call);
}

std::vector<ClientRouteView> client_routes() {
  std::vector<ClientRouteView> out;
  for (const Route& route : routes)
    out.push_back({route.method, route.path, route.scope, route.whom == For::anybody,
                   route.whom == For::team});
  return out;
}

}  // namespace carillon
