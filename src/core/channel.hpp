// One account of the organisation on one platform, as carillon.yaml states it.
#pragma once

#include <string>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

enum class Use { home, broadcast, inactive, reserved, closed };
BOOST_DESCRIBE_ENUM(Use, home, broadcast, inactive, reserved, closed)

struct Channel {
  std::string name;      // short, unique in the workspace
  std::string platform;  // what an adapter in channel/ speaks
  Use use = Use::broadcast;
  bool listed = true;             // shown to the public
  std::string url;                // the account's public address
  std::vector<std::string> also;  // its other names: earlier handles, second addresses
  std::string since;              // the day since when it has that use; empty: not known
  json::object settings;          // the rest; described by the platform's adapter
};
BOOST_DESCRIBE_STRUCT(Channel, (), (name, platform, use, listed, url, also, since, settings))

}  // namespace carillon
