// What carillon.yaml says of the home's channel.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/describe.hpp"

namespace carillon {

struct HomeSettings {
  // Its name in the fediverse, "news", or "news@example.org" where that is not the host of
  // organisation.url; empty: it has no account there.
  std::string handle;
  // For tests only: servers of others may run on this machine. `carillon serve` refuses to listen
  // to others then.
  bool loopback_peers = false;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"handle", "Its name in the fediverse, such as news; empty: it has no account there"},
      {"loopback_peers", "For tests only: servers of others may run on this machine"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeSettings, (), (handle, loopback_peers))

}  // namespace carillon
