#include "net/stream.hpp"

#include <doctest/doctest.h>

#include "net/raw.hpp"
#include "net/server.hpp"

using namespace carillon;

namespace {

// A server with a stream at /changes, and room for large bodies at /pictures.
struct Site {
  std::shared_ptr<EventStream> stream = std::make_shared<EventStream>();
  std::unique_ptr<HttpServer> server;
  explicit Site(std::int64_t stop_ms = 5000) {
    HttpServerOptions options;
    options.port = 0;
    options.threads = 2;
    options.stop_ms = stop_ms;
    options.body_bytes = 1000;
    options.large_bodies = {{"/pictures", 100'000}};
    auto started = HttpServer::start(options, [this](const HttpQuery& query) {
      HttpAnswer answer;
      answer.body = std::to_string(query.body.size());
      if (query.path != "/changes") return answer;
      answer.headers = {{"Content-Type", "text/event-stream"}};
      answer.body = "retry: 3000\n\n";
      answer.stream = stream;
      return answer;
    });
    REQUIRE_MESSAGE(started.has_value(), started.error().what);
    server = std::move(*started);
  }
  [[nodiscard]] raw::Peer client() const { return raw::connect(server->port()); }
  // One who has read the beginning of the stream.
  [[nodiscard]] raw::Peer listener() const {
    raw::Peer out = client();
    REQUIRE(out.send("GET /changes HTTP/1.1\r\nHost: a\r\n\r\n"));
    const std::string head = out.read_until("\r\n\r\n");
    CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(head.find("Content-Length") == std::string::npos);
    CHECK(head.find("Connection: close") != std::string::npos);
    CHECK(out.read_until("\n\n") == "retry: 3000\n\n");
    return out;
  }
};

std::string posted(const Site& site, const std::string& path, std::size_t bytes) {
  raw::Peer peer = site.client();
  REQUIRE(
      peer.send(fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n"
                            "Connection: close\r\n\r\n",
                            path, bytes)));
  static_cast<void>(peer.send(std::string(bytes, 'x')));
  return peer.read_until("\r\n");
}

}  // namespace

TEST_CASE("everybody who listens hears each event, in order") {
  Site site;
  raw::Peer one = site.listener();
  raw::Peer two = site.listener();
  while (site.stream->listeners() < 2) std::this_thread::yield();
  site.stream->send("change", R"({"kind":"a"})");
  site.stream->send("change", R"({"kind":"b"})");
  site.stream->beat();
  const std::string all =
      "event: change\ndata: {\"kind\":\"a\"}\n\nevent: change\ndata: {\"kind\":\"b\"}\n\n:\n\n";
  CHECK(one.read_exactly(all.size()) == all);
  CHECK(two.read_exactly(all.size()) == all);
}

TEST_CASE("who has left is no listener any more") {
  Site site;
  raw::Peer stays = site.listener();
  {
    const raw::Peer leaves = site.listener();
    while (site.stream->listeners() < 2) std::this_thread::yield();
  }
  while (site.stream->listeners() != 1) {
    site.stream->beat();
    REQUIRE(stays.read_until(":\n\n") == ":\n\n");
  }
  site.stream->send("change", "{}");
  CHECK(stays.read_until("data: {}\n\n").ends_with("event: change\ndata: {}\n\n"));
}

TEST_CASE("a listener who does not read is shown out, and holds nobody up") {
  Site site;
  const raw::Peer sleeps = site.listener();
  raw::Peer reads = site.listener();
  while (site.stream->listeners() < 2) std::this_thread::yield();
  const std::string much(16'000, 'x');
  std::size_t sent = 0;
  // Until the one who sleeps is gone; the other takes each word as it comes.
  for (; site.stream->listeners() > 1 && sent < 10'000; ++sent) {
    site.stream->send("change", much);
    const std::string event = "event: change\ndata: " + much + "\n\n";
    REQUIRE(reads.read_exactly(event.size()) == event);
  }
  CHECK(sent < 10'000);
  CHECK(site.stream->listeners() == 1);
}

TEST_CASE("a server that stops ends its streams at once") {
  Site site(60'000);
  raw::Peer one = site.listener();
  while (site.stream->listeners() < 1) std::this_thread::yield();
  site.server->stop();
  CHECK(one.read_all().empty());
}

TEST_CASE("only the paths that are named take a large body") {
  const Site site;
  CHECK(posted(site, "/pictures", 90'000) == "HTTP/1.1 200 OK\r\n");
  CHECK(posted(site, "/other", 900) == "HTTP/1.1 200 OK\r\n");
  CHECK(posted(site, "/other", 90'000) == "HTTP/1.1 413 Content Too Large\r\n");
  CHECK(posted(site, "/pictures", 100'001) == "HTTP/1.1 413 Content Too Large\r\n");
  // Chunks announce no length: they are counted as they come.
  raw::Peer peer = site.client();
  REQUIRE(peer.send("POST /other HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  static_cast<void>(peer.send("fa00\r\n" + std::string(0xfa00, 'x') + "\r\n0\r\n\r\n"));
  CHECK(peer.read_until("\r\n") == "HTTP/1.1 413 Content Too Large\r\n");
}

TEST_CASE("at most so many large bodies arrive at once") {
  const Site site;
  std::vector<raw::Peer> slow;
  for (std::size_t i = 0; i < limits::server_large_bodies; ++i) {
    slow.push_back(site.client());
    REQUIRE(
        slow.back().send("POST /pictures HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n"
                         "Expect: 100-continue\r\n\r\n"));
    CHECK(slow.back().read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  }
  CHECK(posted(site, "/pictures", 10) == "HTTP/1.1 503 Service Unavailable\r\n");
  REQUIRE(slow.front().send(std::string(5000, 'x')));
  CHECK(slow.front().read_until("\r\n") == "HTTP/1.1 200 OK\r\n");
  CHECK(posted(site, "/pictures", 10) == "HTTP/1.1 200 OK\r\n");
}
