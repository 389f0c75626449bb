#include "federation/queue.hpp"

#include "federation/limits.hpp"

namespace carillon::fedi_rows {

namespace {

constexpr std::size_t candidates = 256;
constexpr Micros turn = second / 50;  // what a delivery of a busy host is thought to take

struct Body {
  std::string body;
};
BOOST_DESCRIBE_STRUCT(Body, (), (body))

// Who waits for a turn of a busy host does not stand in the way of the others, and is looked at
// again when its turn may have come.
Result<void> stand_aside(Db& db, const FediDelivery& delivery, Micros until) {
  CHECK_OK(db.run("update fedi_delivery set not_before = $3 where activity = $1 and inbox = $2",
                  delivery.activity, delivery.inbox, until));
  return {};
}

}  // namespace

Result<bool> add(Db& db, const FediActivity& activity) {
  TRY(const std::int64_t added,
      db.run("insert into fedi_activity (id, post, body, made) values ($1, $2, $3, $4) "
             "on conflict (id) do nothing",
             activity.id, activity.post, activity.body, activity.made));
  return added == 1;
}

Result<void> add_delivery(Db& db, const FediActivity& activity, const std::string& inbox,
                          const std::string& host) {
  CHECK_OK(db.run(
      "insert into fedi_delivery (activity, inbox, host, post, made, state, attempts, not_before, "
      "lease, reason, updated) values ($1, $2, $3, $4, $5, 'waiting', 0, $5, 0, '', $5) "
      "on conflict (activity, inbox) do nothing",
      activity.id, inbox, host, activity.post, activity.made));
  return {};
}

Result<std::vector<FediDelivery>> claim(Db& db, Micros now, Micros lease, std::size_t count,
                                        std::map<std::string, int> busy) {
  TRY(auto found,
      db.all<FediDelivery>(
          std::string("select activity, inbox, host, post, made, state, attempts, not_before, "
                      "lease, reason, updated from fedi_delivery d "
                      "where state = 'waiting' and not_before <= $1 and lease <= $1 and not exists "
                      "(select 1 from fedi_delivery e where e.inbox = d.inbox and e.post = d.post "
                      "and e.state = 'waiting' and e.made < d.made) "
                      "order by not_before limit $2") +
              db.skip_locked(),
          now, static_cast<std::int64_t>(candidates)));
  std::vector<FediDelivery> out;
  std::map<std::string, FediHost> hosts;
  std::map<std::string, int> aside;
  for (FediDelivery& delivery : found) {
    if (out.size() == count) break;
    if (!hosts.contains(delivery.host)) {
      TRY(hosts[delivery.host], host(db, delivery.host));
    }
    const int most = hosts[delivery.host].failures > 0 ? 1 : limits::sends_queued_per_host;
    if (busy[delivery.host] >= most) {
      CHECK_OK(stand_aside(db, delivery, now + ++aside[delivery.host] * turn));
      continue;
    }
    ++busy[delivery.host];
    delivery.lease = lease;
    CHECK_OK(db.run("update fedi_delivery set lease = $3 where activity = $1 and inbox = $2",
                    delivery.activity, delivery.inbox, lease));
    out.push_back(std::move(delivery));
  }
  return out;
}

Result<std::string> body_of(Db& db, const std::string& activity) {
  TRY(auto row, db.first<Body>("select body from fedi_activity where id = $1", activity));
  if (!row) return fail(Fault::not_found, "the activity " + activity + " is no more");
  return std::move(row->body);
}

Result<FediHost> host(Db& db, const std::string& name) {
  TRY(auto row, db.first<FediHost>("select host, scheme, failures, since, not_before, dead "
                                   "from fedi_host where host = $1",
                                   name));
  FediHost unknown;
  unknown.host = name;
  return row ? std::move(*row) : unknown;
}

Result<void> save(Db& db, const FediHost& host) {
  CHECK_OK(db.run(
      "insert into fedi_host (host, scheme, failures, since, not_before, dead) "
      "values ($1, $2, $3, $4, $5, $6) on conflict (host) do update set scheme = excluded.scheme, "
      "failures = excluded.failures, since = excluded.since, not_before = excluded.not_before, "
      "dead = excluded.dead",
      host.host, host.scheme, host.failures, host.since, host.not_before, host.dead));
  return {};
}

Result<void> settle(Db& db, const FediDelivery& delivery, Micros lease) {
  CHECK_OK(
      db.run("update fedi_delivery set state = $4, attempts = $5, not_before = $6, lease = 0, "
             "reason = $7, updated = $8 where activity = $1 and inbox = $2 and lease = $3",
             delivery.activity, delivery.inbox, lease, delivery.state, delivery.attempts,
             delivery.not_before, delivery.reason, delivery.updated));
  return {};
}

Result<void> hold_back(Db& db, const std::string& host, Micros until) {
  CHECK_OK(
      db.run("update fedi_delivery set not_before = $2 where host = $1 and state = 'waiting' and "
             "not_before < $2",
             host, until));
  return {};
}

Result<void> revive(Db& db, const std::string& name, Micros now) {
  TRY(FediHost known, host(db, name));
  if (known.failures == 0 && !known.dead) return {};
  known.failures = 0;
  known.since = 0;
  known.not_before = 0;
  known.dead = false;
  CHECK_OK(save(db, known));
  CHECK_OK(db.run("update fedi_delivery set not_before = $2 where host = $1 and state = 'waiting'",
                  name, now));
  return {};
}

Result<void> remove_target(Db& db, const std::string& inbox) {
  CHECK_OK(db.run("delete from fedi_follower where target = $1", inbox));
  return {};
}

Result<void> prune(Db& db, Micros before) {
  CHECK_OK(db.run("delete from fedi_delivery where state <> 'waiting' and updated < $1", before));
  CHECK_OK(
      db.run("delete from fedi_activity where made < $1 and not spreading and not exists "
             "(select 1 from fedi_delivery d where d.activity = fedi_activity.id)",
             before));
  return {};
}

Result<std::vector<QueueCount>> queue_counts(Db& db, const std::string& activity) {
  return db.all<QueueCount>(
      "select state, cast(sum(count) as bigint) as count from ("
      "select state, count(*) as count from fedi_delivery where $1 = '' or activity = $1 "
      "group by state "
      "union all select 'delivered', sum(delivered) from fedi_activity where $1 = '' or id = $1 "
      "union all select 'given_up', sum(given_up) from fedi_activity where $1 = '' or id = $1) n "
      "where count > 0 group by state order by state",
      activity);
}

}  // namespace carillon::fedi_rows
