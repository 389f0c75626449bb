#include "team/client_apps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "net/url.hpp"
#include "store/allowance.hpp"

namespace carillon {

namespace {

constexpr std::string_view own_beginning = "carillon_client_";

constexpr const char* app_columns =
    "select id, name, website, redirects, scopes, made, used from client_app";

struct Count {
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (count))

bool is_scheme(std::string_view word) {
  return !word.empty() && (word[0] >= 'a' && word[0] <= 'z') &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
                  c == '.';
         });
}

// Schemes of browsers, which would run or show what stands in the address.
bool is_browsers(std::string_view scheme) {
  constexpr std::string_view all[] = {"about",  "blob", "data",       "file",        "filesystem",
                                      "intent", "ftp",  "javascript", "view-source", "vbscript"};
  return std::find(std::begin(all), std::end(all), scheme) != std::end(all);
}

bool is_here(const std::string& host) {
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

Result<std::string> checked_website(const std::string& website) {
  if (website.empty()) return std::string();
  const auto url = parse_url(website);
  // It is only shown: one that is no address is left out.
  return url && website.size() <= limits::client_text_bytes ? url->str() : std::string();
}

}  // namespace

std::vector<std::string> ClientApp::redirect_list() const {
  return split(redirects, '\n');
}

Result<void> check_redirect(std::string_view address) {
  if (address == shown_code) return {};
  const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
    return c > 0x20 && c < 0x7F && std::string_view("\\\"<>^`{|}#;',").find(c) == std::string::npos;
  });
  const std::string scheme(address.substr(0, std::min(address.size(), address.find(':'))));
  const bool sound = plain && address.size() <= limits::client_text_bytes &&
                     address.find(':') != std::string_view::npos && is_scheme(scheme) &&
                     !is_browsers(scheme);
  if (!sound)
    return fail(Fault::invalid, "an app cannot be sent back to this address",
                "Take https, a scheme of the app's own, or " + std::string(shown_code) + ".");
  if (scheme != "https" && scheme != "http") return {};
  TRY(const Url url, parse_url(address));
  if (scheme == "https" || is_here(url.host)) return {};
  return fail(Fault::invalid, "an app is sent back over https",
              "Plain http is for an app on the person's own machine.");
}

bool proves(std::string_view verifier, std::string_view challenge) {
  return !challenge.empty() && same_secret(to_base64url(sha256(verifier)), challenge);
}

Result<void> ClientApps::check_room(const std::string& network) {
  const Micros now = clock_.now();
  TRY(const Micros wait,
      take_try(store_, now,
               {{"client app\n" + network_of(network), limits::clients_at_once, minute}}));
  if (wait > 0)
    return fail(Fault::too_large, "too many apps were registered from this network",
                fmt::format("Try again in {} seconds.", wait / second + 1));
  return store_.write([&](Db& db) -> Result<void> {
    CHECK_OK(db.run("delete from client_app where used = 0 and made <= $1",
                    now - limits::client_unused_hours * hour));
    TRY(const auto row, db.first<Count>("select count(*) as count from client_app where used = 0"));
    if (row->count < limits::client_unused) return {};
    return fail(Fault::unavailable, "too many apps wait to be let in",
                "Those that nobody lets in are forgotten within a day.");
  });
}

Result<NewClientApp> ClientApps::add(const std::string& name, const std::string& website,
                                     const std::vector<std::string>& redirects,
                                     const ClientScopes& scopes, const std::string& network) {
  NewClientApp out;
  ClientApp& app = out.app;
  app.name = trim(name);
  const bool printable = std::none_of(app.name.begin(), app.name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
  if (app.name.empty() || app.name.size() > limits::name_bytes || first_bad_utf8(app.name) ||
      !printable)
    return fail(Fault::invalid, "the app needs a name",
                fmt::format("At most {} bytes.", limits::name_bytes));
  if (redirects.empty() || redirects.size() > limits::client_redirects)
    return fail(Fault::invalid, "it is not said where the app is sent back to",
                fmt::format("One to {} addresses.", limits::client_redirects));
  for (const std::string& one : redirects) CHECK_OK(check_redirect(one));
  TRY(app.website, checked_website(website));
  CHECK_OK(check_room(network));
  app.id = ids_.next();
  app.redirects = fmt::format("{}", fmt::join(redirects, "\n"));
  app.scopes = scope_words(scopes);
  app.made = clock_.now();
  out.secret = new_token();
  CHECK_OK(store_.write([&](Db& db) {
    return db.run(
        "insert into client_app (id, hash, name, website, redirects, scopes, token, made, used) "
        "values ($1, $2, $3, $4, $5, $6, '', $7, 0)",
        app.id, token_hash(out.secret), app.name, app.website, app.redirects, app.scopes, app.made);
  }));
  return out;
}

Result<std::optional<ClientApp>> ClientApps::find(const std::string& id) {
  return store_.read(
      [&](Db& db) { return db.first<ClientApp>(std::string(app_columns) + " where id = $1", id); });
}

Result<std::optional<ClientApp>> ClientApps::prove(const std::string& id, const Secret& secret) {
  return store_.read([&](Db& db) {
    return db.first<ClientApp>(std::string(app_columns) + " where id = $1 and hash = $2", id,
                               token_hash(secret));
  });
}

Result<void> ClientApps::note_use(const ClientApp& app) {
  CHECK_OK(store_.write([&](Db& db) {
    return db.run("update client_app set used = $2 where id = $1", app.id, clock_.now());
  }));
  return {};
}

Result<Secret> ClientApps::own_token(const ClientApp& app) {
  Secret out(std::string(own_beginning) + new_token().reveal());
  CHECK_OK(store_.write([&](Db& db) {
    return db.run("update client_app set token = $2 where id = $1", app.id, token_hash(out));
  }));
  return out;
}

Result<std::optional<ClientApp>> ClientApps::by_own_token(const Secret& token) {
  if (!token.reveal().starts_with(own_beginning)) return std::nullopt;
  return store_.read([&](Db& db) {
    return db.first<ClientApp>(std::string(app_columns) + " where token = $1", token_hash(token));
  });
}

Result<void> ClientApps::end_own_token(const ClientApp& app) {
  CHECK_OK(store_.write(
      [&](Db& db) { return db.run("update client_app set token = '' where id = $1", app.id); }));
  return {};
}

}  // namespace carillon
