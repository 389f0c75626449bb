#include "team/passkeys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "store/allowance.hpp"
#include "store/events.hpp"
#include "team/limits.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

constexpr const char* passkey_columns =
    "select id, person, name, party, backed_up, made, used from passkey";

struct PasskeyRow {
  std::string id;
  std::string credential;
  std::string person;
  std::string name;
  std::string party;
  Signing signing = Signing::es256;
  std::string x;
  std::string y;
  std::int64_t count = 0;
  bool eligible = false;
  bool backed_up = false;
  Micros made = 0;
  Micros used = 0;
};
BOOST_DESCRIBE_STRUCT(PasskeyRow, (),
                      (id, credential, person, name, party, signing, x, y, count, eligible,
                       backed_up, made, used))

// What is kept of a question for a new passkey until its answer comes.
struct Asked {
  std::string person;  // the id: the user handle
  std::string passkey;
  std::string name;
  std::string email;
};
BOOST_DESCRIBE_STRUCT(Asked, (), (person, passkey, name, email))

struct CredentialId {
  std::string credential;
};
BOOST_DESCRIBE_STRUCT(CredentialId, (), (credential))

Credential credential_of(const PasskeyRow& row) {
  return {.id = row.credential,
          .key = {row.signing, from_base64(row.x).value_or(""), from_base64(row.y).value_or("")},
          .count = row.count,
          .eligible = row.eligible,
          .backed_up = row.backed_up};
}

Result<void> keep(Db& db, const PasskeyRow& row) {
  TRY(const auto same, db.first<CredentialId>(
                           "select credential from passkey where credential = $1", row.credential));
  if (same)
    return fail(Fault::conflict, "this passkey is known here already",
                "Take another device, or sign in with this one.");
  TRY(const auto own,
      db.all<CredentialId>("select credential from passkey where person = $1", row.person));
  if (own.size() >= limits::passkeys)
    return fail(Fault::too_large, fmt::format("you have {} passkeys already", own.size()),
                "Remove those that you do not use.");
  CHECK_OK(db.insert("passkey", row));
  return {};
}

// A question costs us a row, so a network has so many.
Result<Micros> take_question(Store& store, Micros now, const Visitor& visitor) {
  return take_try(store, now,
                  {{"passkey question " + network_of(visitor.address), 30, 10 * second}});
}

json::object id_of(const std::string& credential) {
  return {{"type", "public-key"}, {"id", json::string(credential)}};
}

}  // namespace

Result<PasskeyRequest> Passkeys::ask(const Visitor& visitor, const Secret& browser) {
  TRY(const Micros wait, take_question(store_, clock_.now(), visitor));
  if (wait > 0) return PasskeyRequest{.state = SignedIn::wait, .wait = wait};
  TRY(const Secret challenge, challenges_.make(Purpose::passkey_sign_in, browser, json::object{}));
  return PasskeyRequest{.options = {{"challenge", json::string(challenge.reveal())},
                                    {"rpId", json::string(party_.id)},
                                    {"timeout", limits::challenge_minutes * (minute / 1000)},
                                    {"userVerification", "required"}}};
}

Result<SignInOutcome> Passkeys::sign_in(const PasskeyAnswer& answer, const Visitor& visitor,
                                        const Secret& browser) {
  TRY(const auto row, store_.read([&](Db& db) {
    return db.first<PasskeyRow>("select * from passkey where credential = $1 and party = $2",
                                answer.id, party_.id);
  }));
  TRY(const bool known, sessions_.knows(visitor.device, row ? row->person : std::string()));
  const std::vector<Allowance> tries{
      known ? Allowance{"device " + token_hash(visitor.device), 10, minute}
            : Allowance{"network " + network_of(visitor.address), 20, minute}};
  TRY(const Micros wait, take_try(store_, clock_.now(), tries));
  if (wait > 0) return SignInOutcome{.state = SignedIn::wait, .wait = wait};
  TRY(const Secret challenge, challenge_of(answer));
  CHECK_OK(challenges_.take(challenge, Purpose::passkey_sign_in, browser));
  // Nobody was named before, so the answer has to say whose it is (section 7.2 step 6).
  if (!row || from_base64(answer.user) != row->person) {
    warn("an unknown passkey", visitor);
    return SignInOutcome{};
  }
  const auto now_known = check_passkey(party_, challenge, answer, credential_of(*row));
  if (!now_known) {
    warn("a wrong passkey", visitor);
    if (now_known.error().fault == Fault::conflict)
      CHECK_OK(store_.write([&](Db& db) {
        return append_event(db, {ids_.next(),
                                 clock_.now(),
                                 "passkey.suspect",
                                 "carillon",
                                 row->person,
                                 {{"passkey", json::string(row->name)}}});
      }));
    return tl::unexpected<Error>(now_known.error());
  }
  // Of two answers at the same time with one count, the second does not count.
  TRY(const auto counted, store_.write([&](Db& db) {
    return db.run(
        "update passkey set count = $2, backed_up = $3, used = $4 "
        "where id = $1 and (count < $2 or (count = 0 and $2 = 0))",
        row->id, now_known->count, now_known->backed_up, clock_.now());
  }));
  if (counted == 0) return SignInOutcome{};
  CHECK_OK(give_back(store_, tries));
  return sign_in_.let_in(row->person, visitor, ShownBy::passkey);
}

