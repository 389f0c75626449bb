// What a person lets an app do, in the words of OAuth that Mastodon's clients use. Pure;
// thread-safe. https://docs.joinmastodon.org/api/oauth-scopes/
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace carillon {

// Each is known, and none stands twice: "read", "write:statuses".
using ClientScopes = std::vector<std::string>;

// Words apart by spaces; none at all means "read". Errors: invalid for one that nobody knows.
[[nodiscard]] Result<ClientScopes> read_scopes(std::string_view words);
[[nodiscard]] std::string scope_words(const ClientScopes& scopes);

// Every scope there is.
[[nodiscard]] const ClientScopes& all_scopes();

// Whether `scopes` hold `wanted`, or the whole that it is a part of: "read" holds "read:statuses".
[[nodiscard]] bool covers(const ClientScopes& scopes, std::string_view wanted);
[[nodiscard]] bool covers(const ClientScopes& scopes, const ClientScopes& wanted);

}  // namespace carillon
