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
  // Objects are shown to servers that say who they are, and to none that is blocked; the account
  // and the pages for people stay public.
  bool authorized_fetch = false;
  // For tests only: servers of others may run on this machine. `carillon serve` refuses to listen
  // to others then.
  bool loopback_peers = false;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"handle", "Its name in the fediverse, such as news; empty: it has no account there"},
      {"authorized_fetch", "Posts as objects only for servers that sign their requests"},
      {"loopback_peers", "For tests only: servers of others may run on this machine"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeSettings, (), (handle, authorized_fetch, loopback_peers))

}  // namespace carillon
