#include "team/client_kept.hpp"

namespace carillon::client_rows {

Result<void> save(Db& db, const ClientMedia& media) {
  CHECK_OK(db.run("delete from client_media where made <= $1", media.made - day));
  CHECK_OK(db.insert("client_media", media));
  return {};
}

Result<std::optional<ClientMedia>> media(Db& db, const std::string& person, const std::string& id) {
  return db.first<ClientMedia>("select * from client_media where id = $1 and person = $2", id,
                               person);
}

Result<std::optional<ClientMedia>> describe(Db& db, const std::string& person,
                                            const std::string& id, const std::string& alt) {
  CHECK_OK(
      db.run("update client_media set alt = $3 where id = $1 and person = $2", id, person, alt));
  return media(db, person, id);
}

Result<std::vector<ClientMarker>> markers(Db& db, const std::string& person) {
  return db.all<ClientMarker>(
      "select timeline, last_read, version, updated from client_marker where person = $1", person);
}

Result<void> mark(Db& db, const std::string& person, const ClientMarker& marker) {
  CHECK_OK(
      db.run("insert into client_marker (person, timeline, last_read, version, updated) "
             "values ($1, $2, $3, 1, $4) on conflict (person, timeline) do update set "
             "last_read = excluded.last_read, version = client_marker.version + 1, "
             "updated = excluded.updated",
             person, marker.timeline, marker.last_read, marker.updated));
  return {};
}

}  // namespace carillon::client_rows
