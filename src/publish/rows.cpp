#include "publish/rows.hpp"

namespace carillon::rows {

namespace {

struct Latest {
  Micros at = 0;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Latest, (), (at, count))

const std::string update_delivery =
    "update delivery set revision = $2, state = $3, due = $4, not_before = $5, attempts = $6, "
    "armed = $7, lease = $8, reason = $9, hint = $10, rendition = $11, steps = $12, "
    "receipts = $13, updated = $14, rehearsed = $15 where id = $1";

template <class... A>
Result<bool> update(Db& db, const std::string& sql, const Delivery& row, const A&... args) {
  TRY(const auto changed,
      db.run(sql, row.id, row.revision, row.state, row.due, row.not_before, row.attempts, row.armed,
             row.lease, row.reason, row.hint, row.rendition, row.steps, row.receipts, row.updated,
             row.rehearsed, args...));
  return changed == 1;
}

}  // namespace

Result<std::optional<AnnouncementRow>> announcement(Db& db, const std::string& id_or_slug) {
  return db.first<AnnouncementRow>("select * from announcement where id = $1 or slug = $1",
                                   id_or_slug);
}

Result<std::vector<AnnouncementRow>> announcements(Db& db) {
  return db.all<AnnouncementRow>("select * from announcement order by id desc");
}

Result<void> save(Db& db, const AnnouncementRow& row, bool is_new) {
  if (is_new) {
    CHECK_OK(db.insert("announcement", row));
    return {};
  }
  CHECK_OK(
      db.run("update announcement set revision = $2, digest = $3, permalink = $4, draft = $5, "
             "source = $6 where id = $1",
             row.id, row.revision, row.digest, row.permalink, row.draft, row.source));
  return {};
}

Result<std::optional<Delivery>> delivery(Db& db, const std::string& id) {
  return db.first<Delivery>("select * from delivery where id = $1", id);
}

Result<std::optional<Delivery>> take_delivery(Db& db, const std::string& id) {
  return db.first<Delivery>("select * from delivery where id = $1" + std::string(db.for_update()),
                            id);
}

Result<std::vector<Delivery>> deliveries(Db& db, const std::string& announcement) {
  if (announcement.empty())
    return db.all<Delivery>("select * from delivery order by announcement desc, channel");
  return db.all<Delivery>(
      "select d.* from delivery d join announcement a on a.id = d.announcement "
      "where a.id = $1 or a.slug = $1 order by d.channel",
      announcement);
}

// The condition of need is needs_person, behind that of the index delivery_in_need.
Result<std::vector<Delivery>> outlines(Db& db, const DeliveryQuery& query) {
  static const std::string base =
      "select d.id, d.announcement, d.revision, d.channel, d.platform, d.state, d.due, "
      "d.not_before, d.attempts, d.armed, d.reason, d.hint, d.receipts, d.updated, d.rehearsed "
      "from delivery d ";
  std::string which = "1 = 1";
  if (query.in_need)
    which +=
        " and d.state in ('unconfirmed', 'missed', 'refused', 'manual') and "
        "(d.state <> 'unconfirmed' or d.not_before = 9223372036854775807)";
  if (query.published) which += " and d.state = 'published'";
  if (!query.announcement.empty())
    return db.all<Delivery>(base +
                                "join announcement a on a.id = d.announcement "
                                "where (a.id = $1 or a.slug = $1) and " +
                                which + " order by d.channel",
                            query.announcement);
  const std::string order = " order by d.announcement desc, d.channel";
  if (query.from == INT64_MIN && query.to == INT64_MAX)
    return db.all<Delivery>(base + "where " + which + order);
  return db.all<Delivery>(base +
                              "where d.announcement in (select announcement from delivery "
                              "where due >= $1 and due < $2) and " +
                              which + order,
                          query.from, query.to);
}

Result<std::vector<AnnouncementRow>> announcements(Db& db, Micros from, Micros to,
                                                   std::int64_t count) {
  return db.all<AnnouncementRow>(
      "select a.* from announcement a join (select announcement, min(due) as due from delivery "
      "where announcement in (select announcement from delivery where due >= $1 and due < $2) "
      "group by announcement having min(due) >= $1) first "
      "on first.announcement = a.id order by first.due desc, a.id desc limit $3",
      from, to, count);
}

Result<std::vector<AnnouncementRow>> at_home(Db& db) {
  return db.all<AnnouncementRow>(
      "select a.* from announcement a where exists (select 1 from delivery d where "
      "d.announcement = a.id and d.platform = 'home' and d.state = 'published') "
      "and not exists (select 1 from removal r where r.announcement = a.id) order by a.id desc");
}

Result<std::optional<AnnouncementRow>> name(Db& db, const std::string& id) {
  return db.first<AnnouncementRow>("select id, slug, revision from announcement where id = $1", id);
}

Result<std::vector<Delivery>> overdue(Db& db, Micros before) {
  return db.all<Delivery>(
      "select * from delivery where state not in ('published', 'cancelled') and due < $1 "
      "order by due",
      before);
}

Result<std::int64_t> version(Db& db) {
  TRY(const auto latest, db.first<Latest>("select coalesce(max(updated), 0) as at, "
                                          "count(*) + (select count(*) from removal) as count "
                                          "from delivery where state = 'published'"));
  return latest ? latest->at + latest->count : 0;
}

Result<std::vector<Delivery>> expired(Db& db, Micros now) {
  return db.all<Delivery>("select * from delivery where state = 'armed' and lease <= $1" +
                              std::string(db.skip_locked()),
                          now);
}

Result<std::vector<Delivery>> claimable(Db& db, Micros now, std::int64_t count) {
  return db.all<Delivery>(
      // The first condition is that of the index delivery_open.
      "select d.* from delivery d where d.state in ('planned', 'due', 'armed', 'unconfirmed') "
      "and d.state <> 'armed' and d.not_before <= $1 and d.lease <= $1 and (d.platform = 'home' or "
      "not exists "
      "(select 1 from delivery h where h.announcement = d.announcement and h.platform = 'home' "
      "and h.state in ('planned', 'due', 'armed', 'unconfirmed'))) "
      "order by d.not_before, d.id limit $2" +
          std::string(db.skip_locked()),
      now, count);
}

Result<void> save(Db& db, const Delivery& row, bool is_new) {
  if (is_new) {
    CHECK_OK(db.insert("delivery", row));
    return {};
  }
  CHECK_OK(update(db, update_delivery, row));
  return {};
}

Result<void> remove(Db& db, const std::string& announcement) {
  CHECK_OK(db.run("delete from delivery where announcement = $1", announcement));
  CHECK_OK(db.run("delete from announcement where id = $1", announcement));
  return {};
}

Result<void> remove_delivery(Db& db, const std::string& id) {
  CHECK_OK(db.run("delete from delivery where id = $1", id));
  return {};
}

Result<std::vector<Hold>> holds(Db& db) {
  return db.all<Hold>("select * from hold");
}

Result<std::vector<Hold>> held_at_home(Db& db) {
  return db.all<Hold>(
      "select h.* from hold h join delivery d on d.announcement = h.announcement "
      "where d.platform = 'home' and d.state = 'planned' and d.due = h.until");
}

Result<std::optional<Hold>> hold(Db& db, const std::string& announcement) {
  return db.first<Hold>("select * from hold where announcement = $1", announcement);
}

Result<void> save(Db& db, const Hold& row) {
  CHECK_OK(remove_hold(db, row.announcement));
  CHECK_OK(db.insert("hold", row));
  return {};
}

Result<void> remove_hold(Db& db, const std::string& announcement) {
  CHECK_OK(db.run("delete from hold where announcement = $1", announcement));
  return {};
}

Result<bool> replace(Db& db, const Delivery& row, const Delivery& seen) {
  static const std::string sql = update_delivery +
                                 " and state = $16 and lease = $17 and "
                                 "updated = $18";
  return update(db, sql, row, seen.state, seen.lease, seen.updated);
}

Result<bool> settle(Db& db, const Delivery& row, Grip grip) {
  static const std::string sql = update_delivery +
                                 " and (lease = $16 or (armed = $17 and armed > 0 and "
                                 "state in ('armed', 'unconfirmed')))";
  return update(db, sql, row, grip.lease, grip.armed);
}

}  // namespace carillon::rows
