#include "channel/bluesky_server.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "text/atproto.hpp"

namespace carillon {

namespace {

constexpr const char* session_field = "session";

// The reference server says "ExpiredToken" and "InvalidToken" with 400.
bool has_run_out(const HttpReply& reply) {
  return reply.status == 401 || (reply.status == 400 && (is_xrpc_error(reply, "ExpiredToken") ||
                                                         is_xrpc_error(reply, "InvalidToken")));
}

bool may_pass(const Error& error) {
  return error.fault == Fault::unavailable || error.fault == Fault::timeout;
}

}  // namespace

// As it lies in the vault. What it was opened with goes along: the session of another account, or
// of an app password that has been replaced, is none.
struct KeptSession {
  std::string server;
  std::string account;
  std::string password;  // its SHA-256
  BlueskySession session;
};
BOOST_DESCRIBE_STRUCT(KeptSession, (), (server, account, password, session))

bool is_xrpc_error(const HttpReply& reply, std::string_view name) {
  const auto body = parse_json(reply.body);
  return body && text_at(*body, "error") == name;
}

BlueskyServer::BlueskyServer(std::string origin, std::string account)
    : origin_(std::move(origin)), account_(std::move(account)) {
  const std::string who = origin_.substr(origin_.find("://") + 3);
  advice_ = {.who = who,
             .credentials =
                 "Make a new app password in the account's settings and enter it with "
                 "`carillon channel set NAME --secret`.",
             .permission = "The account may be suspended, or the app password was revoked.",
             .wrong_server =
                 fmt::format("{} is not this account's PDS; check the channel's `server`.", who)};
}

HttpRequest BlueskyServer::request(const std::string& method, const std::string& name,
                                   const Access& access) const {
  HttpRequest out;
  out.method = method;
  out.url = origin_ + "/xrpc/" + name;
  out.trust = Trust::admin;
  out.limits = access.limits;
  out.headers.set("Accept", "application/json");
  if (method == "POST") out.headers.set("Content-Type", "application/json");
  return out;
}

std::optional<BlueskySession> BlueskyServer::load(const Secret& password, Access& access) const {
  const auto secret = access.secret(session_field);
  if (!secret) return std::nullopt;
  auto kept = parse_json_as<KeptSession>(secret->reveal(), Unknown::ignore);
  if (!kept || kept->server != origin_ || kept->account != account_ ||
      kept->password != to_hex(sha256(password.reveal())))
    return std::nullopt;
  return std::move(kept->session);
}

void BlueskyServer::keep(BlueskySession session, const Secret& password, Access& access) const {
  session_ = std::move(session);
  const KeptSession kept{origin_, account_, to_hex(sha256(password.reveal())), session_};
  if (!access.keep_secret) return;
  if (const auto done = access.keep_secret(session_field, Secret(write_json(kept))); !done)
    log(Level::warning, "a session is kept in memory only",
        {{"server", advice_.who}, {"reason", done.error().what}});
}

Result<BlueskySession> BlueskyServer::open(const HttpRequest& request, Access& access) const {
  TRY(const json::value body, json_of(access.http.send(request), advice_));
  BlueskySession out{.access = text_at(body, "accessJwt"),
                     .refresh = text_at(body, "refreshJwt"),
                     .did = text_at(body, "did"),
                     .handle = text_at(body, "handle"),
                     .status = text_at(body, "status")};
  if (out.access.empty() || !is_did(out.did))
    return fail(Fault::corrupt, fmt::format("{} opened no session", advice_.who),
                advice_.wrong_server);
  const json::value& active = value_at(body, "/active");
  if (out.status.empty() && active.is_bool() && !active.get_bool()) out.status = "not active";
  return out;
}

Result<BlueskySession> BlueskyServer::log_in(const Secret& password, Access& access) const {
  HttpRequest login = request("POST", "com.atproto.server.createSession", access);
  login.body = json::serialize(json::object{{"identifier", json::string(account_)},
                                            {"password", json::string(password.reveal())}});
  login.secrets = {password};
  TRY(BlueskySession fresh, open(login, access));
  keep(std::move(fresh), password, access);
  return session_;
}

Result<BlueskySession> BlueskyServer::log_in(Access& access) const {
  const std::scoped_lock lock(mutex_);
  TRY(const Secret password, access.secret("app_password"));
  return log_in(password, access);
}

Result<BlueskySession> BlueskyServer::session(Access& access) const {
  const std::scoped_lock lock(mutex_);
  if (!session_.access.empty()) return session_;
  TRY(const Secret password, access.secret("app_password"));
  if (auto kept = load(password, access)) {
    session_ = std::move(*kept);
    return session_;
  }
  return log_in(password, access);
}

// `stale` is the access token that was refused.
Result<BlueskySession> BlueskyServer::renew(const std::string& stale, Access& access) const {
  const std::scoped_lock lock(mutex_);
  if (session_.access != stale) return session_;  // another thread was faster
  TRY(const Secret password, access.secret("app_password"));
  const auto adopt = [&] {
    auto kept = load(password, access);
    const bool other = kept && kept->access != stale;
    if (other) session_ = std::move(*kept);
    return other;
  };
  if (adopt()) return session_;  // another process was faster
  if (!session_.refresh.empty()) {
    HttpRequest refresh = request("POST", "com.atproto.server.refreshSession", access);
    refresh.headers.remove("Content-Type");
    refresh.headers.set("Authorization", "Bearer " + session_.refresh);
    auto fresh = open(refresh, access);
    if (fresh) {
      keep(std::move(*fresh), password, access);
      return session_;
    }
    if (may_pass(fresh.error())) return fresh;
    // Used up, perhaps by another process that has kept what it got.
    if (adopt()) return session_;
  }
  return log_in(password, access);
}

Result<HttpResult> BlueskyServer::call(HttpRequest request, Access& access) const {
  TRY(BlueskySession open, session(access));
  // What another process kept may have run out as well: then a second renewal refreshes it.
  for (int renewals = 0;; ++renewals) {
    request.headers.set("Authorization", "Bearer " + open.access);
    HttpResult reply = access.http.send(request);
    if (!reply || !has_run_out(*reply) || renewals == 2) return reply;
    TRY(open, renew(open.access, access));
  }
}

Result<json::value> BlueskyServer::read(const std::string& name, const QueryPairs& query,
                                        Access& access) const {
  TRY(const HttpResult reply,
      call(request("GET", name + "?" + build_query(query), access), access));
  return json_of(reply, advice_);
}

Result<json::object> BlueskyServer::upload(const Image& image, long total_ms,
                                           Access& access) const {
  HttpRequest put = request("POST", "com.atproto.repo.uploadBlob", access);
  put.limits.total_ms = std::min(put.limits.total_ms, total_ms);
  put.headers.set("Content-Type", image.mime);
  put.body = image.bytes;
  TRY(const HttpResult sent, call(std::move(put), access));
  TRY(const json::value reply, json_of(sent, advice_));
  const json::value& blob = value_at(reply, "/blob");
  if (!blob.is_object())
    return fail(Fault::corrupt, fmt::format("{} took a picture but names no blob", advice_.who),
                advice_.wrong_server);
  return blob.get_object();
}

}  // namespace carillon
