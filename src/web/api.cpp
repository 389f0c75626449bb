#include "web/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/bytes.hpp"
#include "hub/operations.hpp"
#include "hub/repeats.hpp"
#include "net/compress.hpp"
#include "net/negotiate.hpp"
#include "net/url.hpp"
#include "web/caller.hpp"
#include "web/client_request.hpp"

namespace carillon {

namespace {

constexpr std::string_view root = "/api/v1";

int status_of(Fault fault) {
  switch (fault) {
    case Fault::invalid:
      return 400;
    case Fault::denied:
      return 403;
    case Fault::not_found:
      return 404;
    case Fault::conflict:
      return 409;
    case Fault::too_large:
      return 413;
    case Fault::corrupt:
      return 502;
    case Fault::unavailable:
      return 503;
    case Fault::timeout:
      return 504;
    case Fault::internal:
      break;
  }
  return 500;
}

HttpAnswer json_answer(int status, const json::value& body) {
  HttpAnswer out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json"},
                 {"Cache-Control", "no-store"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}};
  out.body = write_pretty(body);
  return out;
}

HttpAnswer error_answer(int status, const Error& error) {
  return json_answer(status, json::object{{"error",
                                           {{"code", code_of(error.fault)},
                                            {"message", json::string(error.what)},
                                            {"hint", json::string(error.hint)}}}});
}

// A page of another site can make a browser send the cookie, but neither read the token of GET
// /api/v1/session nor put it into a header.
Result<void> check_own(const HttpQuery& query, const Caller& caller, const Actor& actor) {
  if (query.method == "GET" || actor.session.empty()) return {};
  if (caller.own && same_secret(query.header("X-CSRF"), actor.csrf)) return {};
  return fail(Fault::denied, "the change does not come from a page of this site",
              "Send the csrf of GET /api/v1/session as X-CSRF, or use an API token.");
}

// Who asks: by the workspace's token, a person's token or a session; nothing: nobody known.
Result<std::optional<Actor>> actor_of(Hub& hub, const Secret& owner, const Secret& token,
                                      const Caller& caller) {
  if (token.empty()) return actor_by_session(hub, caller.visitor.session);
  if (same_secret(token.reveal(), owner.reveal()))
    return Actor{.name = "api", .holds = Permission::admin, .via = "the workspace's token"};
  return actor_by_token(hub, token);
}

HttpAnswer nobody(const Secret& token) {
  HttpAnswer out = error_answer(
      401, {Fault::denied, token.empty() ? "it is not said who asks" : "this token opens nothing",
            "Sign in at /sign-in, or send a token as Authorization: Bearer TOKEN: one of yours "
            "from /account, or the line in data/api-token."});
  out.headers.add("WWW-Authenticate", token.empty() ? "Bearer" : "Bearer error=\"invalid_token\"");
  return out;
}

// The members that the path names, or nothing when it is another path.
std::optional<json::object> match(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  json::object out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].starts_with("{")) {
      if (wanted[i] != given[i]) return std::nullopt;
      continue;
    }
    const auto value = percent_decode(given[i]);
    if (!value || value->empty()) return std::nullopt;
    out[wanted[i].substr(1, wanted[i].size() - 2)] = json::string(*value);
  }
  return out;
}

// A word of a query as the member's type has it; what is none stays text, which is then refused.
json::value typed(const std::string& word, const json::value* type) {
  if (type != nullptr && *type == json::value("boolean") && (word == "true" || word == "false"))
    return word == "true";
  if (type != nullptr && *type == json::value("integer")) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc{} && end == word.data() + word.size()) return number;
  }
  return json::string(word);
}

