// What happened, append-only: the audit log, timelines and reports read it.
#pragma once

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

struct Event {
  std::string id;  // a TID: sorts by time
  Micros at = 0;
  std::string kind;     // "delivery.published"
  std::string actor;    // who did it; "carillon" when nobody did
  std::string subject;  // the id of what it is about
  json::object data;
};
BOOST_DESCRIBE_STRUCT(Event, (), (id, at, kind, actor, subject, data))

// Within the caller's transaction, so that an act and its event stand or fall together.
Result<void> append_event(Db& db, const Event& event);

// Events after `id` (empty: from the first), oldest first, at most `count`.
Result<std::vector<Event>> events_after(Db& db, const std::string& id, std::int64_t count);

// Events that happened at `at` or later, oldest first, at most `count`.
Result<std::vector<Event>> events_since(Db& db, Micros at, std::int64_t count);

// Events about one subject, oldest first.
Result<std::vector<Event>> events_about(Db& db, const std::string& subject);

}  // namespace carillon
