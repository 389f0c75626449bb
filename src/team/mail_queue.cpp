#include "team/mail_queue.hpp"

#include "publish/progress.hpp"

namespace carillon {

namespace {

constexpr std::size_t reason_bytes = 300;

std::string letter_place(const std::string& id) {
  return "mail\n" + id + "\n";
}

}  // namespace

Result<MailRow> MailQueue::row_of(const Letter& letter) {
  const Micros now = clock_.now();
  MailRow out;
  out.id = ids_.next();
  out.not_before = out.made = out.updated = now;
  TRY(out.sealed, vault_.seal_for(letter_place(out.id), Secret(json::serialize(to_json(letter)))));
  return out;
}

Result<void> MailQueue::add(Db& db, const MailRow& row) {
  CHECK_OK(db.insert("mail", row));
  return {};
}

Result<std::optional<TakenMail>> MailQueue::take(const std::string& id) {
  const Micros now = clock_.now();
  TRY(auto row, store_.write([&](Db& db) {
    return db.first<MailRow>(
        std::string("update mail set lease = $1 where id = (select id from mail where "
                    "state = 'waiting' and lease <= $2 and (id = $3 or ($3 = '' and "
                    "not_before <= $2)) order by not_before, id limit 1") +
            db.skip_locked() + ") returning *",
        now + limits::mail_lease, now, id);
  }));
  if (!row) return std::nullopt;
  const auto opened = vault_.open_from(letter_place(row->id), row->sealed);
  if (!opened && opened.error().fault == Fault::corrupt) {
    // Nobody can read it any more, and it would stand in the way of the others.
    CHECK_OK(refused(*row, "it was sealed with another key"));
    return take(id);
  }
  if (!opened) return tl::unexpected<Error>(opened.error());
  TRY(const json::value whole, parse_json(opened->reveal()));
  TRY(Letter letter, from_json<Letter>(whole));
  return TakenMail{std::move(*row), std::move(letter)};
}

Result<void> MailQueue::settle(MailRow row, MailState state, const std::string& reason) {
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(
        db.run("update mail set state = $3, reason = $4, attempts = $5, sealed = '', "
               "updated = $6, lease = 0 where id = $1 and lease = $2",
               row.id, row.lease, word_of(state), reason.substr(0, reason_bytes), row.attempts + 1,
               clock_.now()));
    return {};
  });
}

Result<void> MailQueue::sent(const MailRow& row) {
  return settle(row, MailState::sent, "");
}

Result<void> MailQueue::refused(const MailRow& row, const std::string& reason) {
  return settle(row, MailState::refused, reason);
}

Result<void> MailQueue::put_off(const MailRow& row, const std::string& reason, bool all) {
  const Micros now = clock_.now();
  if (now - row.made > limits::mail_tried_for) return refused(row, reason);
  const Micros next = now + backoff(row.attempts + 1);
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(
        db.run("update mail set attempts = $3, not_before = $4, reason = $5, updated = $6, "
               "lease = 0 where id = $1 and lease = $2",
               row.id, row.lease, row.attempts + 1, next, reason.substr(0, reason_bytes), now));
    if (all)
      CHECK_OK(
          db.run("update mail set not_before = $1 where state = 'waiting' and "
                 "not_before < $1",
                 next));
    return {};
  });
}

Result<std::vector<MailRow>> MailQueue::list() {
  return store_.read([&](Db& db) {
    return db.all<MailRow>(
        "select id, state, attempts, not_before, lease, reason, made, updated from mail "
        "order by made desc, id desc limit 200");
  });
}

Result<void> MailQueue::prune() {
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("delete from mail where state <> 'waiting' and updated < $1",
                    clock_.now() - limits::mail_kept));
    return {};
  });
}

}  // namespace carillon
