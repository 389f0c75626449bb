#include "federation/ties.hpp"

#include <fmt/format.h>

#include "base/moment.hpp"
#include "federation/spread.hpp"

namespace carillon {

namespace {

struct TieRow {
  std::string account;
  TieKind kind = TieKind::from;
};
BOOST_DESCRIBE_STRUCT(TieRow, (), (account, kind))

struct Number {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (count))

json::object said(const FediAccount& account, const char* type, std::string_view word, Micros at) {
  return with_context({{"id", json::string(fmt::format("{}#{}-{}", account.id(), word, at))},
                       {"type", type},
                       {"actor", json::string(account.id())},
                       {"published", json::string(iso_time(at))}});
}

}  // namespace

json::object actor_update_of(const FediAccount& account, const FediTies& ties, Micros at) {
  json::object actor = actor_document(account, ties);
  actor.stable_erase("@context");
  json::object out = said(account, "Update", "update", at);
  out["to"] = json::array{json::string(public_audience)};
  out["cc"] = json::array{json::string(account.followers())};
  out["object"] = std::move(actor);
  return out;
}

json::object move_of(const FediAccount& account, const std::string& target, Micros at) {
  json::object out = said(account, "Move", "move", at);
  out["to"] = json::array{json::string(account.followers())};
  out["object"] = json::string(account.id());
  out["target"] = json::string(target);
  return out;
}

namespace fedi_rows {

Result<FediTies> ties(Db& db) {
  TRY(const auto rows,
      db.all<TieRow>("select account, kind from fedi_tie where ended = 0 order by made, account"));
  FediTies out;
  for (const TieRow& row : rows) {
    if (row.kind == TieKind::from) out.also_known_as.push_back(row.account);
    if (row.kind == TieKind::to) out.moved_to = row.account;
  }
  return out;
}

Result<std::vector<FediTie>> all_ties(Db& db) {
  return db.all<FediTie>(
      "select account, kind, name, person, made, ended from fedi_tie "
      "order by made desc, account");
}

Result<bool> tie(Db& db, const FediTie& tie) {
  TRY(const std::int64_t changed,
      db.run("insert into fedi_tie (account, kind, name, person, made, ended) "
             "values ($1, $2, $3, $4, $5, 0) on conflict (account, kind) do update set "
             "name = excluded.name, person = excluded.person, made = excluded.made, ended = 0 "
             "where fedi_tie.ended <> 0",
             tie.account, tie.kind, tie.name, tie.person, tie.made));
  return changed == 1;
}

Result<bool> untie(Db& db, TieKind kind, const std::string& account, Micros now) {
  TRY(const std::int64_t changed,
      db.run("update fedi_tie set ended = $3 where account = $1 and kind = $2 and ended = 0",
             account, kind, now));
  return changed == 1;
}

Result<std::int64_t> followers_since(Db& db, Micros since) {
  TRY(const auto row,
      db.first<Number>("select count(*) as count from fedi_follower where since >= $1", since));
  return row->count;
}

Result<void> tell_followers(Db& db, const FediAccount& account, const json::object& activity,
                            Micros made) {
  const FediActivity row{std::string(activity.at("id").as_string()), account.id(),
                         json::serialize(activity), made};
  TRY(const bool added, add(db, row));
  return added ? spread(db, row.id) : Result<void>{};
}

}  // namespace fedi_rows

}  // namespace carillon
