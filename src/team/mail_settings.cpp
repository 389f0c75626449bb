#include "team/mail_settings.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "store/events.hpp"

namespace carillon {

std::vector<Notice> all_notices() {
  return {Notice::emergency, Notice::trouble, Notice::approval, Notice::credential,
          Notice::membership};
}

Result<MailSettings> MailBook::of(const std::string& person) {
  TRY(const auto row, store_.read([&](Db& db) {
    return db.first<MailSettings>("select * from mail_address where person = $1", person);
  }));
  MailSettings none;
  none.person = person;
  none.notices = all_notices();
  return row.value_or(none);
}

Result<std::vector<MailSettings>> MailBook::readers() {
  return store_.read([](Db& db) {
    return db.all<MailSettings>(
        "select * from mail_address where proven > 0 and notices <> '[]' order by person");
  });
}

Result<void> MailBook::give(const std::string& person, const std::string& address,
                            const Secret& token, const MailRow& letter) {
  TRY(MailSettings row, of(person));
  row.address = address;
  row.proven = 0;
  row.proof = token_hash(token);
  row.proof_ends = clock_.now() + limits::link_hours * hour;
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("delete from mail_address where person = $1", person));
    CHECK_OK(db.insert("mail_address", row));
    return MailQueue::add(db, letter);
  });
}

Result<void> MailBook::prove(const Secret& token) {
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto row,
        db.first<MailSettings>("update mail_address set proven = $1, proof = '' where "
                               "proof = $2 and proof <> '' and proof_ends > $1 returning *",
                               now, token_hash(token)));
    if (!row)
      return fail(Fault::denied, "this link was used already, or is too old",
                  "Give your address again on the page of your account.");
    return append_event(db, {ids_.next(), now, "mail.proven", by_link, row->person, {}});
  });
}

Result<void> MailBook::choose(const std::string& person, const std::vector<Notice>& notices) {
  TRY(const MailSettings before, of(person));
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const std::int64_t changed, db.run("update mail_address set notices = $2 where person = $1",
                                           person, json::serialize(to_json(notices))));
    if (changed > 0) return {};
    MailSettings row = before;
    row.notices = notices;
    CHECK_OK(db.insert("mail_address", row));
    return {};
  });
}

Result<void> MailBook::turn_off(const std::string& person, const std::vector<Notice>& notices) {
  TRY(const MailSettings before, of(person));
  std::vector<Notice> left = before.notices;
  std::erase_if(left, [&](Notice one) {
    return std::find(notices.begin(), notices.end(), one) != notices.end();
  });
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const std::int64_t changed,
        db.run("update mail_address set notices = $2 where person = $1 and notices <> $2", person,
               json::serialize(to_json(left))));
    if (changed == 0) return {};
    return append_event(db, {ids_.next(), clock_.now(), "mail.turned_off", by_link, person, {}});
  });
}

Result<void> MailBook::forget(const std::string& person) {
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("delete from mail_address where person = $1", person));
    CHECK_OK(db.run("delete from mail_told where whom = $1", person));
    return {};
  });
}

namespace {
struct Told {
  std::string what;
};
BOOST_DESCRIBE_STRUCT(Told, (), (what))
}  // namespace

Result<std::vector<std::string>> MailBook::told(const std::string& whom) {
  TRY(const auto rows, store_.read([&](Db& db) {
    return db.all<Told>("select what from mail_told where whom = $1 order by what", whom);
  }));
  std::vector<std::string> out;
  for (const Told& row : rows) out.push_back(row.what);
  return out;
}

Result<bool> MailBook::tell(const MailSettings& settings, const std::vector<std::string>& now_told,
                            const std::vector<MailRow>& letters) {
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<bool> {
    const Micros written = letters.empty() ? settings.written : now;
    TRY(const std::int64_t mine,
        db.run("update mail_address set written = $3 where person = $1 and written = $2 and "
               "address = $4",
               settings.person, settings.written, written, settings.address));
    if (mine == 0) return false;
    CHECK_OK(db.run("delete from mail_told where whom = $1", settings.person));
    for (const std::string& what : now_told)
      CHECK_OK(db.run("insert into mail_told (whom, what, at) values ($1, $2, $3)", settings.person,
                      what, now));
    for (const MailRow& letter : letters) CHECK_OK(MailQueue::add(db, letter));
    return true;
  });
}

Result<bool> MailBook::tell_once(const std::string& whom, const std::string& what,
                                 const std::vector<MailRow>& letters) {
  return store_.write([&](Db& db) -> Result<bool> {
    TRY(const std::int64_t mine,
        db.run("insert into mail_told (whom, what, at) values ($1, $2, $3) "
               "on conflict (whom, what) do nothing",
               whom, what, clock_.now()));
    if (mine == 0) return false;
    for (const MailRow& letter : letters) CHECK_OK(MailQueue::add(db, letter));
    return true;
  });
}

}  // namespace carillon
