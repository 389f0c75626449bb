#include "net/fanout.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "net/raw.hpp"

using namespace carillon;

namespace {

Result<HttpRequest> tea(std::uint64_t ticket) {
  HttpRequest out{.method = "POST", .url = {}, .body = fmt::format("tea {}", ticket)};
  out.headers.add("Content-Type", "text/plain");
  return out;
}

std::unique_ptr<Fanout> fanout(FanoutOptions options = {.trust = Trust::admin},
                               Fanout::Write write = tea) {
  auto started = Fanout::start(std::move(options), std::move(write));
  REQUIRE_MESSAGE(started.has_value(), started.error().what);
  return std::move(*started);
}

std::vector<FanoutPost> to(const std::string& url, std::uint64_t count = 1) {
  std::vector<FanoutPost> out;
  for (std::uint64_t i = 1; i <= count; ++i) out.push_back({i, *parse_url(url)});
  return out;
}

// What became of all of them, by ticket.
std::map<std::uint64_t, HttpResult> outcomes(Fanout& posts, std::size_t count) {
  std::map<std::uint64_t, HttpResult> out;
  for (int i = 0; out.size() < count && i < 100; ++i) {
    for (FanoutOutcome& one : posts.take(1, std::chrono::seconds(1)))
      CHECK(out.emplace(one.ticket, std::move(one.result)).second);
  }
  REQUIRE(out.size() == count);
  return out;
}

HttpResult only(Fanout& posts, const std::string& url) {
  posts.add(to(url));
  return outcomes(posts, 1).at(1);
}

const std::string accepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

}  // namespace

TEST_CASE("a request comes as it was made, and its answer goes to its ticket") {
  std::string seen;
  raw::Server server([&](raw::Peer& peer, int) {
    seen = peer.read_message();
    peer.send("HTTP/1.1 403 No\r\nContent-Length: 5\r\nX-Why: this\r\n\r\nnever");
  });
  const auto posts = fanout();
  const HttpResult result = only(*posts, server.url("/inbox?a=b"));
  REQUIRE(result);
  CHECK(result->status == 403);
  CHECK(result->body == "never");
  CHECK(result->headers.get("x-why") == "this");
  CHECK(seen.starts_with(fmt::format(
      "POST /inbox?a=b HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUser-Agent: Carillon/", server.port())));
  CHECK(seen.ends_with("\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\ntea 1"));
}

TEST_CASE("many for one host share two connections") {
  std::atomic<int> most = 0;
  std::atomic<int> open = 0;
  std::atomic<int> connections = 0;
  raw::Server server([&](raw::Peer& peer, int) {
    ++connections;
    while (!peer.read_message().empty()) {
      const int now = ++open;
      int before = most;
      while (before < now && !most.compare_exchange_weak(before, now)) {
      }
      --open;
      peer.send(accepted);
    }
  });
  const auto posts = fanout();
  posts->add(to(server.url(), 100));
  for (const auto& [ticket, result] : outcomes(*posts, 100)) {
    REQUIRE(result);
    CHECK(result->status == 202);
  }
  CHECK(most <= 2);
  CHECK(connections <= 2);
}

TEST_CASE("a host that never answers keeps nobody else waiting") {
  raw::Server silent([](raw::Peer& peer, int) { peer.read_all(); });
  raw::Server server([](raw::Peer& peer, int) {
    while (!peer.read_message().empty()) peer.send(accepted);
  });
  const auto posts = fanout({.open = 8, .total_ms = 400, .trust = Trust::admin});
  auto all = to(silent.url(), 3);
  for (FanoutPost& post : to(server.url(), 3)) {
    post.ticket += 10;
    all.push_back(std::move(post));
  }
  posts->add(std::move(all));
  std::vector<std::uint64_t> order;
  while (order.size() < 6) {
    for (const FanoutOutcome& one : posts->take(1, std::chrono::seconds(1))) {
      order.push_back(one.ticket);
      if (one.ticket > 10) continue;
      REQUIRE_FALSE(one.result);
      CHECK(one.result.error().maybe_sent);
      CHECK(one.result.error().error.what ==
            fmt::format("http://127.0.0.1:{} did not answer within 400 ms", silent.port()));
    }
  }
  CHECK(std::all_of(order.begin(), order.begin() + 3, [](auto ticket) { return ticket > 10; }));
}

TEST_CASE("a kept connection that was closed meanwhile is replaced by a new one") {
  raw::Server server([](raw::Peer& peer, int) {
    if (!peer.read_message().empty()) peer.send(accepted);
    // And goes, as the next request comes.
    if (peer.await_bytes()) peer.reset();
  });
  const auto posts = fanout({.per_host = 1, .trust = Trust::admin});
  for (int i = 0; i < 3; ++i) {
    const HttpResult result = only(*posts, server.url());
    REQUIRE(result);
    CHECK(result->status == 202);
  }
}

