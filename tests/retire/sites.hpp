// A web site that lives for one test, on a real server of this machine, and what reads it: time
// passes only when somebody waits.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "net/server.hpp"
#include "retire/crawl.hpp"

namespace carillon::testing {

struct Served {
  std::string body;
  std::string type = "text/html; charset=utf-8";
  int status = 200;
  Headers headers = {};
};

// Pages by target ("/a?b=1"). What is not there is answered with 404. Thread-safe after the first
// request but for requests().
class Site {
 public:
  Site() {
    auto started = HttpServer::start({.port = 0, .threads = 1},
                                     [this](const HttpQuery& query) { return answer(query); });
    REQUIRE(started.has_value());
    server_ = std::move(*started);
  }
  Site& put(const std::string& target, const std::string& body) {
    pages[target] = {body};
    return *this;
  }
  [[nodiscard]] std::string url(const std::string& target = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", server_->port(), target);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }
  // The targets in the order they were asked for, and forgets them.
  std::vector<std::string> requests() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(requests_, {});
  }
  [[nodiscard]] std::string agent() {
    const std::scoped_lock lock(mutex_);
    return agent_;
  }

  std::map<std::string, Served> pages;

 private:
  HttpAnswer answer(const HttpQuery& query) {
    const std::scoped_lock lock(mutex_);
    requests_.emplace_back(query.target);
    agent_ = query.header("user-agent");
    const auto found = pages.find(std::string(query.target));
    if (found == pages.end()) return {404, {{"Content-Type", "text/html"}}, "No such page", {}};
    HttpAnswer out{found->second.status, found->second.headers, found->second.body, {}};
    if (!found->second.type.empty()) out.headers.add("Content-Type", found->second.type);
    return out;
  }

  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::string agent_;
  std::unique_ptr<HttpServer> server_;
};

// Crawls with a clock that moves by what is waited.
struct Walker {
  explicit Walker(HttpClientOptions options = {}) : http(std::move(options)) {}

  [[nodiscard]] CrawlTools tools() {
    return {http, clock, [this](Micros time) {
              waits.push_back(time);
              clock.advance(time);
              return true;
            }};
  }
  Result<CrawlReport> crawl(const CrawlOptions& options) {
    pages.clear();
    return carillon::crawl(tools(), options,
                           [this](const CrawledPage& page) { pages.push_back(page.url); });
  }
  // The paths of what was read, in order.
  [[nodiscard]] std::string paths() const {
    std::string out;
    for (const std::string& page : pages)
      out += (out.empty() ? "" : " ") + page.substr(page.find('/', page.find("://") + 3));
    return out;
  }

  HttpClient http;
  ManualClock clock{second};
  std::vector<Micros> waits;
  std::vector<std::string> pages;
};

}  // namespace carillon::testing
