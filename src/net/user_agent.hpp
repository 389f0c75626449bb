// How every request of the program names who makes it.
#pragma once

#include <string>

namespace carillon {

// "Carillon/0.1.0 (+https://example.org)"; without the address where that is empty. Pure.
[[nodiscard]] std::string user_agent(const std::string& contact_url);

}  // namespace carillon
