// A new account on the PDS that the rig runs, and what a test wants to know of its repository.
#pragma once

#include <mutex>

#include "base/describe.hpp"
#include "kit.hpp"
#include "net/url.hpp"

namespace carillon::sky {

constexpr const char* password = "not-a-secret";

struct Account {
  std::string server;  // "http://127.0.0.1:PORT"
  std::string proxy;   // the same behind the fault proxy
  std::string handle;
  std::string did;
  Channel channel;  // by way of the proxy

  [[nodiscard]] std::unique_ptr<Adapter> adapter() const;
  // GET or POST of an XRPC method at the server itself; the body of any answer.
  [[nodiscard]] json::value ask(const std::string& method, const QueryPairs& query) const;
  json::value tell(const std::string& method, const json::object& body,
                   const std::string& token = {}) const;
  // The account's posts, oldest first.
  [[nodiscard]] json::array posts() const;
  // The next request like this suffers; see fault_proxy.py. "none" ends it.
  void fault(const std::string& kind, const std::string& match) const;
  [[nodiscard]] std::string hits() const;
};

// Nothing, with a word why, where no PDS runs.
[[nodiscard]] std::optional<Account> sign_up();

// What an adapter is given: a vault, and pictures that are ready.
struct Given {
  explicit Given(HttpClientOptions options = {.allow_private_for_tests = true}) : http(options) {}
  [[nodiscard]] Access access();

  HttpClient http;
  SystemClock clock;
  std::mutex mutex;
  std::map<std::string, std::string> secrets{{"app_password", password}};
  bool reencodes = true;
  std::vector<std::string> reencoded;  // the bytes of strangers that came in
};

// A grey picture of 16 by 12.
[[nodiscard]] std::string small_jpeg();

}  // namespace carillon::sky
