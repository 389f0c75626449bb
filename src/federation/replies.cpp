#include "federation/replies.hpp"

#include <fmt/format.h>

namespace carillon::fedi_rows {

namespace {

constexpr const char* all_replies =
    "select r.id, r.actor, coalesce(a.name, '') as name, coalesce(a.host, '') as host, r.post, "
    "coalesce(p.slug, '') as slug, r.uri, r.content, r.warning, r.made, coalesce(s.state, "
    "'unseen') as state, "
    "coalesce(s.person, '') as person, coalesce(s.changed, 0) as changed from fedi_reaction r "
    "left join fedi_reply s on s.id = r.id left join fedi_actor a on a.id = r.actor "
    "left join announcement p on p.permalink = r.post where r.kind = 'reply'";

}  // namespace

Result<std::vector<FediReply>> replies(Db& db, std::optional<ReplyState> state,
                                       std::int64_t count) {
  return db.all<FediReply>(fmt::format("{} and ($1 = '' or coalesce(s.state, 'unseen') = $1) "
                                       "order by r.made desc, r.id limit $2",
                                       all_replies),
                           state ? word_of(*state) : std::string(), count);
}

Result<std::optional<FediReply>> reply_of(Db& db, const std::string& id_or_uri) {
  return db.first<FediReply>(fmt::format("{} and (r.id = $1 or r.uri = $1)", all_replies),
                             id_or_uri);
}

Result<ReplyCount> count_replies(Db& db, ReplyState state) {
  TRY(const auto row,
      db.first<ReplyCount>("select count(*) as count, coalesce(min(r.made), 0) as oldest "
                           "from fedi_reaction r left join fedi_reply s on s.id = r.id "
                           "where r.kind = 'reply' and coalesce(s.state, 'unseen') = $1",
                           word_of(state)));
  return *row;
}

Result<FediReply> mark_reply(Db& db, const std::string& id, ReplyState state,
                             const std::string& person, Micros now) {
  const std::string one = fmt::format("{} and r.id = $1", all_replies);
  TRY(const auto known, db.first<FediReply>(one, id));
  if (!known)
    return fail(Fault::not_found, fmt::format("there is no reply {}", id),
                "`carillon home replies` lists them.");
  CHECK_OK(
      db.run("insert into fedi_reply (id, state, person, changed) values ($1, $2, $3, $4) "
             "on conflict (id) do update set state = excluded.state, "
             "person = excluded.person, changed = excluded.changed",
             id, state, person, now));
  TRY(auto out, db.first<FediReply>(one, id));
  return std::move(*out);
}

Result<void> save_reply(Db& db, const FediReaction& reply) {
  CHECK_OK(
      db.run("delete from fedi_reply where id = $1 and exists (select 1 from fedi_reaction r "
             "where r.id = $1 and r.actor = $2 and (r.content <> $3 or r.warning <> $4))",
             reply.id, reply.actor, reply.content, reply.warning));
  return save(db, reply);
}

Result<void> forget_reply_states(Db& db) {
  CHECK_OK(
      db.run("delete from fedi_reply where not exists "
             "(select 1 from fedi_reaction r where r.id = fedi_reply.id)"));
  return {};
}

}  // namespace carillon::fedi_rows
