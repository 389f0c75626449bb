#include "net/later.hpp"

#include <doctest/doctest.h>

#include <future>

#include "net/raw.hpp"
#include "net/server.hpp"

using namespace carillon;

namespace {

// One loop and one thread for handlers: "/later" waits in `waiting`, "/blocked" for `release`,
// "/quick" for nothing.
struct Site {
  std::mutex mutex;
  std::vector<std::shared_ptr<LaterAnswer>> waiting;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::unique_ptr<HttpServer> server;

  explicit Site(bool quickly = true) {
    HttpServerOptions options;
    options.port = 0;
    options.loops = 1;
    options.threads = 1;
    const auto later = [this](const HttpQuery& query) -> std::optional<HttpAnswer> {
      HttpAnswer out;
      out.body = "quick";
      if (query.path == "/quick") return out;
      if (query.path != "/later") return std::nullopt;
      out.later = std::make_shared<LaterAnswer>();
      const std::lock_guard lock(mutex);
      waiting.push_back(out.later);
      return out;
    };
    if (quickly) options.quick = later;
    auto started = HttpServer::start(options, [this, later](const HttpQuery& query) {
      if (query.path == "/blocked") released.wait();
      if (query.path == "/throws") throw std::runtime_error("no");
      return later(query).value_or(HttpAnswer{.body = "made"});
    });
    REQUIRE_MESSAGE(started.has_value(), started.error().what);
    server = std::move(*started);
  }
  ~Site() { server->stop(); }

  [[nodiscard]] raw::Peer ask(const std::string& path) const {
    raw::Peer out = raw::connect(server->port());
    REQUIRE(out.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    return out;
  }
  [[nodiscard]] std::string said(const std::string& path) const { return ask(path).read_message(); }
  // Those who wait, when there are so many.
  std::vector<std::shared_ptr<LaterAnswer>> those(std::size_t count) {
    while (true) {
      {
        const std::lock_guard lock(mutex);
        if (waiting.size() == count) return std::exchange(waiting, {});
      }
      std::this_thread::yield();
    }
  }
};

}  // namespace

TEST_CASE("an answer that comes later holds no thread, and the connection goes on after it") {
  for (const bool quickly : {true, false}) {
    Site site(quickly);
    std::vector<raw::Peer> patient;
    for (int i = 0; i < 20; ++i) patient.push_back(site.ask("/later"));
    const auto waiting = site.those(20);
    CHECK(site.said("/quick").ends_with("quick"));
    CHECK(site.said("/made").ends_with("made"));
    for (const auto& one : waiting) {
      one->set({.status = 202, .body = "later"});
      one->set({.status = 500});
    }
    for (raw::Peer& peer : patient) {
      const std::string answer = peer.read_message();
      CHECK(answer.starts_with("HTTP/1.1 202 Accepted\r\n"));
      CHECK(answer.ends_with("later"));
      REQUIRE(peer.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n"));
      CHECK(peer.read_message().ends_with("quick"));
    }
  }
}

TEST_CASE("handlers that wait keep nobody from what is at hand") {
  Site site;
  raw::Peer stuck = site.ask("/blocked");
  raw::Peer behind = site.ask("/made");
  for (int i = 0; i < 10; ++i) CHECK(site.said("/quick").ends_with("quick"));
  site.release.set_value();
  CHECK(stuck.read_message().ends_with("made"));
  CHECK(behind.read_message().ends_with("made"));
  CHECK(site.said("/throws").starts_with("HTTP/1.1 500 "));
}

TEST_CASE("requests of one connection that were sent together are answered in their order") {
  Site site;
  raw::Peer peer = raw::connect(site.server->port());
  REQUIRE(
      peer.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\nGET /quick HTTP/1.1\r\nHost: a\r\n\r\n"
                "GET /made HTTP/1.1\r\nHost: a\r\n\r\n"));
  site.those(1).front()->set({.body = "later"});
  CHECK(peer.read_message().ends_with("later"));
  CHECK(peer.read_message().ends_with("quick"));
  CHECK(peer.read_message().ends_with("made"));
}

TEST_CASE("who is forgotten is told to come again") {
  Site site;
  raw::Peer peer = site.ask("/later");
  site.those(1).clear();
  const std::string answer = peer.read_message();
  CHECK(answer.starts_with("HTTP/1.1 503 "));
  CHECK(answer.find("Retry-After: ") != std::string::npos);
}

TEST_CASE("a server that stops still sends what comes later") {
  Site site;
  raw::Peer peer = site.ask("/later");
  const auto waiting = site.those(1);
  auto stopped = std::async(std::launch::async, [&] { site.server->stop(); });
  waiting.front()->set({.body = "later"});
  CHECK(peer.read_message().ends_with("later"));
  stopped.get();
}
