// The web interface at /app: one page for people who are signed in, and the files it loads.
#pragma once

#include <optional>

#include "hub/service.hpp"
#include "net/server.hpp"

namespace carillon {

// Nothing for a path that is not /app or below it.
[[nodiscard]] std::optional<HttpAnswer> answer_app(Service& service, const HttpQuery& query);

}  // namespace carillon
