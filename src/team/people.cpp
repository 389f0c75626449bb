#include "team/people.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "store/events.hpp"
#include "text/codepoints.hpp"

namespace carillon {

namespace {

struct LinkRow {
  std::string hash;
  std::string person;  // empty: the first admin
  Micros made = 0;
  Micros expires = 0;
};
BOOST_DESCRIBE_STRUCT(LinkRow, (), (hash, person, made, expires))

Result<std::vector<Person>> all_people(Db& db) {
  return db.all<Person>("select * from person order by lower(name)");
}

// Names differ by more than the case of ASCII letters, which the index sees to.
const Person* find_in(const std::vector<Person>& people, const std::string& who) {
  const std::string wanted = lower_ascii(to_nfc(trim(who)));
  for (const Person& person : people) {
    if (lower_ascii(person.name) == wanted) return &person;
    if (!wanted.empty() && person.email == wanted) return &person;
  }
  return nullptr;
}

Result<Person> person_in(const std::vector<Person>& people, const std::string& who) {
  if (const Person* found = find_in(people, who); found != nullptr) return *found;
  std::vector<std::string> names;
  for (const Person& person : people) names.push_back(person.name);
  const auto near = nearest(who, names);
  return fail(Fault::not_found, fmt::format("there is no person \"{}\"", who),
              near            ? fmt::format("Did you mean \"{}\"?", *near)
              : names.empty() ? "Nobody has come yet: `carillon person link` lets in the first."
                              : "`carillon person list` names them.");
}

tl::unexpected<Error> bad_link() {
  return fail(Fault::denied,
              "this link is not valid: it was used, is older than a day, or there "
              "is a newer one",
              "Ask an admin for a new one: `carillon person link NAME`.");
}

Result<LinkRow> link_in(Db& db, const Secret& token, Micros now) {
  TRY(const auto row,
      db.first<LinkRow>("select * from welcome_link where hash = $1", token_hash(token)));
  if (!row || row->expires <= now) return bad_link();
  return *row;
}

// Nothing that was open stays so.
Result<void> close_all(Db& db, const std::string& id) {
  CHECK_OK(db.run("delete from session where person = $1", id));
  CHECK_OK(db.run("delete from device where person = $1", id));
  CHECK_OK(db.run("delete from welcome_link where person = $1", id));
  return {};
}

// The newcomer with the name and address they gave; the name must not be one that acted before.
Result<Person> newcomer(Db& db, Person person, const Arrival& who, Micros now) {
  TRY(person.name, check_person_name(to_nfc(who.name)));
  if (person.email.empty() && !who.email.empty()) {
    TRY(person.email, check_email(who.email));
  }
  TRY(const auto people, all_people(db));
  for (const std::string& said : {person.name, person.email}) {
    const Person* other = said.empty() ? nullptr : find_in(people, said);
    if (other != nullptr && other->id != person.id)
      return fail(Fault::conflict, fmt::format("\"{}\" is taken", said), "Take another one.");
  }
  TRY(const auto acted,
      db.first<Event>("select id from event where actor = $1 limit 1", person.name));
  if (acted)
    return fail(Fault::conflict,
                fmt::format("\"{}\" stands in the audit log as somebody else", person.name),
                "Take another name.");
  person.joined = person.used = now;
  return person;
}

}  // namespace

WayIn by_password(const std::string& hash, Micros now) {
  return {"password.changed", [hash, now](Db& db, const Person& person) -> Result<void> {
            CHECK_OK(
                db.run("insert into password (person, hash, since) values ($1, $2, $3) "
                       "on conflict (person) do update set hash = excluded.hash, "
                       "since = excluded.since",
                       person.id, hash, now));
            return {};
          }};
}

Result<std::vector<Person>> People::list() {
  return store_.read([](Db& db) { return all_people(db); });
}

Result<Person> People::named(const std::string& who) {
  TRY(const auto people, list());
  return person_in(people, who);
}

Result<std::optional<Person>> People::find(const std::string& who) {
  TRY(const auto people, list());
  const Person* found = find_in(people, who);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<WelcomeLink> People::make_link(Db& db, const Person& person) {
  const Micros now = clock_.now();
  WelcomeLink out{person.name, new_token(), now + limits::link_hours * hour};
  CHECK_OK(db.run("delete from welcome_link where person = $1 or expires <= $2", person.id, now));
  CHECK_OK(db.insert("welcome_link", LinkRow{token_hash(out.token), person.id, now, out.expires}));
  return out;
}

Result<WelcomeLink> People::invite(const std::string& email, Role role, const std::string& by) {
  TRY(const std::string address, check_email(email));
  return store_.write([&](Db& db) -> Result<WelcomeLink> {
    TRY(const auto people, all_people(db));
    if (const Person* known = find_in(people, address); known != nullptr)
      return fail(Fault::conflict, fmt::format("{} is here already", address),
                  fmt::format("`carillon person link \"{}\"` makes a new link.", known->name));
    Person person{.id = ids_.next(),
                  .name = address,
                  .email = address,
                  .role = role,
                  .invited = clock_.now()};
    CHECK_OK(db.insert("person", person));
    CHECK_OK(append_event(
        db, {ids_.next(),
             clock_.now(),
             "person.invited",
             by,
             person.id,
             {{"email", json::string(address)}, {"role", json::string(word_of(role))}}}));
    return make_link(db, person);
  });
}

Result<WelcomeLink> People::first_link() {
  return store_.write([&](Db& db) -> Result<WelcomeLink> {
    TRY(const auto people, all_people(db));
    if (has_admin(people))
      return fail(Fault::conflict, "there is an admin already",
                  "Name the person: `carillon person link NAME`.");
    return make_link(db, {});
  });
}

Result<WelcomeLink> People::link_for(const std::string& who, const std::string& by) {
  return store_.write([&](Db& db) -> Result<WelcomeLink> {
    TRY(const auto people, all_people(db));
    TRY(const Person person, person_in(people, who));
    if (!person.active)
      return fail(
          Fault::conflict, fmt::format("the membership of {} has ended", person.name),
          fmt::format("`carillon person set \"{}\" active=true` opens it again.", person.name));
    CHECK_OK(append_event(db, {ids_.next(), clock_.now(), "person.link", by, person.id, {}}));
    return make_link(db, person);
  });
}

Result<Person> People::of_link(const Secret& token) {
  return store_.read([&](Db& db) -> Result<Person> {
    TRY(const LinkRow link, link_in(db, token, clock_.now()));
    TRY(const auto people, all_people(db));
    if (link.person.empty()) {
      if (has_admin(people)) return bad_link();
      return Person{.role = Role::admin};
    }
    for (const Person& person : people) {
      if (person.id == link.person && person.active) return person;
    }
    return bad_link();
  });
}

Result<Person> People::accept(const Secret& token, const Arrival& who, const WayIn& way) {
  return store_.write([&](Db& db) -> Result<Person> {
    const Micros now = clock_.now();
    TRY(const LinkRow link, link_in(db, token, now));
    TRY(const auto people, all_people(db));
    Person person{.id = who.id.empty() ? ids_.next() : who.id, .role = Role::admin, .invited = now};
    if (link.person.empty()) {
      if (has_admin(people)) return bad_link();
      TRY(person, newcomer(db, person, who, now));
      CHECK_OK(db.insert("person", person));
    } else {
      const auto known = std::find_if(people.begin(), people.end(), [&](const Person& one) {
        return one.id == link.person && one.active;
      });
      if (known == people.end()) return bad_link();
      person = *known;
      if (person.joined == 0) {
        TRY(person, newcomer(db, person, who, now));
      }
      CHECK_OK(
          db.run("update person set name = $2, email = $3, joined = $4, used = $5 "
                 "where id = $1",
                 person.id, person.name, person.email, person.joined, now));
    }
    CHECK_OK(db.run("delete from welcome_link where hash = $1", link.hash));
    CHECK_OK(close_all(db, person.id));
    CHECK_OK(db.run("delete from password where person = $1", person.id));
    CHECK_OK(way.write(db, person));
    CHECK_OK(append_event(db, {ids_.next(),
                               now,
                               person.joined == now ? "person.joined" : way.event,
                               person.name,
                               person.id,
                               {{"role", json::string(word_of(person.role))}},
                               by_pages}));
    return person;
  });
}

Result<Person> People::change(const std::string& who, const PersonChange& change,
                              const std::string& by) {
  return store_.write([&](Db& db) -> Result<Person> {
    TRY(const auto people, all_people(db));
    TRY(const Person before, person_in(people, who));
    Person after = before;
    after.role = change.role.value_or(before.role);
    after.active = change.active.value_or(before.active);
    // Who is brought back does not lapse at once again.
    if (change.active.value_or(false)) after.used = clock_.now();
    CHECK_OK(check_admin_stays(people, after));
    CHECK_OK(db.run("update person set role = $2, active = $3, used = $4 where id = $1", after.id,
                    after.role, after.active, after.used));
    if (!after.active) CHECK_OK(close_all(db, after.id));
    CHECK_OK(append_event(db, {ids_.next(),
                               clock_.now(),
                               "person.changed",
                               by,
                               after.id,
                               {{"name", json::string(after.name)},
                                {"role_before", json::string(word_of(before.role))},
                                {"role", json::string(word_of(after.role))},
                                {"active_before", before.active},
                                {"active", after.active}}}));
    return after;
  });
}

Result<void> People::remove(const std::string& who, const std::string& by) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto people, all_people(db));
    TRY(const Person person, person_in(people, who));
    // Who never came is called by the address.
    const std::string shown = person.joined == 0 ? "(invited)" : person.name;
    Person gone = person;
    gone.active = false;
    CHECK_OK(check_admin_stays(people, gone));
    CHECK_OK(close_all(db, person.id));
    for (const char* table :
         {"password", "totp", "recovery_code", "passkey", "identity", "api_token", "mail_address"})
      CHECK_OK(db.run(fmt::format("delete from {} where person = $1", table), person.id));
    CHECK_OK(db.run("delete from mail_told where whom = $1", person.id));
    CHECK_OK(db.run("delete from person where id = $1", person.id));
    // Their name stays with what they did; how they were reached and from where they came does not.
    CHECK_OK(erase_details(db, {person.id, {"person.invited", "session.started"}}, by, clock_.now(),
                           ids_));
    CHECK_OK(append_event(db, {ids_.next(),
                               clock_.now(),
                               "person.removed",
                               by,
                               person.id,
                               {{"name", json::string(shown)}}}));
    return {};
  });
}

Result<void> People::note_use(const Person& person) {
  const Micros now = clock_.now();
  if (now < person.used + hour) return {};
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("update person set used = $2 where id = $1 and used < $2", person.id, now));
    return {};
  });
}

}  // namespace carillon
