#include "net/authorities.hpp"

#include <cstdlib>

namespace carillon {

std::string authorities(const std::string& chosen) {
  if (!chosen.empty()) return chosen;
  const char* file = std::getenv("SSL_CERT_FILE");
  return file == nullptr ? std::string() : std::string(file);
}

}  // namespace carillon
