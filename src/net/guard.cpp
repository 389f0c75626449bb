#include "net/guard.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace carillon {
namespace {

struct Range4 {
  std::uint32_t first;
  int bits;
};

constexpr std::uint32_t ip4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return (a << 24U) | (b << 16U) | (c << 8U) | d;
}

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr Range4 special4[] = {
    {ip4(0, 0, 0, 0), 8},       {ip4(10, 0, 0, 0), 8},     {ip4(100, 64, 0, 0), 10},
    {ip4(127, 0, 0, 0), 8},     {ip4(169, 254, 0, 0), 16}, {ip4(172, 16, 0, 0), 12},
    {ip4(192, 0, 0, 0), 24},    {ip4(192, 0, 2, 0), 24},   {ip4(192, 31, 196, 0), 24},
    {ip4(192, 52, 193, 0), 24}, {ip4(192, 88, 99, 0), 24}, {ip4(192, 168, 0, 0), 16},
    {ip4(192, 175, 48, 0), 24}, {ip4(198, 18, 0, 0), 15},  {ip4(198, 51, 100, 0), 24},
    {ip4(203, 0, 113, 0), 24},  {ip4(224, 0, 0, 0), 4},    {ip4(240, 0, 0, 0), 4},
};

using Bytes16 = std::array<std::uint8_t, 16>;

struct Range6 {
  Bytes16 first;
  unsigned bits;
};

// https://www.iana.org/assignments/iana-ipv6-special-registry, inside the only block that is given
// out (2000::/3); everything outside it is refused as a whole, but for NAT64, which is looked into.
constexpr Range6 special6[] = {
    {{0x20, 0x01, 0x00}, 23},              // IETF protocols: Teredo, benchmarking, ORCHID
    {{0x20, 0x01, 0x0d, 0xb8}, 32},        // documentation
    {{0x26, 0x20, 0x00, 0x4f, 0x80}, 48},  // AS112
    {{0x3f, 0xff}, 20},                    // documentation
    {{0x3f, 0xfe}, 16},                    // the ended 6bone
};

std::uint32_t ip4_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return ip4(bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]);
}

bool is_public4(std::uint32_t address) {
  return std::none_of(std::begin(special4), std::end(special4), [&](const Range4& range) {
    return ((address ^ range.first) >> (32 - range.bits)) == 0;
  });
}

bool has_prefix(std::span<const std::uint8_t> bytes, const Bytes16& prefix, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(whole),
                  bytes.begin()))
    return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((bytes[whole] ^ prefix[whole]) >> (8 - rest)) == 0;
}

bool is_public6(std::span<const std::uint8_t> bytes) {
  if (has_prefix(bytes, {0x00, 0x64, 0xff, 0x9b}, 96)) return is_public4(ip4_at(bytes, 12));
  if ((bytes[0] & 0xE0U) != 0x20U) return false;
  for (const Range6& range : special6) {
    if (has_prefix(bytes, range.first, range.bits)) return false;
  }
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public4(ip4_at(bytes, 2));  // 6to4
  // ISATAP (RFC 5214 section 6.1): an IPv4 address behind 0000:5efe or 0200:5efe.
  const bool isatap =
      (bytes[8] | 2U) == 2U && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe;
  return !isatap || is_public4(ip4_at(bytes, 12));
}

}  // namespace

bool is_public_address(std::span<const std::uint8_t> bytes) {
  if (bytes.size() == 4) return is_public4(ip4_at(bytes, 0));
  if (bytes.size() == 16) return is_public6(bytes);
  return false;
}

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    std::array<std::uint8_t, 4> bytes{};
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(bytes.data(), &in.sin_addr, bytes.size());
    return is_public_address(bytes);
  }
  if (address.sa_family == AF_INET6) {
    std::array<std::uint8_t, 16> bytes{};
    sockaddr_in6 in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
    return is_public_address(bytes);
  }
  return false;
}

bool is_web_port(std::uint16_t port) {
  return port == 80 || port == 443 || port == 8443;
}

}  // namespace carillon
