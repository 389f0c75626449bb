// The one way out over HTTP: every outbound request of the process goes through an HttpClient.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/http.hpp"

namespace carillon {

struct HttpClientOptions {
  std::string contact_url = {};  // the organisation's address in the user agent; may be empty
  std::string ca_file = {};      // PEM bundle of a private authority instead of the system's
  // Switches for tests only; nothing in the product sets them.
  bool allow_private_for_tests = false;             // private addresses and any port for everyone
  std::vector<std::string> resolve_for_tests = {};  // "name:port:address", instead of DNS
};

// Sends requests over one libcurl multi handle on a thread of its own: connections are kept and
// reused, HTTP/2 is spoken over TLS, gzip and Brotli are decoded. Certificates are always checked.
// Proxies named by the environment are not used: the guard must see the address that is reached.
// All functions are thread-safe.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options = {});
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();  // stop()

  // Performs the request and waits for the reply, any status. GET and HEAD follow redirects (each
  // hop is guarded again; another origin gets no header but Accept and User-Agent; https never
  // falls back to http); other methods get the 3xx reply itself. See HttpFailure for errors.
  [[nodiscard]] HttpResult send(const HttpRequest& request);

  // Ends the requests in flight with `unavailable` and refuses new ones. May be called twice.
  void stop();

  struct Counts {
    std::uint64_t requests = 0;     // exchanges begun, each redirect hop counted
    std::uint64_t connections = 0;  // sockets opened
  };
  [[nodiscard]] Counts counts() const;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace carillon
