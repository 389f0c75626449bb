#include "federation/websub_rows.hpp"

#include "base/bytes.hpp"
#include "federation/limits.hpp"

namespace carillon::websub_rows {

namespace {

constexpr std::int64_t candidates = 256;
constexpr Micros turn = second / 50;  // what an exchange with a busy host is thought to take

struct Present {
  std::int64_t present = 0;
};
BOOST_DESCRIBE_STRUCT(Present, (), (present))

struct Topic {
  std::string topic;
};
BOOST_DESCRIBE_STRUCT(Topic, (), (topic))

// Leases what may begin now. Who waits for a turn of a busy host does not stand in the way of the
// others, and is looked at again when its turn may have come.
template <class Row>
Result<std::vector<Row>> lease_of(Db& db, std::string_view table, std::vector<Row> found,
                                  Micros now, Micros lease, std::size_t count,
                                  std::map<std::string, int> busy) {
  const std::string taking =
      "update " + std::string(table) + " set lease = $2, not_before = $3 where id = $1";
  std::vector<Row> out;
  std::map<std::string, int> aside;
  for (Row& row : found) {
    if (out.size() == count) break;
    if (busy[row.host] >= limits::sends_queued_per_host) {
      CHECK_OK(db.run(taking, row.id, row.lease, now + ++aside[row.host] * turn));
      continue;
    }
    ++busy[row.host];
    row.lease = lease;
    CHECK_OK(db.run(taking, row.id, lease, row.not_before));
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

std::string id_of(const std::string& callback, const std::string& topic) {
  return to_hex(sha256(callback + "\n" + topic));
}

std::string place_of(const std::string& id) {
  return "websub\n" + id + "\n";
}

Result<void> ask(Db& db, const WebSubAsked& asked) {
  CHECK_OK(db.run("delete from websub_request where id = $1", asked.id));
  CHECK_OK(db.insert("websub_request", asked));
  return {};
}

Result<WebSubCounts> counts(Db& db, const std::string& host, const std::string& but) {
  TRY(const auto row,
      db.first<WebSubCounts>("select count(*) as \"all\", coalesce(sum(case when host = $1 then 1 "
                             "else 0 end), 0) as host from websub_subscription where id <> $2",
                             host, but));
  return *row;
}

Result<std::vector<WebSubAsked>> claim_asked(Db& db, Micros now, Micros lease, std::size_t count,
                                             std::map<std::string, int> busy) {
  TRY(auto found,
      db.all<WebSubAsked>(std::string("select * from websub_request where not_before <= "
                                      "$1 and lease <= $1 order by not_before limit $2") +
                              db.skip_locked(),
                          now, candidates));
  return lease_of(db, "websub_request", std::move(found), now, lease, count, std::move(busy));
}

Result<std::vector<WebSubSubscription>> claim_due(Db& db, const WebSubFeed& feed,
                                                  std::int64_t version, Micros now, Micros lease,
                                                  std::size_t count,
                                                  std::map<std::string, int> busy) {
  TRY(auto found,
      db.all<WebSubSubscription>(
          std::string("select * from websub_subscription where topic = $1 and told <> $2 and "
                      "version < $3 and expires > $4 and not_before <= $4 and lease <= $4 "
                      "order by not_before limit $5") +
              db.skip_locked(),
          feed.topic, feed.digest, version, now, candidates));
  return lease_of(db, "websub_subscription", std::move(found), now, lease, count, std::move(busy));
}

Result<bool> done(Db& db, const WebSubAsked& asked) {
  TRY(const std::int64_t gone,
      db.run("delete from websub_request where id = $1 and made = $2 and lease = $3", asked.id,
             asked.made, asked.lease));
  return gone == 1;
}

Result<void> put_off(Db& db, const WebSubAsked& asked, std::int64_t attempts, Micros not_before) {
  CHECK_OK(
      db.run("update websub_request set attempts = $4, not_before = $5, lease = 0 "
             "where id = $1 and made = $2 and lease = $3",
             asked.id, asked.made, asked.lease, attempts, not_before));
  return {};
}

Result<void> subscribe(Db& db, const WebSubSubscription& one) {
  CHECK_OK(db.run(
      "insert into websub_subscription (id, callback, host, topic, secret, expires, told, "
      "version, attempts, since, not_before, lease, delivered, reason) values ($1, $2, $3, "
      "$4, $5, $6, $7, $8, 0, 0, 0, 0, 0, '') on conflict (id) do update set "
      "secret = excluded.secret, expires = excluded.expires, attempts = 0, since = 0, "
      "not_before = 0, reason = ''",
      one.id, one.callback, one.host, one.topic, one.secret, one.expires, one.told, one.version));
  return {};
}

Result<void> unsubscribe(Db& db, const std::string& id) {
  CHECK_OK(db.run("delete from websub_subscription where id = $1", id));
  return {};
}

Result<void> settle(Db& db, const WebSubSubscription& one, Micros lease) {
  CHECK_OK(
      db.run("update websub_subscription set told = $3, version = $4, attempts = $5, since = $6, "
             "not_before = $7, lease = 0, delivered = $8, reason = $9 where id = $1 and lease = $2",
             one.id, lease, one.told, one.version, one.attempts, one.since, one.not_before,
             one.delivered, one.reason));
  return {};
}

Result<std::vector<WebSubSubscription>> subscriptions(Db& db, std::int64_t count) {
  return db.all<WebSubSubscription>(
      "select * from websub_subscription order by host, topic, id limit $1", count);
}

Result<bool> is_empty(Db& db) {
  TRY(const auto row, db.first<Present>("select cast(1 as bigint) as present where exists "
                                        "(select 1 from websub_request) or exists "
                                        "(select 1 from websub_subscription)"));
  return !row.has_value();
}

Result<std::vector<std::string>> topics(Db& db) {
  TRY(const auto rows, db.all<Topic>("select distinct topic from websub_subscription"));
  std::vector<std::string> out;
  for (const Topic& row : rows) out.push_back(row.topic);
  return out;
}

Result<void> deny(Db& db, const std::string& topic, Micros now) {
  TRY(const auto rows, db.all<WebSubSubscription>(
                           "delete from websub_subscription where topic = $1 returning *", topic));
  for (const WebSubSubscription& one : rows) {
    WebSubAsked word;
    word.id = one.id;
    word.mode = WebSubMode::denied;
    word.callback = one.callback;
    word.host = one.host;
    word.topic = one.topic;
    word.not_before = word.made = now;
    CHECK_OK(ask(db, word));
  }
  return {};
}

Result<void> prune(Db& db, Micros now) {
  CHECK_OK(db.run("delete from websub_subscription where expires <= $1", now));
  return {};
}

Result<void> take_back(Db& db) {
  CHECK_OK(db.run("update websub_request set lease = 0 where lease > 0"));
  CHECK_OK(db.run("update websub_subscription set lease = 0 where lease > 0"));
  return {};
}

}  // namespace carillon::websub_rows
