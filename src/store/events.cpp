#include "store/events.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"

namespace carillon {

namespace {

constexpr std::int64_t page = 1000;

thread_local Acting* acting = nullptr;

// A row of the table. Before a row had its place in the chain the last four are null.
struct EventRow {
  std::string id;
  Micros at = 0;
  std::string kind;
  std::string actor;
  std::string subject;
  std::string data;
  std::string via;
  std::int64_t seq = 0;
  std::optional<Blob> salt;
  std::optional<Blob> digest;
  std::optional<Blob> marks;
  std::optional<Blob> hash;
};
BOOST_DESCRIBE_STRUCT(EventRow, (),
                      (id, at, kind, actor, subject, data, via, seq, salt, digest, marks, hash))

constexpr const char* all_columns =
    "select id, at, kind, actor, subject, data, via, seq, salt, digest, marks, hash from event ";
constexpr const char* event_columns = "select id, at, kind, actor, subject, data, via from event ";

struct HeadRow {
  std::int64_t seq = 0;
  Blob hash;
};
BOOST_DESCRIBE_STRUCT(HeadRow, (), (seq, hash))

std::string bytes_of(const std::optional<Blob>& blob) {
  return blob ? blob->bytes : std::string();
}

ChainedEvent chained(const EventRow& row) {
  return {row.seq,
          row.id,
          row.at,
          row.kind,
          row.actor,
          row.via,
          row.subject,
          row.data,
          bytes_of(row.salt),
          bytes_of(row.digest),
          {},
          bytes_of(row.hash),
          bytes_of(row.marks)};
}

// Seals rows one after the other from `head` on, which moves along.
void seal_rows(std::vector<EventRow>& rows, ChainCheck::Head& head) {
  const std::string salts = random_bytes(rows.size() * chain_salt_bytes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EventRow& row = rows[i];
    row.seq = ++head.seq;
    row.salt = Blob{salts.substr(i * chain_salt_bytes, chain_salt_bytes)};
    ChainedEvent event = chained(row);
    event.previous = head.hash;
    seal_event(event);
    row.digest = Blob{event.digest};
    row.marks = Blob{event.marks};
    row.hash = Blob{event.hash};
    head.hash = event.hash;
  }
}

Result<ChainCheck::Head> head_row(Db& db, const char* lock) {
  TRY(const auto row,
      db.first<HeadRow>(fmt::format("select seq, hash from event_head where one = 1{}", lock)));
  if (row) return ChainCheck::Head{row->seq, row->hash.bytes};
  return fail(Fault::corrupt, "the audit log has lost its head: the row of event_head is gone",
              "Restore the database from a backup.");
}

Result<void> move_head(Db& db, const ChainCheck::Head& head) {
  CHECK_OK(
      db.run("update event_head set seq = $1, hash = $2 where one = 1", head.seq, Blob{head.hash}));
  return {};
}

Result<std::vector<EventRow>> rows_after(Db& db, std::int64_t seq) {
  return db.all<EventRow>(std::string(all_columns) + "where seq > $1 order by seq limit $2", seq,
                          page);
}

Result<std::vector<NumberedEvent>> numbered(const std::vector<EventRow>& rows) {
  std::vector<NumberedEvent> out;
  for (const EventRow& row : rows) {
    TRY(const auto data, parse_json_as<json::object>(row.data));
    out.push_back({row.seq, {row.id, row.at, row.kind, row.actor, row.subject, data, row.via}});
  }
  return out;
}

}  // namespace

Acting::Acting(std::string who, std::string where)
    : who_(std::move(who)), where_(std::move(where)), outer_(acting) {
  acting = this;
}

Acting::~Acting() {
  acting = outer_;
}

Result<void> append_event(Db& db, const Event& event) {
  Event told = event;
  if (acting != nullptr && told.via.empty()) told.via = acting->where_;
  if (acting != nullptr && told.actor == acting->who_) ++acting->told_;
  return db.tell(std::move(told));
}

Result<void> store_detail::chain_events(Db& db, const std::vector<Event>& events) {
  TRY(ChainCheck::Head head, head_row(db, db.for_update()));
  std::vector<EventRow> rows;
  rows.reserve(events.size());
  for (const Event& event : events)
    rows.push_back({event.id,
                    event.at,
                    event.kind,
                    event.actor,
                    event.subject,
                    write_json(event.data),
                    event.via,
                    0,
                    {},
                    {},
                    {},
                    {}});
  seal_rows(rows, head);
  CHECK_OK(db.insert_many("event", rows));
  return move_head(db, head);
}

Result<void> store_detail::chain_old_events(Db& db) {
  ChainCheck::Head head{0, chain_start()};
  std::string last;
  while (true) {
    TRY(auto rows, db.all<EventRow>(std::string(all_columns) + "where id > $1 order by id limit $2",
                                    last, page));
    if (rows.empty()) break;
    last = rows.back().id;
    seal_rows(rows, head);
    std::vector<SqlRow> places;
    places.reserve(rows.size());
    for (const EventRow& row : rows)
      places.push_back(sql_row(row.id, row.seq, row.salt, row.digest, row.marks, row.hash));
    CHECK_OK(db.run_many(
        "update event set seq = $2, salt = $3, digest = $4, marks = $5, hash = $6 where id = $1",
        places));
  }
  CHECK_OK(db.run("insert into event_head (one, seq, hash) values (1, $1, $2)", head.seq,
                  Blob{head.hash}));
  return {};
}

Result<std::vector<Event>> events_after(Db& db, const std::string& id, std::int64_t count) {
  return db.all<Event>(std::string(event_columns) + "where id > $1 order by id limit $2", id,
                       count);
}

Result<std::vector<NumberedEvent>> events_behind(Db& db, std::int64_t seq, std::int64_t count) {
  TRY(const auto rows,
      db.all<EventRow>(std::string(all_columns) + "where seq > $1 order by seq limit $2", seq,
                       count));
  return numbered(rows);
}

Result<std::vector<Event>> events_about(Db& db, const std::string& subject) {
  return db.all<Event>(std::string(event_columns) + "where subject = $1 order by id", subject);
}

Result<std::vector<NumberedEvent>> newest_events(Db& db, const EventFilter& filter,
                                                 std::int64_t count) {
  TRY(const auto rows,
      db.all<EventRow>(
          std::string(all_columns) +
              "where (seq < $1 or $1 = 0) and (actor = $2 or $2 = '') "
              "and (kind = $3 or substr(kind, 1, length($3) + 1) = $3 || '.' or $3 = '') "
              "and (subject = $4 or $4 = '') and at >= $5 and (at < $6 or $6 = 0) "
              "order by seq desc limit $7",
          filter.before, filter.actor, filter.kind, filter.subject, filter.since, filter.until,
          count));
  return numbered(rows);
}

Result<void> read_chain(Db& db, Micros since,
                        const std::function<Result<void>(const ChainedEvent&)>& each) {
  std::string previous = chain_start();
  bool begun = since == 0;
  for (std::int64_t last = 0;;) {
    TRY(const auto rows, rows_after(db, last));
    if (rows.empty()) return {};
    for (const EventRow& row : rows) {
      ChainedEvent event = chained(row);
      event.previous = std::exchange(previous, event.hash);
      begun = begun || event.at >= since;
      if (begun) CHECK_OK(each(event));
    }
    last = rows.back().seq;
  }
}

Result<ChainCheck::Head> chain_head(Db& db) {
  return head_row(db, "");
}

Result<ChainReport> check_chain(Db& db, const std::string& pinned) {
  TRY(const ChainCheck::Head head, chain_head(db));
  ChainCheck check(pinned);
  CHECK_OK(read_chain(db, 0, [&](ChainedEvent event) -> Result<void> {
    event.previous.clear();  // in the database it is not written beside the event
    check.add(event);
    return {};
  }));
  ChainReport report = check.finish(head);
  TRY(const auto outside,
      db.first<Event>(std::string(event_columns) + "where seq <= 0 order by id limit 1"));
  if (outside && report.broken.empty()) {
    report.broken_at = report.last + 1;
    report.broken = fmt::format(
        "the event {} stands outside the chain: it was put in by hand, or by an older Carillon",
        outside->id);
  }
  return report;
}

Result<std::int64_t> erase_details(Db& db, const Erasing& which, const std::string& by, Micros now,
                                   Ids& ids) {
  json::array numbers;
  std::vector<SqlRow> changes;
  for (const std::string& kind : which.kinds) {
    TRY(const auto rows,
        db.all<EventRow>(std::string(all_columns) +
                             "where subject = $1 and kind = $2 and length(salt) > 0 order by seq",
                         which.subject, kind));
    for (const EventRow& row : rows) {
      numbers.push_back(row.seq);
      changes.push_back(sql_row(row.id, erased_details, Blob{}));
    }
  }
  if (numbers.empty()) return 0;
  CHECK_OK(db.run_many("update event set data = $2, salt = $3 where id = $1", changes));
  CHECK_OK(append_event(
      db, {ids.next(), now, std::string(erasing_kind), by, which.subject, {{"events", numbers}}}));
  return std::ssize(numbers);
}

}  // namespace carillon
