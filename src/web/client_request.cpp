#include "web/client_request.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "net/multipart.hpp"
#include "web/page.hpp"

namespace carillon {

namespace {

std::string plain_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_null() ? std::string() : json::serialize(value);
}

void flatten(const std::string& name, const json::value& value, QueryPairs& out) {
  if (out.size() >= limits::query_pairs) return;
  if (value.is_object()) {
    for (const auto& pair : value.get_object()) {
      const std::string key(pair.key());
      flatten(name.empty() ? key : name + "[" + key + "]", pair.value(), out);
    }
  } else if (value.is_array()) {
    for (const json::value& one : value.get_array()) flatten(name + "[]", one, out);
  } else if (!value.is_null()) {
    out.emplace_back(name, plain_of(value));
  }
}

Result<void> read_body(const HttpQuery& query, ClientWords& out) {
  const std::string_view type = query.header("Content-Type");
  const std::string kind = lower_ascii(trim(type.substr(0, type.find(';'))));
  if (kind == "application/json") {
    if (trim(query.body) == "null") return {};  // of a program that has nothing to say
    const auto body = parse_json(query.body);
    if (!body || !body->is_object())
      return fail(Fault::invalid, "the body is not a JSON object",
                  "Send one, or a form without Content-Type: application/json.");
    flatten({}, *body, out.pairs);
    return {};
  }
  if (kind == "multipart/form-data") {
    TRY(auto parts, parse_multipart(type, query.body));
    for (FormPart& part : parts) {
      if (part.filename.empty())
        out.pairs.emplace_back(std::move(part.name), std::move(part.value));
      else
        out.files.push_back(std::move(part));
    }
    return {};
  }
  if (!kind.empty() && kind != "application/x-www-form-urlencoded")
    return fail(Fault::invalid, "the body is neither JSON nor a form");
  for (auto& pair : parse_query(query.body)) out.pairs.push_back(std::move(pair));
  return {};
}

int client_status_of(Fault fault) {
  switch (fault) {
    case Fault::denied:
      return 403;
    case Fault::not_found:
      return 404;
    case Fault::invalid:
    case Fault::conflict:
    case Fault::too_large:
    case Fault::corrupt:  // a picture that is none
      return 422;
    default:
      return 503;
  }
}

}  // namespace

std::string ClientWords::of(std::string_view name) const {
  return value_in(pairs, name);
}

bool ClientWords::has(std::string_view name) const {
  return std::any_of(pairs.begin(), pairs.end(),
                     [&](const auto& pair) { return pair.first == name; });
}

bool ClientWords::says_yes(std::string_view name) const {
  const std::string said = lower_ascii(of(name));
  return said == "true" || said == "1" || said == "on";
}

std::vector<std::string> ClientWords::list(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : pairs) {
    const std::string_view bare = std::string_view(key).substr(0, key.find("[]"));
    if (bare == name) out.push_back(value);
  }
  return out;
}

Result<ClientWords> words_of(const HttpQuery& query) {
  ClientWords out;
  out.pairs = parse_query(query.query);
  // A program that sends an empty body need not say of what kind it is.
  if (!query.body.empty() && query.method != "GET") CHECK_OK(read_body(query, out));
  for (const auto& [name, value] : out.pairs) {
    if (first_bad_utf8(name) || first_bad_utf8(value) || value.find('\0') != std::string::npos)
      return fail(Fault::invalid, "the request holds bytes that are no text");
  }
  return out;
}

HttpAnswer client_json(int status, const json::value& body) {
  HttpAnswer out;
  out.status = status;
  out.headers = {{"Content-Type", "application/json; charset=utf-8"},
                 {"Cache-Control", "no-store"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                 {"Access-Control-Allow-Origin", "*"},
                 {"Access-Control-Expose-Headers", "Link, Retry-After"}};
  out.body = json::serialize(body);
  return out;
}

HttpAnswer client_error(int status, const std::string& sentence) {
  return client_json(status, json::object{{"error", json::string(sentence)}});
}

HttpAnswer client_error(const Error& error) {
  return client_error(client_status_of(error.fault), in_sentences(error));
}

Secret bearer_of(const HttpQuery& query) {
  const std::string_view said = query.header("Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (said.size() <= scheme.size() || !same_ignoring_case(said.substr(0, scheme.size()), scheme))
    return {};
  return Secret(std::string(trim(said.substr(scheme.size()))));
}

}  // namespace carillon
