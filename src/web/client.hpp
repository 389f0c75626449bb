// The part of Mastodon's client interface that the home's account has, so that people may use the
// app they have. It stands beside our own below /api/v1, on paths that ours does not use.
// https://docs.joinmastodon.org/api/
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "hub/service.hpp"
#include "net/server.hpp"

namespace carillon {

// Answers what is for it; nothing for every other path, and where the home has no account in the
// fediverse. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_client(Service& service, const HttpQuery& query);

// A row of it, for tests.
struct ClientRouteView {
  std::string_view method;
  std::string_view path;
  std::string_view scope;
  bool open;  // to everybody
  bool team;  // only for who works here
};
[[nodiscard]] std::vector<ClientRouteView> client_routes();

}  // namespace carillon