// Query pairs as the members of the request want them.
Result<void> take_query(const Operation<Hub>& row, std::string_view query, json::object& request) {
  const json::object& properties = row.request_schema.get_object().at("properties").get_object();
  for (const auto& [name, value] : parse_query(query)) {
    const json::value* schema = properties.if_contains(name);
    const auto& local = row.spec.local;
    if (schema == nullptr || std::find(local.begin(), local.end(), name) != local.end())
      return fail(Fault::invalid, fmt::format("there is no parameter \"{}\"", name));
    const json::value* type = schema->get_object().if_contains("type");
    const bool list = type != nullptr && *type == json::value("array");
    if (list && !request.contains(name)) request[name] = json::array{};
    if (list)
      request[name].get_array().push_back(json::string(value));
    else
      request[name] = typed(value, type);
  }
  return {};
}

Result<void> take_body(const Operation<Hub>& row, const HttpQuery& query, json::object& request) {
  const std::string_view type = query.header("Content-Type");
  if (!same_ignoring_case(trim(type.substr(0, type.find(';'))), "application/json"))
    return fail(Fault::invalid, "the body is not sent as JSON",
                "Send Content-Type: application/json.");
  const auto body = parse_json(query.body);
  if (!body) return fail(Fault::invalid, "the body is " + body.error().what);
  if (!body->is_object()) return fail(Fault::invalid, "the body is not a JSON object");
  for (const auto& pair : body->get_object()) {
    const std::string name(pair.key());
    if (request.contains(name) ||
        std::find(row.spec.local.begin(), row.spec.local.end(), name) != row.spec.local.end())
      return fail(Fault::invalid, fmt::format("/{}: this member does not belong here", name));
    request[name] = pair.value();
  }
  return {};
}

HttpAnswer failed(const Error& error) {
  return error_answer(status_of(error.fault), error);
}

HttpAnswer answered(const Operation<Hub>& row, const json::value& reply) {
  HttpAnswer out = json_answer(200, reply);
  if (row.spec.method == "GET")
    out.headers.add("ETag", "\"" + state_of_reply(row.spec, reply) + "\"");
  return out;
}

// A text in quotation marks, as the headers of RFC 9110 and RFC 9651 have it, or the bare text.
std::string unquoted(std::string_view value) {
  value = trim(value);
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return std::string(quoted ? value.substr(1, value.size() - 2) : value);
}

HttpAnswer act(Service& service, const Operation<Hub>& row, const Actor& actor,
               const HttpQuery& query, json::object request) {
  const auto hub = service.hub();
  const std::string_view match = query.header("If-Match");
  if (match.empty() || !row.spec.changes()) {
    const auto reply = perform(*hub, row, actor, json::value(std::move(request)));
    if (row.spec.changes() && !row.spec.quiet) service.ring();
    return reply ? answered(row, *reply) : failed(reply.error());
  }
  std::vector<std::string> states;
  for (const std::string& tag : split(match, ',')) states.push_back(unquoted(tag));
  const auto guarded = perform_in_state(*hub, row, actor, std::move(request), states);
  service.ring();
  if (!guarded) return failed(guarded.error());
  if (guarded->changed.empty()) return answered(row, guarded->reply);
  return error_answer(412, {Fault::conflict, guarded->changed, guarded->hint});
}

HttpAnswer repeated(const Answered& before) {
  switch (before.what) {
    case Answered::What::other:
      return error_answer(422, {Fault::invalid, "this Idempotency-Key came with another request",
                                "Take a new key for each thing you want done."});
    case Answered::What::running:
      return error_answer(409, {Fault::conflict, "this request is still being done",
                                "Ask again in a moment with the same key."});
    case Answered::What::interrupted:
      return error_answer(
          409, {Fault::conflict, "this request was cut off, and nobody knows how far it came",
                "Look whether it was done; to do it anew, take another key."});
    case Answered::What::lost:
      return error_answer(409, {Fault::conflict, "this was done, and the answer was not kept",
                                "Ask for what came of it with GET."});
    case Answered::What::done:
      break;
  }
  HttpAnswer out = json_answer(before.status, nullptr);
  out.body = before.body;
  return out;
}