Result<json::object> Passkeys::options_for(Purpose purpose, const Person& person,
                                           const std::string& name, const Arrival& who,
                                           const Secret& browser) {
  const Asked asked{person.id, name, who.name, who.email};
  TRY(const Secret challenge, challenges_.make(purpose, browser, to_json(asked)));
  TRY(const auto own, store_.read([&](Db& db) {
    return db.all<CredentialId>("select credential from passkey where person = $1", person.id);
  }));
  json::array excluded;
  for (const CredentialId& one : own) excluded.push_back(id_of(one.credential));
  json::array algorithms;
  // ES256, EdDSA, RS256: https://www.iana.org/assignments/cose/
  for (const int algorithm : {-7, -8, -257})
    algorithms.push_back(json::object{{"type", "public-key"}, {"alg", algorithm}});
  return json::object{
      {"challenge", json::string(challenge.reveal())},
      {"rp", {{"id", json::string(party_.id)}, {"name", json::string(organisation_)}}},
      {"user",
       {{"id", json::string(to_base64url(person.id))},
        {"name", json::string(person.email.empty() ? person.name : person.email)},
        {"displayName", json::string(person.name)}}},
      {"pubKeyCredParams", std::move(algorithms)},
      {"timeout", limits::challenge_minutes * (minute / 1000)},
      {"excludeCredentials", std::move(excluded)},
      {"authenticatorSelection",
       {{"residentKey", "required"},
        {"requireResidentKey", true},
        {"userVerification", "required"}}},
      {"attestation", "none"}};
}

Result<PasskeyRequest> Passkeys::begin(const SignIn::Present& who, const Secret& password,
                                       const std::string& name, const Secret& browser) {
  TRY(const std::string called,
      check_passkey_name(trim(name).empty() ? who.session.browser : name));
  TRY(const SignInOutcome proof, sign_in_.prove(who, password));
  if (proof.state != SignedIn::open)
    return PasskeyRequest{.state = proof.state, .wait = proof.wait};
  PasskeyRequest out;
  TRY(out.options, options_for(Purpose::passkey_add, who.person, called, {}, browser));
  return out;
}

namespace {

PasskeyRow row_of(Ids& ids, const Asked& asked, const Credential& made, const RelyingParty& party,
                  Micros now) {
  return {.id = ids.next(),
          .credential = made.id,
          .person = asked.person,
          .name = asked.passkey,
          .party = party.id,
          .signing = made.key.signing,
          .x = to_base64url(made.key.x),
          .y = to_base64url(made.key.y),
          .count = made.count,
          .eligible = made.eligible,
          .backed_up = made.backed_up,
          .made = now,
          .used = 0};
}

}  // namespace

Result<Passkey> Passkeys::finish(const SignIn::Present& who, const PasskeyAnswer& answer,
                                 const Secret& browser) {
  TRY(const Secret challenge, challenge_of(answer));
  TRY(const json::value about, challenges_.take(challenge, Purpose::passkey_add, browser));
  TRY(const Asked asked, from_json<Asked>(about));
  TRY(const Credential made, check_new_passkey(party_, challenge, answer));
  const PasskeyRow row = row_of(ids_, asked, made, party_, clock_.now());
  return store_.write([&](Db& db) -> Result<Passkey> {
    CHECK_OK(keep(db, row));
    CHECK_OK(append_event(db, {ids_.next(),
                               row.made,
                               "passkey.added",
                               who.person.name,
                               row.person,
                               {{"passkey", json::string(row.name)}}}));
    return Passkey{row.id, row.person, row.name, row.party, row.backed_up, row.made, 0};
  });
}

