// Whose certificates are trusted.
#pragma once

#include <string>

namespace carillon {

// The PEM bundle of certificate authorities that `chosen` names, else the one of the environment's
// SSL_CERT_FILE, as OpenSSL's programs have it (openssl-env(7)); empty: the system's. libcurl does
// not look there by itself. Thread-safe.
[[nodiscard]] std::string authorities(const std::string& chosen);

}  // namespace carillon
