#include "team/sessions.hpp"

#include <fmt/format.h>

#include "base/limits.hpp"
#include "base/log.hpp"

namespace carillon {

namespace {

constexpr Micros idle = limits::session_idle_days * day;
constexpr Micros age = limits::session_days * day;
constexpr Micros code_age = limits::session_code_minutes * minute;

constexpr const char* session_columns =
    "select id, person, stage, started, used, address, browser from session";

std::string_view first_of(
    std::string_view text,
    std::initializer_list<std::pair<std::string_view, std::string_view>> all) {
  for (const auto& [mark, word] : all) {
    if (text.find(mark) != std::string_view::npos) return word;
  }
  return {};
}

}  // namespace

std::string browser_of(std::string_view agent) {
  // Each names those before it too, so the order decides.
  const std::string_view name = first_of(agent, {{"Edg", "Edge"},
                                                 {"OPR/", "Opera"},
                                                 {"Firefox/", "Firefox"},
                                                 {"Chrome/", "Chrome"},
                                                 {"Chromium/", "Chromium"},
                                                 {"Safari/", "Safari"},
                                                 {"curl/", "curl"}});
  const std::string_view system = first_of(agent, {{"Android", "Android"},
                                                   {"iPhone", "iPhone"},
                                                   {"iPad", "iPad"},
                                                   {"Windows", "Windows"},
                                                   {"Mac OS X", "macOS"},
                                                   {"Linux", "Linux"}});
  const std::string_view browser = name.empty() ? "another browser" : name;
  return system.empty() ? std::string(browser) : fmt::format("{} on {}", browser, system);
}

void warn(const char* what, const Visitor& visitor) {
  log(Level::warning, what, {{"peer", visitor.address}, {"browser", visitor.browser}});
}

bool is_over(const Session& session, Micros now) {
  if (session.stage == Stage::code) return session.started + code_age <= now;
  return session.started + age <= now || session.used + idle <= now;
}

Result<Secret> Sessions::start(const std::string& person, Stage stage, const Visitor& visitor) {
  const Secret token = new_token();
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<Secret> {
    CHECK_OK(
        db.run("delete from session where hash = $1 or started <= $2 or used <= $3 or "
               "(stage = 'code' and started <= $4)",
               token_hash(visitor.session), now - age, now - idle, now - code_age));
    CHECK_OK(db.run(
        "insert into session (id, hash, person, stage, started, used, address, browser) "
        "values ($1, $2, $3, $4, $5, $5, $6, $7)",
        ids_.next(), token_hash(token), person, stage, now, visitor.address, visitor.browser));
    return token;
  });
}

Result<std::optional<Session>> Sessions::find(const Secret& token, Stage stage) {
  if (token.empty()) return std::nullopt;
  const Micros now = clock_.now();
  TRY(auto found, store_.read([&](Db& db) {
    return db.first<Session>(std::string(session_columns) + " where hash = $1 and stage = $2",
                             token_hash(token), stage);
  }));
  if (!found || is_over(*found, now)) return std::nullopt;
  if (found->used + minute <= now) {
    CHECK_OK(store_.write([&](Db& db) {
      return db.run("update session set used = $2 where id = $1 and used < $2", found->id, now);
    }));
  }
  return found;
}

Result<std::vector<Session>> Sessions::list(const std::string& person) {
  const Micros now = clock_.now();
  TRY(auto all, store_.read([&](Db& db) {
    return db.all<Session>(std::string(session_columns) +
                               " where stage = 'open' and ($1 = '' or person = $1) "
                               "order by used desc, id",
                           person);
  }));
  std::erase_if(all, [&](const Session& one) { return is_over(one, now); });
  return all;
}

Result<void> Sessions::end(const std::string& id) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto ended, db.run("delete from session where id = $1", id));
    if (ended > 0) return {};
    return fail(Fault::not_found, fmt::format("there is no session {}", id),
                "It may have ended by itself: `carillon session list`.");
  });
}

Result<std::int64_t> Sessions::end_all(const std::string& person, const std::string& except) {
  return store_.write([&](Db& db) {
    return db.run("delete from session where person = $1 and id <> $2", person, except);
  });
}

Result<bool> Sessions::knows(const Secret& device, const std::string& person) {
  if (device.empty() || person.empty()) return false;
  TRY(const auto found, store_.read([&](Db& db) {
    return db.first<Session>(
        "select person from device where hash = $1 and person = $2 and used > $3",
        token_hash(device), person, clock_.now() - limits::device_days * day);
  }));
  return found.has_value();
}

Result<Secret> Sessions::remember(const Secret& device, const std::string& person) {
  TRY(const bool known, knows(device, person));
  // A token that somebody else put into the browser is not taken over.
  const Secret out = known ? device : new_token();
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<Secret> {
    CHECK_OK(db.run("delete from device where used <= $1", now - limits::device_days * day));
    CHECK_OK(
        db.run("insert into device (hash, person, used) values ($1, $2, $3) "
               "on conflict (hash) do update set used = excluded.used",
               token_hash(out), person, now));
    return out;
  });
}

}  // namespace carillon
