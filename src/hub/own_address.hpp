// Addresses of this installation, as they are written to people.
#pragma once

#include <string>

#include "hub/hub.hpp"

namespace carillon {

// An address below where the organisation lives: `path` begins with "/". Pure.
[[nodiscard]] std::string own_address(const Hub& hub, const std::string& path);

}  // namespace carillon
