// The nouns of an outbound HTTP exchange.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"

namespace carillon {

// Header lines in their order; names are compared without regard to case (RFC 9110 section 5.1).
class Headers {
 public:
  using Pair = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Pair> pairs) : pairs_(pairs) {}

  // Appends a line, also when the name exists.
  void add(std::string name, std::string value);
  // Replaces all lines of that name by one.
  void set(std::string name, std::string value);
  void remove(std::string_view name);
  // The value of the first line of that name, or nothing. Valid until the headers change.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // find(), or empty.
  [[nodiscard]] std::string_view get(std::string_view name) const;

  [[nodiscard]] auto begin() const { return pairs_.begin(); }
  [[nodiscard]] auto end() const { return pairs_.end(); }
  [[nodiscard]] std::size_t size() const { return pairs_.size(); }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }

 private:
  std::vector<Pair> pairs_;
};

// Equal but for the case of ASCII letters.
[[nodiscard]] bool same_ignoring_case(std::string_view a, std::string_view b);

// Who chose the address. foreign: it came from a post, a server's answer or a stranger, so only
// public addresses on ports 80, 443 and 8443 are reached. admin: it stands in carillon.yaml or was
// typed by the admin, so it may lie in the private network; a redirect to another host is foreign.
enum class Trust { foreign, admin };

struct HttpLimits {
  std::size_t reply_bytes = limits::http_reply_bytes;  // of the decoded body
  long connect_ms = limits::http_connect_ms;           // name look-up, TCP and TLS
  long total_ms = limits::http_total_ms;               // the whole exchange, redirects included
  long stall_ms = limits::http_stall_ms;   // no byte moved; in whole seconds, rounded up
  int redirects = limits::http_redirects;  // GET and HEAD only; 0: none is followed
  bool cut = false;  // a body beyond reply_bytes is cut there, and the reply says so: no error
};

struct HttpReply;

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Headers headers = {};
  std::string body = {};
  Trust trust = Trust::foreign;
  HttpLimits limits = {};
  // The request must reach the other side at most once. It goes over a fresh HTTP/1.1 connection,
  // because libcurl repeats by itself what it sent over a reused connection that then died.
  bool once = false;
  // Secrets that stand in the body or the address; those of Authorization are known. Where a server
  // repeats one in an error, the reply holds "(hidden)" instead: its words go to logs and people.
  std::vector<Secret> secrets = {};
  // Asked once the header is there, on the client's thread: false leaves the body with the server.
  std::function<bool(const HttpReply& head)> wants_body = {};
};

struct HttpReply {
  int status = 0;
  Headers headers;
  std::string body;
  std::string final_url;  // after redirects
  bool cut = false;       // the body is not all that the server had
  [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};

// Why there is no reply. `maybe_sent` is false only when no byte of the request can have reached
// the other side: a wrong request, a name that does not resolve, a connection refused, a TLS
// handshake failed, an address refused by the guard. In every other case the outcome is unknown.
// Error: invalid (the request), denied (guard, certificate), too_large, unavailable, timeout,
// corrupt (not HTTP). Its text shows the origin of the address, never path, query or headers.
struct HttpFailure {
  bool maybe_sent = true;
  Error error;
};

using HttpResult = tl::expected<HttpReply, HttpFailure>;

// The error of a redirect that was answered to a request other than GET or HEAD (those replies come
// back with their 3xx status): "https://a.example redirects to https://b.example" and what to do.
[[nodiscard]] Error redirect_error(const HttpRequest& request, const HttpReply& reply);

// The text with "(hidden)" where the secret stood, also as JSON writes it. Pure.
[[nodiscard]] std::string without_secret(std::string text, std::string_view secret);

// Takes the secrets of the request out of a reply that is an error. Pure.
void hide_secrets(const HttpRequest& request, HttpReply& reply);

// One field of a form. A file has a file name and a media type.
struct FormPart {
  std::string name;
  std::string value;
  std::string filename = {};
  std::string mime = {};
};

// The body of a multipart/form-data request and its content-type. Deterministic: the boundary is
// made from a hash of the parts, so a repeated request has the same bytes (RFC 7578).
struct FormBody {
  std::string content_type;
  std::string body;
};
[[nodiscard]] FormBody multipart(const std::vector<FormPart>& parts);

}  // namespace carillon
