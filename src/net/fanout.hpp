// Very many small requests to very many hosts: sockets that wait, not threads. HttpClient is for
// everything else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/http.hpp"
#include "net/url.hpp"

namespace carillon {

struct FanoutOptions {
  std::size_t threads = 2;
  std::size_t open = 2000;  // exchanges under way at once, in all
  int per_host = 2;         // of them at one host
  long connect_ms = 10'000;
  long total_ms = 20'000;
  std::size_t reply_bytes = std::size_t{4} * 1024;  // kept of the body of a refusal
  bool whole = false;                               // and of that of a success
  Trust trust = Trust::foreign;
  std::string contact_url = {};  // the organisation's address in the user agent; may be empty
  std::string ca_file = {};      // PEM bundle of a private authority instead of the system's
};

// One request to be. `ticket` is the caller's name for it.
struct FanoutPost {
  std::uint64_t ticket = 0;
  Url url;
};

struct FanoutOutcome {
  std::uint64_t ticket = 0;
  bool broken_off = false;  // by stop()
  HttpResult result;        // of a success only the status and the header, unless `whole`
};

// Drives all of them at once over epoll, hosts in turns, at most `per_host` at one; connections are
// kept for what waits for the same host. HTTP/1.1: an inbox gets one request, so HTTP/2 would save
// nothing. Redirects are not followed. Every address is checked by the guard and is the one that is
// reached; certificates are always checked. A request whose kept connection turns out to be closed
// is sent again over a new one, so it must be one that may come twice. All functions are
// thread-safe.
class Fanout {
 public:
  // Makes the request of a ticket: method, headers, body. Called on a thread of the fan-out when
  // its connection stands, so that a signature with a time is fresh; must be thread-safe.
  using Write = std::function<Result<HttpRequest>(std::uint64_t ticket)>;

  // Errors: as TlsContext::make.
  [[nodiscard]] static Result<std::unique_ptr<Fanout>> start(FanoutOptions options, Write write);
  Fanout(const Fanout&) = delete;
  Fanout& operator=(const Fanout&) = delete;
  ~Fanout();  // stop()

  void add(std::vector<FanoutPost> posts);
  // What came to an end since; waits up to `at_most` until there are `count`. May be empty.
  [[nodiscard]] std::vector<FanoutOutcome> take(std::size_t count,
                                                std::chrono::milliseconds at_most);
  // Breaks off what is under way or waits; each ends with `unavailable`, to be taken. May be called
  // twice; what is added later ends at once.
  void stop();

 private:
  class House;
  explicit Fanout(std::unique_ptr<House> house);
  std::unique_ptr<House> house_;
};

}  // namespace carillon
