#include "net/user_agent.hpp"

#include <fmt/format.h>

namespace carillon {

std::string user_agent(const std::string& contact_url) {
  const std::string name = "Carillon/" CARILLON_VERSION;
  return contact_url.empty() ? name : fmt::format("{} (+{})", name, contact_url);
}

}  // namespace carillon
