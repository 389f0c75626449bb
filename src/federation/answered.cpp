#include "federation/answered.hpp"

#include <fmt/format.h>

#include "federation/activity.hpp"
#include "federation/blocks.hpp"

namespace carillon::fedi_rows {

namespace {

constexpr const char* all = "select reply, actor, name, inbox, post, made from fedi_answered";

}  // namespace

Result<std::optional<FediAnswered>> answered(Db& db, const std::string& reply) {
  return db.first<FediAnswered>(fmt::format("{} where reply = $1", all), reply);
}

Result<std::vector<FediAnswered>> all_answered(Db& db) {
  return db.all<FediAnswered>(all);
}

Result<void> save(Db& db, const FediAnswered& row) {
  CHECK_OK(
      db.run("insert into fedi_answered (reply, actor, name, inbox, post, made) "
             "values ($1, $2, $3, $4, $5, $6) on conflict (reply) do update set "
             "name = excluded.name, inbox = excluded.inbox "
             "where fedi_answered.actor = excluded.actor",
             row.reply, row.actor, row.name, row.inbox, row.post, row.made));
  return {};
}

Result<void> tell_answered(Db& db, const std::string& reply, const FediActivity& activity) {
  if (reply.empty()) return {};
  TRY(const auto one, answered(db, reply));
  if (!one) return {};
  TRY(const bool blocked, is_blocked(db, one->actor));
  if (blocked) return {};
  return add_delivery(db, activity, one->inbox, host_of(one->inbox));
}

}  // namespace carillon::fedi_rows
