// Which addresses a request for a stranger's URL may reach (server-side request forgery).
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <span>

namespace carillon {

// False for every special-purpose range of the IANA registries (RFC 6890 and its updates:
// loopback, private, link-local, carrier NAT, multicast, documentation, benchmarking, unique and
// site-local, unspecified, broadcast, reserved …) and for IPv6 forms that carry such an IPv4
// address inside (mapped, compatible, 6to4, NAT64, ISATAP, Teredo). `bytes` are 4 or 16 in network
// order; any other size is not public. Pure.
[[nodiscard]] bool is_public_address(std::span<const std::uint8_t> bytes);

// The same for a resolved address; families other than IPv4 and IPv6 are not public. Pure.
[[nodiscard]] bool is_public_address(const sockaddr& address);

// The ports of the web: 80, 443, 8443. Pure.
[[nodiscard]] bool is_web_port(std::uint16_t port);

}  // namespace carillon
