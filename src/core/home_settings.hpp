// What carillon.yaml says of the home's channel.
#pragma once

#include "base/describe.hpp"

namespace carillon {

struct HomeSettings {
  // Its name in the fediverse, "news", or "news@example.org" where that is not the host of
  // organisation.url; empty: it has no account there.
  std::string handle;
  // For tests only: servers of others may run on this machine. `carillon serve` refuses to listen
  // to others then.
  bool loopback_peers = false;
};
BOOST_DESCRIBE_STRUCT(HomeSettings, (), (handle, loopback_peers))

}  // namespace carillon
