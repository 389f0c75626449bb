#include "federation/progress.hpp"

namespace carillon::fedi_rows {

// Rows without `reached` that do not spread are answers to one account. Who follows since, or
// follows no more, is counted by no row, and so not here either.
Result<std::vector<SpreadState>> spreads(Db& db, std::int64_t count) {
  return db.all<SpreadState>(
      "select a.id, a.body, a.made, a.spreading, a.lease, "
      "a.delivered + coalesce(d.told, 0) as told, a.given_up + coalesce(d.refused, 0) as refused, "
      "coalesce(d.waiting, 0) as waiting, coalesce(d.next, 0) as next, "
      "(select count(distinct f.target) from fedi_follower f where a.spreading "
      "and f.target > a.reached and f.since <= a.made) as \"left\", "
      "(select count(distinct f.target) from fedi_follower f join fedi_host h on h.host = f.host "
      "where h.dead and f.target <= a.reached and f.since <= a.made and not exists "
      "(select 1 from fedi_delivery e where e.activity = a.id and e.inbox = f.target)) as dead "
      "from (select * from fedi_activity where spreading or reached <> '' "
      "order by made desc limit $1) a left join "
      "(select activity, sum(case when state = 'delivered' then 1 else 0 end) as told, "
      "sum(case when state = 'given_up' then 1 else 0 end) as refused, "
      "sum(case when state = 'waiting' then 1 else 0 end) as waiting, "
      "min(case when state = 'waiting' then not_before end) as next "
      "from fedi_delivery group by activity) d on d.activity = a.id order by a.made desc",
      count);
}

Result<std::vector<HostState>> failing_hosts(Db& db, std::int64_t count) {
  return db.all<HostState>(
      "select h.host, h.dead, h.failures, h.since, h.not_before, coalesce(d.waiting, 0) as "
      "waiting, coalesce(d.reason, '') as reason from fedi_host h left join "
      "(select host, count(*) as waiting, max(reason) as reason from fedi_delivery "
      "where state = 'waiting' group by host) d on d.host = h.host "
      "where h.failures > 0 or h.dead order by h.since, h.host limit $1",
      count);
}

}  // namespace carillon::fedi_rows
