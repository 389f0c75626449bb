#include "net/client.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>

#include "net/compress.hpp"
#include "raw.hpp"

using namespace carillon;

namespace {

// Waits until `count` things have happened.
class Tally {
 public:
  int add() {
    const std::scoped_lock lock(mutex_);
    changed_.notify_all();
    return ++count_;
  }
  bool reaches(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return count_ >= count; });
  }
  int now() {
    const std::scoped_lock lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int count_ = 0;
};

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.trust = Trust::admin;
  return request;
}

HttpRequest post(std::string url, std::string body) {
  HttpRequest request = get(std::move(url));
  request.method = "POST";
  request.body = std::move(body);
  return request;
}

// Answers every request on a connection with the same bytes.
raw::Server::Script always(std::string reply) {
  return [reply = std::move(reply)](raw::Peer& peer, int) {
    while (!peer.read_message().empty() && peer.send(reply)) {
    }
  };
}

std::uint16_t closed_port() {
  const raw::Server server([](raw::Peer&, int) {});
  return server.port();
}

}  // namespace

TEST_CASE("a reply comes with status, headers and body; the connection is kept") {
  std::string seen;
  raw::Server server([&](raw::Peer& peer, int) {
    for (std::string head; !(head = peer.read_message()).empty();) {
      seen = head;
      peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      peer.send("HTTP/1.1 201 Created\r\nX-A:  b \r\nContent-Length: 5\r\n\r\nhello");
    }
  });
  HttpClient client({.contact_url = "https://example.org"});
  for (int i = 0; i < 3; ++i) {
    auto request = post(server.url("/a?b=c#part"), "{}");
    request.headers = {{"Authorization", "Bearer x"}, {"X-Empty", ""}};
    const auto reply = client.send(request);
    REQUIRE(reply);
    CHECK(reply->status == 201);
    CHECK(reply->ok());
    CHECK(reply->body == "hello");
    CHECK(reply->headers.get("x-a") == "b");
    CHECK(!reply->headers.find("link"));
    CHECK(reply->final_url == server.url("/a?b=c#part"));
  }
  CHECK(client.counts().connections == 1);
  CHECK(client.counts().requests == 3);
  CHECK(seen.starts_with("POST /a?b=c HTTP/1.1\r\n"));
  CHECK(seen.find("User-Agent: Carillon/0.") != std::string::npos);
  CHECK(seen.find(" (+https://example.org)\r\n") != std::string::npos);
  CHECK(seen.find("Authorization: Bearer x\r\n") != std::string::npos);
  CHECK(seen.find("X-Empty:") != std::string::npos);
  CHECK(seen.find("Content-Type") == std::string::npos);
  CHECK(seen.ends_with("\r\n\r\n{}"));
}

