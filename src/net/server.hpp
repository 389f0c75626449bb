// The HTTP/1.1 server behind the home, the API and the web interface (RFC 9112). TLS and HTTP/2 are
// the matter of a proxy in front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "net/http.hpp"
#include "net/later.hpp"
#include "net/shared_body.hpp"
#include "net/stream.hpp"

namespace carillon {

// A request as a handler sees it. The views are valid until the handler returns, and where its
// answer comes later until that is set.
struct HttpQuery {
  std::string_view method = {};  // "GET" also for HEAD: the server drops the body
  bool head = false;             // it was HEAD
  std::string_view target = {};  // as sent, for signatures
  std::string_view path = {};    // target up to "?", not decoded: percent_decode each segment
  std::string_view query = {};   // after "?", not decoded: parse_query
  std::vector<std::pair<std::string_view, std::string_view>> headers = {};
  std::string_view body = {};
  std::string_view peer = {};  // address of the other side, without port

  // The value of the first header of that name (any case), or empty.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// What a handler answers. Content-Length, Date and Connection are the server's. A status of 204 or
// 304 is sent without a body.
struct HttpAnswer {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  std::shared_ptr<const SharedBody> shared = {};  // instead of `body`: kept, never copied
  // Header lines that go before `headers` as they are; made by header_lines.
  std::shared_ptr<const std::string> lines = {};
  // Not null: this is no answer yet; it is the one that is set there, and no thread waits for it.
  std::shared_ptr<LaterAnswer> later = {};
  // After `body` the answer goes on with what this says, until limits::stream_seconds are over, the
  // client leaves or the server stops. It must outlive the server's threads.
  std::shared_ptr<EventStream> stream = {};
  [[nodiscard]] std::string_view bytes() const { return shared ? shared->bytes() : body; }
};

// The headers as they go over the wire, each line with its end; null where one holds a line break
// or NUL. Pure.
[[nodiscard]] std::shared_ptr<const std::string> header_lines(const Headers& headers);

// Called on threads of its own, several at a time. May block for as long as a database query takes;
// one that throws is answered with 500.
using Handler = std::function<HttpAnswer(const HttpQuery&)>;

// Asked before the Handler, on the threads that read and write for all: it waits for nothing. The
// Handler is asked where it has no answer.
using QuickHandler = std::function<std::optional<HttpAnswer>(const HttpQuery&)>;

// One answered request. `path` has no query and no secret; no header is ever logged.
struct AccessEntry {
  std::string_view method = {};
  std::string_view path = {};
  std::string_view peer = {};
  int status = 0;
  std::size_t bytes = 0;    // of the body sent
  std::int64_t micros = 0;  // from the whole request read to the whole answer written
};
// Called on the server's threads, several at a time.
using AccessLog = std::function<void(const AccessEntry&)>;

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // IPv4 or IPv6 (with or without brackets) of this machine
  std::uint16_t port = 8080;          // 0: any free one, see HttpServer::port
  // Threads that read and write; 0: one for every two cores. The others are for those that answer,
  // and one loop with many connections is woken less often than two with half of them.
  int loops = 0;
  int threads = 6;  // that the Handler runs on
  QuickHandler quick = {};
  std::size_t header_bytes = limits::server_header_bytes;  // above: 431
  std::size_t body_bytes = limits::server_body_bytes;      // above: 413
  // Paths that take more; limits::server_large_bodies of them at once, else 503.
  std::map<std::string, std::size_t, std::less<>> large_bodies = {};
  std::size_t connections = limits::server_connections;           // above: 503
  std::int64_t header_ms = limits::server_header_seconds * 1000;  // for a whole header: 408
  std::int64_t idle_ms = limits::server_idle_seconds * 1000;  // between requests, and for writing
  std::size_t body_bytes_per_second = limits::server_body_bytes_per_second;  // slower: 408
  std::int64_t stop_ms = limits::server_stop_seconds * 1000;
  AccessLog access_log = {};
  // Called soon after one or several calls of access_log, on their thread: a log that gathers lines
  // writes them now.
  std::function<void()> access_flush = {};
  // What stands behind these in a path is a secret: logs show "/welcome/…" of "/welcome/".
  std::vector<std::string> secret_paths = {};
};

class HttpServer {
 public:
  // Listens and serves at once, on threads of its own. Errors: conflict when the port is in use
  // (the hint names --listen), invalid for an address that is not one, unavailable otherwise.
  [[nodiscard]] static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options,
                                                                 Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();  // stop()

  // The port it listens on.
  [[nodiscard]] std::uint16_t port() const;

  // Accepts no more, lets the requests in flight end (at most stop_ms), closes, joins the threads.
  // A handler that blocks longer than that delays it. Thread-safe; not from a handler.
  void stop();

 private:
  class Engine;
  explicit HttpServer(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

// "127.0.0.1:8080", "[::1]:8080" or ":8080" (this machine only) as address and port.
// Errors: invalid.
[[nodiscard]] Result<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text);

}  // namespace carillon
