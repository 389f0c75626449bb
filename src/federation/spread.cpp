#include "federation/spread.hpp"

namespace carillon::fedi_rows {

namespace {

struct SpreadRow {
  std::string id;
  std::string post;
  std::string body;
  Micros made = 0;
  std::string reached;
};
BOOST_DESCRIBE_STRUCT(SpreadRow, (), (id, post, body, made, reached))

struct TargetRow {
  std::string target;
  std::string host;
  std::optional<SignatureScheme> scheme;
  std::optional<std::int64_t> failures;
  std::optional<Micros> since;
  std::optional<Micros> not_before;
  std::optional<bool> dead;
  std::optional<std::int64_t> waits;
};
BOOST_DESCRIBE_STRUCT(TargetRow, (),
                      (target, host, scheme, failures, since, not_before, dead, waits))

SpreadTarget target_of(const TargetRow& row) {
  SpreadTarget out;
  out.target = row.target;
  out.host = {row.host,
              row.scheme.value_or(SignatureScheme::cavage),
              row.failures.value_or(0),
              row.since.value_or(0),
              row.not_before.value_or(0),
              row.dead.value_or(false)};
  out.waits = row.waits.has_value();
  return out;
}

}  // namespace

Result<void> spread(Db& db, const std::string& activity) {
  CHECK_OK(db.run("update fedi_activity set spreading = true where id = $1", activity));
  return {};
}

Result<std::optional<Spread>> claim_spread(Db& db, Micros now, Micros lease) {
  TRY(auto row,
      db.first<SpreadRow>(std::string("select id, post, body, made, reached from fedi_activity a "
                                      "where spreading and lease <= $1 and not exists (select 1 "
                                      "from fedi_activity e where e.spreading and e.post = a.post "
                                      "and e.made < a.made) order by made limit 1") +
                              db.skip_locked(),
                          now));
  if (!row) return std::nullopt;
  CHECK_OK(db.run("update fedi_activity set lease = $2 where id = $1", row->id, lease));
  return Spread{{std::move(row->id), std::move(row->post), std::move(row->body), row->made},
                std::move(row->reached)};
}

Result<std::vector<SpreadTarget>> targets_behind(Db& db, const FediActivity& activity,
                                                 const std::string& behind, std::size_t count) {
  TRY(const auto rows,
      db.all<TargetRow>(
          "select t.target, t.host, h.scheme, h.failures, h.since, h.not_before, h.dead, "
          "(select min(e.made) from fedi_delivery e where e.inbox = t.target and e.post = $1 and "
          "e.state = 'waiting') as waits "
          "from (select distinct target, host from fedi_follower where target > $2 "
          "and since <= $4 order by target limit $3) t left join fedi_host h on h.host = t.host "
          "order by t.target",
          activity.post, behind, static_cast<std::int64_t>(count), activity.made));
  std::vector<SpreadTarget> out;
  out.reserve(rows.size());
  for (const TargetRow& row : rows) {
    // Followers of different hosts may share an inbox.
    if (out.empty() || out.back().target != row.target) out.push_back(target_of(row));
  }
  return out;
}

Result<void> advance(Db& db, const std::string& activity, const std::string& reached,
                     std::int64_t delivered, std::int64_t given_up, Micros lease) {
  CHECK_OK(
      db.run("update fedi_activity set reached = $2, delivered = delivered + $3, "
             "given_up = given_up + $4, lease = $5 where id = $1 and spreading and reached < $2",
             activity, reached, delivered, given_up, lease));
  return {};
}

Result<void> end_spread(Db& db, const std::string& activity) {
  CHECK_OK(db.run("update fedi_activity set spreading = false, lease = 0 where id = $1", activity));
  return {};
}

Result<void> leave_spread(Db& db, const std::string& activity) {
  CHECK_OK(db.run("update fedi_activity set lease = 0 where id = $1", activity));
  return {};
}

Result<void> add_row(Db& db, const FediDelivery& delivery) {
  CHECK_OK(db.run(
      "insert into fedi_delivery (activity, inbox, host, post, made, state, attempts, not_before, "
      "lease, reason, updated) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
      "on conflict (activity, inbox) do nothing",
      delivery.activity, delivery.inbox, delivery.host, delivery.post, delivery.made,
      delivery.state, delivery.attempts, delivery.not_before, delivery.lease, delivery.reason,
      delivery.updated));
  return {};
}

}  // namespace carillon::fedi_rows
