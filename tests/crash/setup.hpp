// What an episode plays with: its channels, its database, and how its players are tempered.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/channel.hpp"
#include "publish/outbox.hpp"

namespace carillon::soak {

// A channel, and what it is in truth.
struct Outlet {
  Channel channel;
  std::map<std::string, std::string> secrets;
  int fake = -1;            // which of the gate's servers; -1: none (home, echo)
  bool can_tell = true;     // false: after a doubt only a person can say what happened
  bool one_request = true;  // a thread becomes public at once
};

struct Setup {
  std::string database;  // URL or path
  std::string dir;
  std::vector<Outlet> outlets;
  Micros window = hour;
};

// How long a worker waits for a reply: so long that a reply may be held back, or so short that a
// silent server costs little.
inline constexpr long patient_ms = 20'000;
inline constexpr long impatient_ms = 150;

// How one worker is started.
struct Temper {
  long total_ms = patient_ms;
  std::int64_t max_pages = 0;  // so full is its disk; 0: it has room
};

// A delivery as the stage sees it: texts left out.
struct Seen {
  Delivery delivery;
  std::string slug;
  std::int64_t parts = 0;
  std::vector<std::string> events;  // kinds, oldest first
};
BOOST_DESCRIBE_STRUCT(Seen, (), (delivery, slug, parts, events))

}  // namespace carillon::soak
