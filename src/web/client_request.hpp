// A request of an app, and what every answer to one has in common.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hub/client_access.hpp"
#include "hub/service.hpp"
#include "net/http.hpp"
#include "net/url.hpp"

namespace carillon {

// What a request says, in its address and its body: a form, with files or without, or JSON, of
// which an inner name is written "outer[inner]" and a list "name[]", as forms have it.
struct ClientWords {
  QueryPairs pairs;
  std::vector<FormPart> files;
  // The value of a word, or empty.
  [[nodiscard]] std::string of(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  // "true", "1" and "on".
  [[nodiscard]] bool says_yes(std::string_view name) const;
  // The values of "name[]", or of "name".
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
};
// Errors: invalid for a body that is none of these.
[[nodiscard]] Result<ClientWords> words_of(const HttpQuery& query);

// A request that may be answered.
struct ClientCall {
  Service& service;
  std::shared_ptr<Hub> hub;
  std::shared_ptr<const Fediverse> fediverse;  // never null
  const HttpQuery& query;
  std::string id;  // the part of the path that names one thing, decoded
  ClientWords words;
  std::optional<ClientCaller> caller;  // nothing: nobody known
};

// Anybody's page may read it: it is asked for with a token, which no browser adds by itself.
[[nodiscard]] HttpAnswer client_json(int status, const json::value& body);
// {"error": sentence}, as apps show it.
[[nodiscard]] HttpAnswer client_error(int status, const std::string& sentence);
[[nodiscard]] HttpAnswer client_error(const Error& error);
// What stands in Authorization: Bearer TOKEN (RFC 6750 section 2.1), or empty.
[[nodiscard]] Secret bearer_of(const HttpQuery& query);

}  // namespace carillon
