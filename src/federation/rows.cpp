#include "federation/rows.hpp"

#include "base/bytes.hpp"
#include "federation/activity.hpp"

namespace carillon::fedi_rows {

namespace {

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

struct KindCount {
  ReactionKind kind = ReactionKind::like;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(KindCount, (), (kind, count))

}  // namespace

Result<std::int64_t> followers(Db& db) {
  TRY(const auto row, db.first<Count>("select count(*) as count from fedi_follower"));
  return row->count;
}

FediFollower follower_of(const FediActor& actor, const std::string& follow, Micros since) {
  const std::string& target = actor.shared_inbox.empty() ? actor.inbox : actor.shared_inbox;
  return {actor.id, actor.inbox, target, host_of(target), follow, since};
}

Result<std::vector<HostCount>> followers_by_host(Db& db, std::int64_t count) {
  return db.all<HostCount>(
      "select coalesce(a.host, f.host) as host, count(*) as followers from fedi_follower f "
      "left join fedi_actor a on a.id = f.actor group by coalesce(a.host, f.host) "
      "order by followers desc, host limit $1",
      count);
}

Result<std::int64_t> follower_hosts(Db& db) {
  TRY(const auto row,
      db.first<Count>("select count(distinct coalesce(a.host, f.host)) as count "
                      "from fedi_follower f left join fedi_actor a on a.id = f.actor"));
  return row->count;
}

Result<FediCounts> counts(Db& db, const std::string& post) {
  TRY(const auto rows,
      db.all<KindCount>(
          "select kind, count(*) as count from fedi_reaction where post = $1 group by kind", post));
  FediCounts out;
  for (const KindCount& row : rows) {
    if (row.kind == ReactionKind::like) out.likes = row.count;
    if (row.kind == ReactionKind::boost) out.boosts = row.count;
    if (row.kind == ReactionKind::reply) out.replies = row.count;
  }
  return out;
}

Result<std::optional<FediActor>> actor(Db& db, const std::string& id) {
  return db.first<FediActor>(
      "select id, key_id, key_pem, inbox, shared_inbox, host, read, name from fedi_actor "
      "where id = $1",
      id);
}

Result<void> save(Db& db, const FediActor& actor) {
  CHECK_OK(db.run("delete from fedi_actor where id = $1", actor.id));
  CHECK_OK(db.insert("fedi_actor", actor));
  return {};
}

Result<bool> follows(Db& db, const std::string& actor) {
  TRY(const auto row,
      db.first<Count>("select count(*) as count from fedi_follower where actor = $1", actor));
  return row->count > 0;
}

Result<void> save(Db& db, const FediFollower& follower) {
  CHECK_OK(db.run(
      "insert into fedi_follower (actor, inbox, target, host, follow, since) "
      "values ($1, $2, $3, $4, $5, $6) on conflict (actor) do update set inbox = excluded.inbox, "
      "target = excluded.target, host = excluded.host, follow = excluded.follow",
      follower.actor, follower.inbox, follower.target, follower.host, follower.follow,
      follower.since));
  return {};
}

Result<void> remove_follower(Db& db, const std::string& actor) {
  CHECK_OK(db.run("delete from fedi_follower where actor = $1", actor));
  return {};
}

Result<void> forget(Db& db, const std::string& actor) {
  CHECK_OK(remove_follower(db, actor));
  CHECK_OK(db.run("delete from fedi_reaction where actor = $1", actor));
  CHECK_OK(db.run("delete from fedi_vote where actor = $1", actor));
  CHECK_OK(db.run("delete from fedi_actor where id = $1", actor));
  return {};
}

Result<void> save(Db& db, const FediReaction& reaction) {
  CHECK_OK(
      db.run("insert into fedi_reaction (id, kind, actor, post, uri, content, made, warning) "
             "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update set "
             "content = excluded.content, warning = excluded.warning "
             "where fedi_reaction.actor = excluded.actor",
             reaction.id, reaction.kind, reaction.actor, reaction.post, reaction.uri,
             reaction.content, reaction.made, reaction.warning));
  return {};
}

Result<void> remove_reaction(Db& db, const std::string& actor, const std::string& uri) {
  CHECK_OK(db.run("delete from fedi_reaction where actor = $1 and uri = $2", actor, uri));
  return {};
}

Result<bool> first_seen(Db& db, const std::string& activity, const std::string& type,
                        const std::string& host, Micros now) {
  TRY(const std::int64_t added,
      db.run("insert into fedi_seen (hash, type, host, made) values ($1, $2, $3, $4) "
             "on conflict (hash) do nothing",
             to_hex(sha256(activity)), type.substr(0, 40), host, now));
  return added == 1;
}

Result<void> forget_seen(Db& db, Micros before) {
  CHECK_OK(db.run("delete from fedi_seen where made < $1", before));
  return {};
}

}  // namespace carillon::fedi_rows