Result<PasskeyRequest> Passkeys::begin_by_link(const Secret& link, const Arrival& who,
                                               const Visitor& visitor, const Secret& browser) {
  TRY(const Micros wait, take_question(store_, clock_.now(), visitor));
  if (wait > 0) return PasskeyRequest{.state = SignedIn::wait, .wait = wait};
  TRY(Person person, people_.of_link(link));
  if (person.joined == 0) {
    TRY(person.name, check_person_name(to_nfc(who.name)));
    if (person.email.empty() && !who.email.empty()) {
      TRY(person.email, check_email(who.email));
    }
  }
  if (person.id.empty()) person.id = ids_.next();
  TRY(const SignInWays has, sign_in_.ways(person));
  if (has.totp)
    return fail(Fault::conflict, "you have a second factor, which a passkey would pass by",
                "Set a password here; then make the passkey under /account.");
  TRY(const std::string called, check_passkey_name(visitor.browser));
  PasskeyRequest out;
  TRY(out.options, options_for(Purpose::passkey_link, person, called, who, browser));
  return out;
}

Result<SignInOutcome> Passkeys::finish_by_link(const Secret& link, const PasskeyAnswer& answer,
                                               const Visitor& visitor, const Secret& browser) {
  TRY(const Secret challenge, challenge_of(answer));
  TRY(const json::value about, challenges_.take(challenge, Purpose::passkey_link, browser));
  TRY(const Asked asked, from_json<Asked>(about));
  TRY(const Credential made, check_new_passkey(party_, challenge, answer));
  PasskeyRow row = row_of(ids_, asked, made, party_, clock_.now());
  const WayIn way{"passkey.added", [&](Db& db, const Person& person) -> Result<void> {
                    // The device holds the id that it was told; with another it could not sign in.
                    if (person.id != row.person)
                      return fail(Fault::denied, "the passkey was made for another link",
                                  "Start again.");
                    return keep(db, row);
                  }};
  const Arrival who{asked.name, asked.email, asked.person};
  TRY(const Person person, people_.accept(link, who, way));
  return sign_in_.let_in(person, visitor, ShownBy::passkey);
}

Result<std::string> check_passkey_name(const std::string& name) {
  const std::string out(trim(name));
  const bool plain = std::none_of(out.begin(), out.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (out.empty() || out.size() > limits::name_bytes || first_bad_utf8(out) || !plain)
    return fail(Fault::invalid, "the passkey needs a name by which you know it",
                fmt::format("At most {} bytes: \"my phone\".", limits::name_bytes));
  return out;
}

Result<std::vector<Passkey>> list_passkeys(Store& store, const std::string& person) {
  return store.read([&](Db& db) {
    return db.all<Passkey>(
        std::string(passkey_columns) + " where $1 = '' or person = $1 order by made, id", person);
  });
}

namespace {

Result<Passkey> passkey_in(Db& db, const std::string& id) {
  TRY(const auto found, db.first<Passkey>(std::string(passkey_columns) + " where id = $1", id));
  if (found) return *found;
  return fail(Fault::not_found, fmt::format("there is no passkey {}", id),
              "`carillon passkey list` shows those there are.");
}

}  // namespace

Result<void> rename_passkey(Store& store, const std::string& id, const std::string& name) {
  TRY(const std::string called, check_passkey_name(name));
  return store.write([&](Db& db) -> Result<void> {
    CHECK_OK(passkey_in(db, id));
    CHECK_OK(db.run("update passkey set name = $2 where id = $1", id, called));
    return {};
  });
}

Result<void> remove_passkey(Store& store, const std::string& id,
                            const std::optional<WaysOpen>& open) {
  return store.write([&](Db& db) -> Result<void> {
    TRY(const Passkey passkey, passkey_in(db, id));
    CHECK_OK(db.run("delete from passkey where id = $1", id));
    return open ? check_way_left(db, passkey.person, *open) : Result<void>{};
  });
}

}  // namespace carillon
