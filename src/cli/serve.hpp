// `carillon serve`: the home over HTTP, and the outbox beside it.
#pragma once

#include <string>

#include "hub/hub.hpp"

namespace carillon {

// Serves until SIGINT or SIGTERM. Errors: conflict when the port is in use.
Result<int> serve(Hub& hub, const std::string& listen);

}  // namespace carillon
