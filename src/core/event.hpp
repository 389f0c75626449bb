// Something that happened; the log of events is append-only.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/describe.hpp"

namespace carillon {

struct Event {
  std::string id;  // a TID: sorts by time
  Micros at = 0;
  std::string kind;     // "delivery.published"
  std::string actor;    // who did it; "carillon" when nobody did
  std::string subject;  // the id of what it is about
  json::object data;
  std::string via = {};  // from where: "command line", "session ID", "token ID"; empty: the server
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, at, kind, actor, subject, data, via))

}  // namespace carillon
