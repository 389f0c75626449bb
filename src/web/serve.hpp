// `carillon serve`: the home and the API over HTTP, and the outbox beside it.
#pragma once

#include <string>

#include "base/result.hpp"

namespace carillon {

// Serves the workspace (see open_workspace) on `listen`, by default 127.0.0.1:8080, until SIGINT or
// SIGTERM; what is under way ends well. Errors: those of the workspace; conflict when the port is
// in use.
Result<int> serve(const std::string& workspace, const std::string& listen);

}  // namespace carillon
