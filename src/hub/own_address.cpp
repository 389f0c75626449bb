#include "hub/own_address.hpp"

#include "net/url.hpp"

namespace carillon {

std::string own_address(const Hub& hub, const std::string& path) {
  const auto own = parse_url(hub.workspace().config.organisation.url);
  return (own ? own->origin() : std::string("http://127.0.0.1:8080")) + path;
}

}  // namespace carillon
