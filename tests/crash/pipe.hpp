// Words between the stage and its players: JSON objects, each behind its length.
#pragma once

#include <optional>

#include "base/describe.hpp"

namespace carillon::soak {

// False when the other side is gone.
bool put(int socket, const json::object& words);
// Waits for the other side; nothing when it is gone.
[[nodiscard]] std::optional<json::object> take(int socket);

}  // namespace carillon::soak
