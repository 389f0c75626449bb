#include "team/api_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

// Scanners of published code know a secret by how it begins.
constexpr std::string_view beginning = "carillon_";

constexpr const char* columns = "select id, person, name, scope, made, ends, used from api_token";

}  // namespace

Result<NewApiToken> ApiTokens::add(const Person& person, const std::string& name, Permission scope,
                                   Micros ends) {
  const std::string what(trim(name));
  const Micros now = clock_.now();
  if (what.empty() || what.size() > limits::name_bytes || first_bad_utf8(what))
    return fail(Fault::invalid, "the token needs a name that says what it is for",
                fmt::format("At most {} bytes: \"release script\".", limits::name_bytes));
  if (ends != 0 && ends <= now)
    return fail(Fault::invalid, "the token would end before it begins",
                "Give a day to come: --ends 2027-12-31.");
  return store_.write([&](Db& db) -> Result<NewApiToken> {
    TRY(const auto all, db.all<ApiToken>(std::string(columns) + " where person = $1", person.id));
    if (all.size() >= limits::api_tokens)
      return fail(Fault::too_large,
                  fmt::format("{} has {} tokens already", person.name, all.size()),
                  "Remove those that nothing uses: `carillon token list`.");
    if (std::any_of(all.begin(), all.end(), [&](const ApiToken& one) { return one.name == what; }))
      return fail(Fault::conflict, fmt::format("{} has a token \"{}\" already", person.name, what),
                  "Take another name, or remove that one: `carillon token list`.");
    NewApiToken out{{.id = ids_.next(),
                     .person = person.id,
                     .name = what,
                     .scope = scope,
                     .made = now,
                     .ends = ends},
                    Secret(std::string(beginning) + new_token().reveal())};
    CHECK_OK(
        db.run("insert into api_token (id, hash, person, name, scope, made, ends, used) "
               "values ($1, $2, $3, $4, $5, $6, $7, 0)",
               out.token.id, token_hash(out.secret), person.id, what, scope, now, ends));
    return out;
  });
}

Result<std::vector<ApiToken>> ApiTokens::list(const std::string& person) {
  return store_.read([&](Db& db) {
    return db.all<ApiToken>(std::string(columns) + " where $1 = '' or person = $1 order by made",
                            person);
  });
}

Result<void> ApiTokens::remove(const std::string& id) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto removed, db.run("delete from api_token where id = $1", id));
    if (removed > 0) return {};
    return fail(Fault::not_found, fmt::format("there is no token {}", id),
                "`carillon token list` shows those there are.");
  });
}

Result<std::optional<ApiToken>> ApiTokens::find(const Secret& secret) {
  if (!secret.reveal().starts_with(beginning)) return std::nullopt;
  const Micros now = clock_.now();
  TRY(auto found, store_.read([&](Db& db) {
    return db.first<ApiToken>(std::string(columns) + " where hash = $1", token_hash(secret));
  }));
  if (!found || (found->ends != 0 && found->ends <= now)) return std::nullopt;
  if (found->used + hour <= now) {
    CHECK_OK(store_.write([&](Db& db) {
      return db.run("update api_token set used = $2 where id = $1", found->id, now);
    }));
  }
  return found;
}

}  // namespace carillon
