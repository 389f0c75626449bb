#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "store/events.hpp"
#include "team/sign_in.hpp"
#include "team/totp.hpp"

// The part of SignIn that has to do with codes.
namespace carillon {

namespace {

struct TotpRow {
  std::string sealed;
  Micros since = 0;       // 0: no code of it was entered yet
  std::int64_t step = 0;  // the last one that counted
};
BOOST_DESCRIBE_STRUCT(TotpRow, (), (sealed, since, step))

struct Counted {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (count))

Result<std::optional<TotpRow>> totp_of(Store& store, const Person& person) {
  return store.read([&](Db& db) {
    return db.first<TotpRow>("select sealed, since, step from totp where person = $1", person.id);
  });
}

std::string place_of(const Person& person) {
  return "totp\n" + person.id + "\n";
}

// "abcd-efgh-ijkl-mnop", without what a person put between the letters.
std::string bare(std::string_view code) {
  std::string out;
  for (const char c : lower_ascii(code)) {
    if (c != ' ' && c != '-') out += c;
  }
  return out;
}

std::string code_hash(const Person& person, std::string_view code) {
  return to_hex(sha256(person.id + " " + bare(code)));
}

// 80 bits: too many to be guessed, also by who has the hash.
std::string new_recovery_code() {
  std::string out;
  for (const char c : to_base32(random_bytes(10))) {
    if (out.size() % 5 == 4) out += '-';
    out += c;
  }
  return out;
}

tl::unexpected<Error> no_totp() {
  return fail(Fault::not_found, "there is no second factor", "Turn it on under /account.");
}

Result<void> forget(Db& db, const Person& person) {
  CHECK_OK(db.run("delete from totp where person = $1", person.id));
  CHECK_OK(db.run("delete from recovery_code where person = $1", person.id));
  return {};
}

// Another request that brings the same code at the same time comes too late.
Result<bool> spend_step(Store& store, const Person& person, std::int64_t step) {
  return store.write([&](Db& db) -> Result<bool> {
    TRY(const auto changed,
        db.run("update totp set step = $2 where person = $1 and step < $2", person.id, step));
    return changed > 0;
  });
}

}  // namespace

Result<SignInWays> SignIn::ways(const Person& person) {
  return store_.read([&](Db& db) -> Result<SignInWays> {
    SignInWays out;
    TRY(const auto password,
        db.first<TotpRow>("select since from password where person = $1", person.id));
    TRY(const auto totp,
        db.first<TotpRow>("select since from totp where person = $1 and since > 0", person.id));
    TRY(const auto codes,
        db.first<Counted>("select count(*) as count from recovery_code where person = $1",
                          person.id));
    TRY(const auto passkeys,
        db.first<Counted>("select count(*) as count from passkey where person = $1", person.id));
    TRY(const auto identities,
        db.first<Counted>("select count(*) as count from identity where person = $1", person.id));
    if (passkeys) out.passkeys = passkeys->count;
    if (identities) out.identities = identities->count;
    if (password) out.password_since = password->since;
    out.totp = totp.has_value();
    if (totp) out.totp_since = totp->since;
    if (codes) out.recovery_codes = codes->count;
    return out;
  });
}

Result<bool> SignIn::spend_code(const Person& person, const std::string& code, bool& recovery) {
  TRY(const auto row, totp_of(store_, person));
  if (!row || row->since == 0) return false;
  TRY(const Secret secret, vault_.open_from(place_of(person), row->sealed));
  if (const auto step = matching_step(secret, code, clock_.now(), row->step))
    return spend_step(store_, person, *step);
  TRY(const auto spent, store_.write([&](Db& db) {
    return db.run("delete from recovery_code where hash = $1 and person = $2",
                  code_hash(person, code), person.id);
  }));
  recovery = spent > 0;
  if (recovery) CHECK_OK(tell("recovery_code.used", person));
  return recovery;
}

Result<SignInOutcome> SignIn::begin_totp(const Present& who, const Secret& password) {
  TRY(const auto row, totp_of(store_, who.person));
  if (row && row->since > 0)
    return fail(Fault::conflict, "the second factor is on already", "Turn it off first.");
  TRY(const SignInOutcome out, prove(who, password));
  if (out.state != SignedIn::open) return out;
  const Secret secret(random_bytes(totp_secret_bytes));
  TRY(const std::string sealed, vault_.seal_for(place_of(who.person), secret));
  CHECK_OK(store_.write([&](Db& db) {
    return db.run(
        "insert into totp (person, sealed, since, step) values ($1, $2, 0, 0) "
        "on conflict (person) do update set sealed = excluded.sealed, step = 0",
        who.person.id, sealed);
  }));
  return out;
}

Result<Secret> SignIn::waiting_totp(const Person& person) {
  TRY(const auto row, totp_of(store_, person));
  if (!row || row->since > 0) return no_totp();
  return vault_.open_from(place_of(person), row->sealed);
}

Result<std::vector<std::string>> SignIn::confirm_totp(const Person& person,
                                                      const std::string& code) {
  TRY(const auto row, totp_of(store_, person));
  if (!row || row->since > 0) return no_totp();
  TRY(const Secret secret, vault_.open_from(place_of(person), row->sealed));
  const auto step = matching_step(secret, code, clock_.now(), row->step);
  if (!step) return std::vector<std::string>{};
  return store_.write([&](Db& db) -> Result<std::vector<std::string>> {
    std::vector<std::string> codes;
    CHECK_OK(db.run("update totp set since = $2, step = $3 where person = $1", person.id,
                    clock_.now(), *step));
    CHECK_OK(db.run("delete from recovery_code where person = $1", person.id));
    for (std::size_t i = 0; i < limits::recovery_codes; ++i) {
      codes.push_back(new_recovery_code());
      CHECK_OK(db.run("insert into recovery_code (hash, person) values ($1, $2)",
                      code_hash(person, codes.back()), person.id));
    }
    CHECK_OK(append_event(
        db, {ids_.next(), clock_.now(), "totp.on", person.name, person.id, {}, by_pages}));
    return codes;
  });
}

Result<SignInOutcome> SignIn::end_totp(const Present& who, const Secret& password) {
  TRY(const SignInOutcome out, prove(who, password));
  if (out.state != SignedIn::open) return out;
  CHECK_OK(store_.write([&](Db& db) { return forget(db, who.person); }));
  CHECK_OK(tell("totp.off", who.person));
  return out;
}

Result<void> SignIn::drop_totp(const Person& person, const std::string& by) {
  TRY(const auto row, totp_of(store_, person));
  if (!row) return no_totp();
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(forget(db, person));
    return append_event(db, {ids_.next(), clock_.now(), "totp.off", by, person.id, {}});
  });
}

}  // namespace carillon