TEST_CASE("methods and a large body arrive as they are") {
  std::vector<std::string> seen;
  raw::Server server([&](raw::Peer& peer, int) {
    for (std::string head; !(head = peer.read_message()).empty();) {
      seen.push_back(head);
      peer.send(head.starts_with("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                                         : raw::reply("ok"));
    }
  });
  HttpClient client;
  for (const char* method : {"PUT", "PATCH", "DELETE", "HEAD"}) {
    auto request = get(server.url());
    request.method = method;
    const auto reply = client.send(request);
    REQUIRE(reply);
    CHECK(reply->body == (request.method == "HEAD" ? "" : "ok"));
  }
  REQUIRE(client.send(post(server.url(), std::string(3'000'000, 'x'))));
  REQUIRE(seen.size() == 5);
  CHECK(seen[0].starts_with("PUT / "));
  CHECK(seen[1].starts_with("PATCH / "));
  CHECK(seen[2].starts_with("DELETE / "));
  CHECK(seen[3].starts_with("HEAD / "));
  CHECK(seen[4].find("Expect") == std::string::npos);
  CHECK(seen[4].ends_with("xxxx"));
  CHECK(seen[4].size() > 3'000'000);
}

TEST_CASE("a connection that cannot be made proves that nothing was sent") {
  HttpClient client;
  const auto refused = client.send(post(fmt::format("http://127.0.0.1:{}/", closed_port()), "x"));
  REQUIRE(!refused);
  CHECK(!refused.error().maybe_sent);
  CHECK(refused.error().error.fault == Fault::unavailable);
  CHECK(refused.error().error.what.find("does not accept connections") != std::string::npos);

  auto nowhere = post("http://nowhere.invalid/", "x");
  nowhere.limits.connect_ms = 2000;
  const auto lost = client.send(nowhere);
  REQUIRE(!lost);
  CHECK(!lost.error().maybe_sent);
}

TEST_CASE("a wrong request is refused before anything is sent") {
  HttpClient client;
  auto request = get("http://127.0.0.1:9/");
  request.headers.add("X-A", "b\r\nX-Injected: secret");
  auto result = client.send(request);
  REQUIRE(!result);
  CHECK(!result.error().maybe_sent);
  CHECK(result.error().error.fault == Fault::invalid);
  CHECK(result.error().error.what.find("secret") == std::string::npos);
  request.headers = {{"X A", "b"}};
  CHECK(client.send(request).error().error.fault == Fault::invalid);
  request.headers.clear();
  request.method = "GET /x";
  CHECK(client.send(request).error().error.fault == Fault::invalid);
  CHECK(client.send(get("ftp://a.example/")).error().error.fault == Fault::invalid);
  CHECK(client.counts().requests == 0);
}

TEST_CASE("a connection lost before or after the request was read leaves a doubt") {
  for (const bool read_first : {false, true}) {
    raw::Server server([&](raw::Peer& peer, int) {
      // A reset that comes before our bytes left would be a connection that could not be made.
      read_first ? void(peer.read_message()) : void(peer.await_bytes());
      peer.reset();
    });
    HttpClient client;
    const auto result = client.send(post(server.url("/?token=hush"), "x"));
    REQUIRE(!result);
    // Unread bytes may have reached the server's kernel all the same.
    CHECK(result.error().maybe_sent);
    CHECK(result.error().error.fault == Fault::unavailable);
    CHECK(result.error().error.what.find("hush") == std::string::npos);
  }
}

TEST_CASE("a reply cut short is a doubt, not a reply") {
  const std::vector<std::string> cut{
      "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nContent-Le",
      "",
  };
  for (const auto& bytes : cut) {
    raw::Server server([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send(bytes);
    });
    HttpClient client;
    const auto result = client.send(post(server.url(), "x"));
    REQUIRE(!result);
    CHECK(result.error().maybe_sent);
    CHECK(!result.error().error.what.empty());
  }
}

TEST_CASE("what is not HTTP is called so") {
  raw::Server server([&](raw::Peer& peer, int) {
    peer.read_message();
    peer.send("SSH-2.0-OpenSSH_9.2\r\n");
  });
  HttpClient client;
  const auto result = client.send(get(server.url()));
  REQUIRE(!result);
  CHECK(result.error().error.fault == Fault::corrupt);
  CHECK(result.error().error.what.find("not proper HTTP") != std::string::npos);
}

TEST_CASE("the size limit counts decoded bytes, whatever the server announces") {
  const std::string zeros(1'000'000, '0');
  const std::vector<std::string> replies{
      raw::reply(zeros),
      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + zeros,
      raw::reply(gzip(zeros), "Content-Encoding: gzip\r\n"),
      raw::reply(brotli(zeros), "Content-Encoding: br\r\n"),
  };
  HttpClient client;
  for (const auto& bytes : replies) {
    raw::Server server([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send(bytes);
    });
    auto request = get(server.url());
    request.limits.reply_bytes = 999'999;
    const auto result = client.send(request);
    REQUIRE(!result);
    CHECK(result.error().maybe_sent);
    CHECK(result.error().error.fault == Fault::too_large);
    CHECK(result.error().error.what.find("999999 bytes") != std::string::npos);
    request.limits.reply_bytes = 1'000'000;
    const auto whole = client.send(request);
    REQUIRE(whole);
    CHECK(whole->body == zeros);
  }
}

TEST_CASE("endless replies end: body and header") {
  for (const bool body : {true, false}) {
    raw::Server server([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send("HTTP/1.1 200 OK\r\n");
      if (body) peer.send("\r\n");
      const std::string line = "X-More: " + std::string(1000, 'x') + "\r\n";
      while (peer.send(line)) {
      }
    });
    HttpClient client;
    auto request = get(server.url());
    request.limits.reply_bytes = 500'000;
    const auto result = client.send(request);
    REQUIRE(!result);
    CHECK(result.error().error.fault == Fault::too_large);
  }
}

TEST_CASE("a reader of foreign pages takes the beginning of a large body, or none of it") {
  const raw::Server server(
      always(raw::reply(std::string(1'000'000, 'x'), "Content-Type: video/x\r\n")));
  HttpClient client;
  HttpRequest request = get(server.url());
  request.limits.reply_bytes = 1000;
  request.limits.cut = true;
  const auto part = client.send(request);
  REQUIRE(part.has_value());
  CHECK(part->status == 200);
  CHECK(part->body.size() == 1000);
  CHECK(part->cut);
  request.limits.reply_bytes = 1'000'000;
  const auto whole = client.send(request);
  REQUIRE(whole.has_value());
  CHECK(whole->body.size() == 1'000'000);
  CHECK_FALSE(whole->cut);

  int asked = 0;
  request.wants_body = [&](const HttpReply& head) {
    ++asked;
    CHECK(head.status == 200);
    return head.headers.get("content-type") != "video/x";
  };
  const auto none = client.send(request);
  REQUIRE(none.has_value());
  CHECK(none->body.empty());
  CHECK(none->cut);
  CHECK(asked == 1);
  request.wants_body = [](const HttpReply&) { return true; };
  CHECK(client.send(request)->body.size() == 1'000'000);
}

TEST_CASE("slow replies end with the sentence that fits") {
  const auto ask = [](const std::string& first, long total_ms, long stall_ms) {
    raw::Server server([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send(first);
      peer.read_all();  // until the client gives up
    });
    HttpClient client;
    auto request = post(server.url("/?token=hush"), "x");
    request.limits.total_ms = total_ms;
    request.limits.stall_ms = stall_ms;
    const auto result = client.send(request);
    REQUIRE(!result);
    CHECK(result.error().maybe_sent);
    CHECK(result.error().error.fault == Fault::timeout);
    CHECK(result.error().error.what.find("hush") == std::string::npos);
    return result.error().error.what;
  };
  CHECK(ask("", 150, 30'000).find("did not answer within 150 ms") != std::string::npos);
  CHECK(ask("HTTP/1.1 200 OK\r\n\r\nabc", 1000, 30'000)
            .find("did not end within 1 s (3 bytes came)") != std::string::npos);
  CHECK(ask("", 30'000, 1000).find("sent nothing for 1 s") != std::string::npos);
}

TEST_CASE("a post marked once is never repeated by the library") {
  // The connection is used once, kept, takes the second request and dies without a reply: libcurl
  // sends such a request again by itself.
  const auto arrivals = [](bool once) {
    Tally posts;
    raw::Server server([&](raw::Peer& peer, int) {
      for (std::string head; !(head = peer.read_message()).empty();) {
        if (head.starts_with("POST")) {
          posts.add();
          return;
        }
        peer.send(raw::reply("ok"));
      }
    });
    HttpClient client;
    REQUIRE(client.send(get(server.url())));
    auto request = post(server.url(), "the post");
    request.once = once;
    const auto result = client.send(request);
    REQUIRE(!result);
    CHECK(result.error().maybe_sent);
    return posts.now();
  };
  CHECK(arrivals(true) == 1);
  // The danger is real, else this test proves nothing.
  CHECK(arrivals(false) > 1);
}

TEST_CASE("a 417 does not make the library send again") {
  Tally posts;
  raw::Server server([&](raw::Peer& peer, int) {
    while (!peer.read_message().empty()) {
      posts.add();
      peer.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    }
  });
  HttpClient client;
  auto request = post(server.url(), std::string(2'000'000, 'x'));
  request.once = true;
  const auto reply = client.send(request);
  REQUIRE(reply);
  CHECK(reply->status == 417);
  CHECK(posts.now() == 1);
}

TEST_CASE("stop ends what is in flight and refuses the rest") {
  Tally arrived;
  raw::Server server([&](raw::Peer& peer, int) {
    peer.read_message();
    arrived.add();
    peer.read_all();
  });
  HttpClient client;
  auto flying = std::async(std::launch::async, [&] { return client.send(get(server.url())); });
  REQUIRE(arrived.reaches(1));
  client.stop();
  const auto result = flying.get();
  REQUIRE(!result);
  CHECK(result.error().maybe_sent);
  CHECK(result.error().error.fault == Fault::unavailable);
  const auto late = client.send(get(server.url()));
  REQUIRE(!late);
  CHECK(!late.error().maybe_sent);
  client.stop();
}

TEST_CASE("many callers share few connections") {
  raw::Server server(always(raw::reply("ok")));
  HttpClient client;
  std::atomic<int> good = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 250; ++i) {
        if (const auto reply = client.send(get(server.url())); reply && reply->body == "ok") ++good;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  CHECK(good == 2000);
  CHECK(client.counts().connections <= 16);
}

TEST_CASE("a server that repeats our secrets in its error does not get them into our words") {
  const std::string said = R"({"error":"no: Bearer to\/ken-4711, pass\"word, to/ken-4711"})";
  for (const bool good : {false, true}) {
    raw::Server server([&](raw::Peer& peer, int) {
      peer.read_message();
      peer.send(fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", good ? 200 : 401,
                            said.size(), said));
    });
    HttpClient client;
    auto request = post(server.url(), "x");
    request.headers = {{"Authorization", "Bearer to/ken-4711"}};
    request.secrets = {Secret("pass\"word")};
    const auto reply = client.send(request);
    REQUIRE(reply);
    const std::string hidden = R"x({"error":"no: Bearer (hidden), (hidden), (hidden)"})x";
    CHECK(reply->body == (good ? said : hidden));
  }
}
