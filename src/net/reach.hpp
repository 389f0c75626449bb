// How a server is reached before anything is asked: its addresses, and its certificate.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/url.hpp"

namespace carillon {

struct FoundAddress {
  std::string digits;      // "192.0.2.1"
  bool is_public = false;  // others reach it too (guard.hpp)
};
// The addresses of a name as this machine finds them. A name below "localhost" is this machine
// (RFC 6761 section 6.3). Blocks. Errors: unavailable for a name that has none.
[[nodiscard]] Result<std::vector<FoundAddress>> addresses_of(const std::string& host);

struct CertificateChain {
  std::size_t count = 0;       // certificates that the server shows
  std::int64_t days_left = 0;  // until the first of them ends
};
// Connects, checks the chain and the name, and leaves. Blocks, limits::http_connect_ms at most.
// `ca_file`: PEM bundle of a private authority instead of the system's; may be empty. Reaches any
// address: only for what an admin typed. Errors: as HttpClient says them.
[[nodiscard]] Result<CertificateChain> read_certificates(const Url& url, const std::string& ca_file,
                                                         Micros now);

}  // namespace carillon