TEST_CASE("what is no proper answer is said in words") {
  const std::map<std::string, std::string> cases{
      {"", "closed the connection without a reply"},
      {"HTTP/1.1 20", "was cut short"},
      {"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\r\n", "is not proper HTTP"},
      {"HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'a') + "\r\n\r\n", "is larger than"},
  };
  for (const auto& [bytes, words] : cases) {
    CAPTURE(words);
    raw::Server server([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send(bytes);
    });
    const auto posts = fanout();
    const HttpResult result = only(*posts, server.url("/secret?token=1"));
    REQUIRE_FALSE(result);
    CHECK(result.error().maybe_sent);
    CHECK(result.error().error.what.find(words) != std::string::npos);
    CHECK(result.error().error.what.find("secret") == std::string::npos);
  }
}

TEST_CASE("a status stands also where its body does not end") {
  raw::Server server([](raw::Peer& peer, int number) {
    peer.read_message();
    const char* status = number == 0 ? "202 Accepted" : "500 Oh";
    peer.send(fmt::format("HTTP/1.1 {}\r\nTransfer-Encoding: chunked\r\n\r\n", status));
    while (peer.send("400\r\n" + std::string(1024, 'x') + "\r\n")) {
    }
  });
  const auto posts = fanout({.reply_bytes = 3000, .trust = Trust::admin});
  CHECK(only(*posts, server.url())->status == 202);
  const HttpResult refused = only(*posts, server.url());
  REQUIRE(refused);
  CHECK(refused->status == 500);
  CHECK(refused->body.size() <= 3000);
}

TEST_CASE("a status stands also where its body would be too large to take") {
  raw::Server server([](raw::Peer& peer, int number) {
    peer.read_message();
    const char* status = number == 0 ? "202 Accepted" : "410 Gone";
    peer.send(fmt::format("HTTP/1.1 {}\r\nContent-Length: 100000\r\n\r\nall of", status));
  });
  const auto posts = fanout({.reply_bytes = 3000, .trust = Trust::admin});
  for (const int status : {202, 410}) {
    const HttpResult result = only(*posts, server.url());
    REQUIRE_MESSAGE(result.has_value(), result.error().error.what);
    CHECK(result->status == status);
  }
}

TEST_CASE("an interim answer is none") {
  raw::Server server([](raw::Peer& peer, int) {
    peer.read_message();
    peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + accepted);
  });
  CHECK(only(*fanout(), server.url())->status == 202);
}

TEST_CASE("strangers' addresses lead to public addresses only") {
  const auto posts = fanout({.trust = Trust::foreign});
  for (const char* url :
       {"http://127.0.0.1/inbox", "http://localhost/inbox", "http://[::1]/inbox",
        "http://[::ffff:127.0.0.1]/inbox", "http://10.0.0.1/", "http://169.254.169.254/latest",
        "http://0.0.0.0/", "http://192.0.2.1:8080/", "http://[64:ff9b::7f00:1]/"}) {
    CAPTURE(url);
    const HttpResult result = only(*posts, url);
    REQUIRE_FALSE(result);
    CHECK_FALSE(result.error().maybe_sent);
    CHECK(result.error().error.fault == Fault::denied);
  }
}

TEST_CASE("nothing listens, nothing resolves, no request can be made") {
  const std::uint16_t port = [] {
    const raw::Server gone([](raw::Peer&, int) {});
    return gone.port();
  }();
  const auto posts = fanout();
  const HttpResult refused = only(*posts, fmt::format("http://127.0.0.1:{}/", port));
  REQUIRE_FALSE(refused);
  CHECK_FALSE(refused.error().maybe_sent);
  CHECK(refused.error().error.what ==
        fmt::format("http://127.0.0.1:{} does not accept connections", port));
  posts->add({{7, Url{}}});
  const HttpResult nowhere = outcomes(*posts, 1).at(7);
  REQUIRE_FALSE(nowhere);
  CHECK(nowhere.error().error.fault == Fault::unavailable);
  raw::Server server([](raw::Peer& peer, int) { peer.read_all(); });
  const auto broken = fanout({.trust = Trust::admin}, [](std::uint64_t) -> Result<HttpRequest> {
    return fail(Fault::unavailable, "the key is gone");
  });
  const HttpResult unmade = only(*broken, server.url());
  REQUIRE_FALSE(unmade);
  CHECK(unmade.error().error.what == "the key is gone");
}

TEST_CASE("a name leads to its addresses, one after the other") {
  // localhost is ::1 too, where nobody listens.
  raw::Server server([](raw::Peer& peer, int) {
    while (!peer.read_message().empty()) peer.send(accepted);
  });
  const HttpResult result = only(*fanout(), fmt::format("http://localhost:{}/", server.port()));
  REQUIRE_MESSAGE(result.has_value(), result.error().error.what);
  CHECK(result->status == 202);
}

TEST_CASE("who stops breaks off what is under way, and each ticket ends once") {
  raw::Server silent([](raw::Peer& peer, int) { peer.read_all(); });
  const auto posts = fanout({.open = 4, .per_host = 2, .trust = Trust::admin});
  posts->add(to(silent.url(), 10));
  posts->stop();
  posts->add({{11, *parse_url(silent.url())}});
  std::vector<std::uint64_t> tickets;
  for (const FanoutOutcome& one : posts->take(11, std::chrono::seconds(1))) {
    CHECK(one.broken_off);
    CHECK_FALSE(one.result);
    tickets.push_back(one.ticket);
  }
  std::sort(tickets.begin(), tickets.end());
  CHECK(tickets == std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
}
