#include "net/failure.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"

namespace carillon::http_failure {

std::string seconds(long ms) {
  return ms % 1000 == 0 ? fmt::format("{} s", ms / 1000) : fmt::format("{} ms", ms);
}

Error stopping() {
  return {Fault::unavailable, "the program is stopping", ""};
}

Error unresolved(const std::string& who) {
  return {Fault::unavailable, fmt::format("the name in {} does not resolve", who),
          "Check its spelling and the network connection of this machine."};
}

Error not_public(const std::string& who) {
  return {Fault::denied, fmt::format("{} leads to an address that is not public", who),
          "Only an address that the admin entered may lie in a private network."};
}

Error no_connection(const std::string& who) {
  return {Fault::unavailable, fmt::format("{} does not accept connections", who),
          "The server may be down; check the address and the port."};
}

Error no_connection_in_time(const std::string& who) {
  return {Fault::timeout, fmt::format("{} did not accept a connection in time", who),
          "Check the address, or try again later."};
}

Error bad_certificate(const std::string& who, const std::string& why) {
  return {Fault::denied, fmt::format("{} shows a certificate that is not valid ({})", who, why),
          "Nothing was sent. The server's admin must renew or correct the certificate."};
}

Error no_encryption(const std::string& who) {
  return {Fault::unavailable, fmt::format("{} and this program agree on no encryption", who),
          "Nothing was sent. Check that the port speaks https."};
}

Error no_answer_in_time(const std::string& who, long ms) {
  return {Fault::timeout, fmt::format("{} did not answer within {}", who, seconds(ms)),
          "The server may be overloaded; try again later."};
}

Error closed(const std::string& who) {
  return {Fault::unavailable, fmt::format("{} closed the connection without a reply", who), ""};
}

Error cut_short(const std::string& who) {
  return {Fault::unavailable, fmt::format("the reply of {} was cut short", who), ""};
}

Error header_too_large(const std::string& who) {
  return {Fault::too_large,
          fmt::format("the header of the reply of {} is larger than {} bytes", who,
                      limits::http_header_bytes),
          "Check that the address is right."};
}

Error not_http(const std::string& who) {
  return {Fault::corrupt, fmt::format("the reply of {} is not proper HTTP", who),
          "Check the address and the port."};
}

}  // namespace carillon::http_failure
