// Talking to the server (PDS) of one account of the AT Protocol, with a session that is kept. Used
// by the Bluesky adapter alone. https://docs.bsky.app/docs/api
#pragma once

#include <mutex>

#include "channel/exchange.hpp"

namespace carillon {

// What a log-in or a refresh gave.
struct BlueskySession {
  std::string access;   // for two hours, on the reference server
  std::string refresh;  // for three months
  std::string did;
  std::string handle;
  std::string status;  // why the account is not active; empty: it is
};
BOOST_DESCRIBE_STRUCT(BlueskySession, (), (access, refresh, did, handle, status))

// One server, one account. Servers allow few log-ins (30 in five minutes, 300 a day), so the
// session is kept as the channel's secret "session", refreshed when it has run out, and opened anew
// by the app password only when the server takes no refresh. Two processes may refresh at once:
// whoever is refused takes the session that the other one has kept, or logs in. Thread-safe.
class BlueskyServer {
 public:
  BlueskyServer(std::string origin, std::string account);

  // The session that is kept, else a new one. Errors: not_found when no app password was entered;
  // denied and invalid as the server refuses it; unavailable, timeout.
  [[nodiscard]] Result<BlueskySession> session(Access& access) const;

  // A new session, which shows that the app password is good. Errors: as above.
  [[nodiscard]] Result<BlueskySession> log_in(Access& access) const;

  // A request for the XRPC method `name`, without credentials.
  [[nodiscard]] HttpRequest request(const std::string& method, const std::string& name,
                                    const Access& access) const;

  // Sends it with the session, once more for each renewal when the session has run out (then the
  // server has performed nothing). Outer errors: there is no session, nothing was performed.
  [[nodiscard]] Result<HttpResult> call(HttpRequest request, Access& access) const;

  // GET of a JSON value. Errors: those of session() and json_of.
  [[nodiscard]] Result<json::value> read(const std::string& name, const QueryPairs& query,
                                         Access& access) const;

  // Uploads a picture and returns its blob. It waits at most `total_ms`. Errors: as read.
  [[nodiscard]] Result<json::object> upload(const Image& image, long total_ms,
                                            Access& access) const;

  [[nodiscard]] const Advice& advice() const { return advice_; }

 private:
  struct Kept;
  [[nodiscard]] std::optional<BlueskySession> load(const Secret& password, Access& access) const;
  void keep(BlueskySession session, const Secret& password, Access& access) const;
  [[nodiscard]] Result<BlueskySession> open(const HttpRequest& request, Access& access) const;
  [[nodiscard]] Result<BlueskySession> log_in(const Secret& password, Access& access) const;
  [[nodiscard]] Result<BlueskySession> renew(const std::string& stale, Access& access) const;

  std::string origin_;
  std::string account_;
  Advice advice_;
  mutable std::mutex mutex_;  // one renewal at a time
  mutable BlueskySession session_;
};

// The words of a server's refusal begin with its error's name: "InvalidSwap: …". Pure.
[[nodiscard]] bool is_xrpc_error(const HttpReply& reply, std::string_view name);

}  // namespace carillon