HttpAnswer call(Service& service, const Operation<Hub>& row, const Actor& actor,
                const HttpQuery& query, json::object request) {
  // Whoever may not do it learns nothing of how it is asked for.
  if (const auto may = check_permission(row.spec, actor); !may) return failed(may.error());
  const auto taken = row.spec.without_body() ? take_query(row, query.query, request)
                                             : take_body(row, query, request);
  if (!taken) return failed(taken.error());
  const std::string_view key = query.header("Idempotency-Key");
  if (key.empty() || row.spec.method != "POST")
    return act(service, row, actor, query, std::move(request));
  const std::string exact =
      fmt::format("{} {}\n{}\n{}", query.method, query.path, query.header("If-Match"), query.body);
  const auto hub = service.hub();
  const auto once = answer_once(*hub, actor, unquoted(key), exact, [&] {
    HttpAnswer made = act(service, row, actor, query, std::move(request));
    return Answered{Answered::What::done, made.status, std::move(made.body)};
  });
  return once ? repeated(*once) : failed(once.error());
}

// Whoever may read what is worked on may hear that something of it changed.
HttpAnswer changes_answer(Service& service, const Actor& actor) {
  if (actor.holds < Permission::author)
    return error_answer(403, {Fault::denied, "this needs the role author",
                              "Ask an admin; `carillon person list` shows who that is."});
  HttpAnswer out;
  out.headers = {{"Content-Type", "text/event-stream"},
                 {"Cache-Control", "no-store"},
                 {"X-Accel-Buffering", "no"},  // nginx would keep it back
                 {"X-Content-Type-Options", "nosniff"}};
  out.body = "retry: 3000\n\n";
  out.stream = service.changes();
  return out;
}

}  // namespace

namespace {

HttpAnswer answer_plain(Service& service, const Secret& token, const HttpQuery& query) {
  if (!query.path.starts_with(root))
    return error_answer(404, {Fault::not_found, "there is no such interface", "It is /api/v1."});
  const std::string_view path = query.path.substr(root.size());
  if (path == "/openapi.json" && query.method == "GET") return json_answer(200, openapi_document());
  const auto hub = service.hub();
  const Caller caller = caller_of(query, hub->workspace().config.organisation.url);
  const Secret said = bearer_of(query);
  const auto found = actor_of(*hub, token, said, caller);
  if (!found) return error_answer(status_of(found.error().fault), found.error());
  if (!*found) return nobody(said);
  const Actor& actor = **found;
  if (const auto own = check_own(query, caller, actor); !own) return error_answer(403, own.error());
  if (path == changes_path && query.method == "GET") return changes_answer(service, actor);
  std::string allowed;
  for (const Operation<Hub>& row : operations()) {
    if (row.spec.method.empty()) continue;
    auto request = match(row.spec.path, path);
    if (!request) continue;
    if (row.spec.method != query.method) {
      allowed += (allowed.empty() ? "" : ", ") + row.spec.method;
      continue;
    }
    return call(service, row, actor, query, std::move(*request));
  }
  if (allowed.empty())
    return error_answer(404, {Fault::not_found, "there is no such resource",
                              "GET /api/v1/openapi.json lists them."});
  HttpAnswer out = error_answer(405, {Fault::invalid, "this method does not go with this resource",
                                      "One of: " + allowed + "."});
  out.headers.add("Allow", allowed);
  return out;
}

constexpr std::size_t packed_from = 8192;

// The lists of a full desk are long and say the same words again and again. What is short stays as
// it is: the length of a packed answer tells of what is in it, and there the secrets are.
void pack(const HttpQuery& query, HttpAnswer& answer) {
  if (answer.stream || answer.body.size() < packed_from) return;
  answer.headers.add("Vary", "Accept-Encoding");
  if (coding_for(query.header("Accept-Encoding")) != Coding::brotli) return;
  answer.body = brotli_quick(answer.body);
  answer.headers.add("Content-Encoding", "br");
}

}  // namespace

HttpAnswer answer_api(Service& service, const Secret& token, const HttpQuery& query) {
  HttpAnswer out = answer_plain(service, token, query);
  pack(query, out);
  return out;
}

}  // namespace carillon
