#include "store/events.hpp"

#include <algorithm>

#include "base/ids.hpp"

namespace carillon {

Result<void> append_event(Db& db, const Event& event) {
  CHECK_OK(db.insert("event", event));
  return {};
}

Result<std::vector<Event>> events_after(Db& db, const std::string& id, std::int64_t count) {
  return db.all<Event>(
      "select id, at, kind, actor, subject, data from event where id > $1 order by id limit $2", id,
      count);
}

Result<std::vector<Event>> events_since(Db& db, Micros at, std::int64_t count) {
  return db.all<Event>(
      "select id, at, kind, actor, subject, data from event where id >= $1 order by id limit $2",
      tid(std::max<Micros>(at, 0), 0), count);
}

Result<std::vector<Event>> events_about(Db& db, const std::string& subject) {
  return db.all<Event>(
      "select id, at, kind, actor, subject, data from event where subject = $1 order by id",
      subject);
}

}  // namespace carillon
