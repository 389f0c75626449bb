#include "publish/server_fact.hpp"

namespace carillon {

Result<std::vector<ServerFact>> server_facts(Db& db) {
  return db.all<ServerFact>("select * from server_fact order by channel");
}

Result<std::optional<ServerFact>> server_fact(Db& db, const std::string& channel) {
  return db.first<ServerFact>("select * from server_fact where channel = $1", channel);
}

Result<void> keep_server_fact(Db& db, const ServerFact& fact) {
  CHECK_OK(
      db.run("insert into server_fact (channel, learned, at) values ($1, $2, $3) "
             "on conflict (channel) do update set learned = excluded.learned, "
             "at = excluded.at",
             fact.channel, fact.learned, fact.at));
  return {};
}

}  // namespace carillon
