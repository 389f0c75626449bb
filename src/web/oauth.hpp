// How an app comes to act for a person: it says who it is, the person consents on a page, and it
// gets a token (RFC 6749, RFC 7636, RFC 7009, RFC 8414).
#pragma once

#include <optional>

#include "net/server.hpp"

namespace carillon {

class Service;

// Answers what is for these; nothing for every other path, and where the home has no account in
// the fediverse. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_oauth(Service& service, const HttpQuery& query);

}  // namespace carillon
