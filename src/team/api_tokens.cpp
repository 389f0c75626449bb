#include "team/api_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

// Scanners of published code know a secret by how it begins.
constexpr std::string_view api_beginning = "carillon_";
constexpr std::string_view calendar_beginning = "carillon_calendar_";
constexpr std::string_view app_beginning = "carillon_app_";

constexpr const char* columns =
    "select id, person, name, scope, made, ends, used, calendar, app, scopes from api_token";
constexpr std::string_view api_kind = "not calendar and app = ''";
constexpr std::string_view calendar_kind = "calendar";
constexpr std::string_view app_kind = "app <> ''";

bool is_called(const std::vector<ApiToken>& all, const std::string& name) {
  return std::any_of(all.begin(), all.end(), [&](const ApiToken& one) { return one.name == name; });
}

}  // namespace

Result<NewApiToken> ApiTokens::add(const Person& person, const std::string& name, Permission scope,
                                   Micros ends) {
  return keep(person, {.name = name, .scope = scope, .ends = ends}, api_beginning);
}

Result<NewApiToken> ApiTokens::add_for_calendar(const Person& person, const std::string& name,
                                                Micros ends) {
  return keep(person, {.name = name, .scope = Permission::author, .ends = ends, .calendar = true},
              calendar_beginning);
}

Result<NewApiToken> ApiTokens::add_for_app(const Person& person, const ClientApp& app,
                                           Permission scope, const ClientScopes& scopes) {
  return keep(person,
              {.name = app.name, .scope = scope, .app = app.id, .scopes = scope_words(scopes)},
              app_beginning);
}

Result<NewApiToken> ApiTokens::keep(const Person& person, ApiToken token,
                                    std::string_view beginning) {
  const Micros now = clock_.now();
  token.name = trim(token.name);
  token.person = person.id;
  token.made = now;
  if (token.name.empty() || token.name.size() > limits::name_bytes || first_bad_utf8(token.name))
    return fail(Fault::invalid, "the token needs a name that says what it is for",
                fmt::format("At most {} bytes: \"release script\".", limits::name_bytes));
  if (token.ends != 0 && token.ends <= now)
    return fail(Fault::invalid, "the token would end before it begins",
                "Give a day to come: --ends 2027-12-31.");
  return store_.write([&](Db& db) -> Result<NewApiToken> {
    TRY(const auto all, db.all<ApiToken>(std::string(columns) + " where person = $1", person.id));
    if (all.size() >= limits::api_tokens)
      return fail(Fault::too_large,
                  fmt::format("{} has {} tokens already", person.name, all.size()),
                  "Remove those that nothing uses: `carillon token list`.");
    const std::string called = token.name;
    for (int i = 2; !token.app.empty() && is_called(all, token.name); ++i)
      token.name = fmt::format("{} {}", called, i);
    if (is_called(all, token.name))
      return fail(Fault::conflict,
                  fmt::format("{} has a token \"{}\" already", person.name, token.name),
                  "Take another name, or remove that one: `carillon token list`.");
    token.id = ids_.next();
    NewApiToken out{token, Secret(std::string(beginning) + new_token().reveal())};
    CHECK_OK(
        db.run("insert into api_token (id, hash, person, name, scope, made, ends, used, calendar, "
               "app, scopes) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10)",
               token.id, token_hash(out.secret), person.id, token.name, token.scope, now,
               token.ends, token.calendar, token.app, token.scopes));
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
  return lasting(secret, api_kind);
}

Result<std::optional<ApiToken>> ApiTokens::find_for_calendar(const Secret& secret) {
  return lasting(secret, calendar_kind);
}

Result<std::optional<ApiToken>> ApiTokens::find_for_app(const Secret& secret) {
  return lasting(secret, app_kind);
}

Result<std::optional<ApiToken>> ApiTokens::lasting(const Secret& secret, std::string_view kind) {
  if (!secret.reveal().starts_with(api_beginning)) return std::nullopt;
  const Micros now = clock_.now();
  TRY(auto found, store_.read([&](Db& db) {
    return db.first<ApiToken>(fmt::format("{} where hash = $1 and {}", columns, kind),
                              token_hash(secret));
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
