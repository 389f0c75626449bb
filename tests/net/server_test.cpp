#include "net/server.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <thread>
#include <vector>

#include "net/client.hpp"
#include "raw.hpp"

using namespace carillon;

TEST_CASE("the server answers, and the client reads it") {
  HttpServerOptions options;
  options.port = 0;
  options.threads = 2;
  auto server = HttpServer::start(options, [](const HttpQuery& query) {
    HttpAnswer answer;
    answer.headers = {{"Content-Type", "text/plain"}};
    answer.body = std::string(query.method) + " " + std::string(query.path);
    return answer;
  });
  REQUIRE_MESSAGE(server.has_value(), server.error().what);
  HttpClient client;
  HttpRequest request;
  request.url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/a?secret=1";
  request.trust = Trust::admin;
  const auto reply = client.send(request);
  REQUIRE(reply.has_value());
  CHECK(reply->status == 200);
  CHECK(reply->body == "GET /a");
  HttpServerOptions same = options;
  same.port = (*server)->port();
  const auto second = HttpServer::start(same, [](const HttpQuery&) { return HttpAnswer{}; });
  REQUIRE(!second.has_value());
  CHECK(second.error().fault == Fault::conflict);
  CHECK(second.error().hint.find("--listen") != std::string::npos);
}

namespace {

std::string numbered(std::size_t size) {
  std::string out;
  while (out.size() < size) out += std::to_string(out.size()) + " ";
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("a body gets a file when it is sent again, if it is neither small nor very large") {
  const SharedBody small("a");
  const SharedBody large(std::string(limits::server_file_bytes_most + 1, 'a'));
  const SharedBody body(numbered(limits::server_file_bytes));
  for (int round = 0; round < 3; ++round) {
    CHECK(small.file() == -1);
    CHECK(large.file() == -1);
    CHECK((body.file() >= 0) == (round > 0));
  }
  std::string read(body.bytes().size() + 1, '\0');
  CHECK(pread(body.file(), read.data(), read.size(), 0) ==
        static_cast<ssize_t>(body.bytes().size()));
  read.pop_back();
  CHECK(read == body.bytes());
}

TEST_CASE("there are only so many files of bodies, and one that goes makes room") {
  std::vector<std::unique_ptr<SharedBody>> bodies;
  const auto with_file = [&] {
    bodies.push_back(std::make_unique<SharedBody>(numbered(limits::server_file_bytes)));
    std::ignore = bodies.back()->file();
    return bodies.back()->file() >= 0;
  };
  for (std::size_t i = 0; i < limits::server_files; ++i) REQUIRE(with_file());
  CHECK_FALSE(with_file());
  CHECK(bodies.back()->file() == -1);
  bodies.erase(bodies.begin());
  CHECK(with_file());
}

TEST_CASE("what is kept goes out whole, from memory and from its file, also to who reads slowly") {
  const auto body = std::make_shared<const SharedBody>(numbered(700'000));
  HttpServerOptions options;
  options.port = 0;
  auto server = HttpServer::start(options, [&](const HttpQuery&) {
    return HttpAnswer{.headers = {{"X-Kept", "yes"}}, .shared = body};
  });
  REQUIRE(server.has_value());
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  raw::Peer slow = raw::connect((*server)->port(), 4096);
  // More than the kernel takes at once.
  constexpr int rounds = 12;
  for (int round = 0; round < rounds; ++round) REQUIRE(slow.send(get));
  REQUIRE(slow.await_bytes());
  for (int round = 0; round < rounds; ++round) {
    CAPTURE(round);
    const std::string message = slow.read_message();
    CHECK(message.find("X-Kept: yes\r\n") < message.find("\r\n\r\n"));
    CHECK(message.ends_with("\r\n\r\n" + body->bytes()));
  }
  REQUIRE(slow.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get));
  const std::string head = slow.read_until("\r\n\r\n");
  CHECK(head.find("Content-Length: 700000\r\n") != std::string::npos);
  CHECK(slow.read_message().ends_with(body->bytes()));
  // Who leaves in the middle takes nobody along.
  for (int i = 0; i < 20; ++i) {
    raw::Peer gone = raw::connect((*server)->port(), 4096);
    REQUIRE(gone.send(get));
    REQUIRE(gone.await_bytes());
    gone.finish_sending();
    gone.reset();
  }
  REQUIRE(slow.send(get));
  CHECK(slow.read_message().ends_with(body->bytes()));
}

TEST_CASE("who was told to go on is answered, also by a server that stops at that moment") {
  for (int round = 0; round < 100; ++round) {
    HttpServerOptions options;
    options.port = 0;
    auto server = HttpServer::start(options, [](const HttpQuery& query) {
      return HttpAnswer{.body = std::string(query.body)};
    });
    REQUIRE(server.has_value());
    raw::Peer idle = raw::connect((*server)->port());
    REQUIRE(idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    REQUIRE(!idle.read_message().empty());
    raw::Peer peer = raw::connect((*server)->port());
    REQUIRE(
        peer.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                  "Content-Length: 4\r\n\r\n"));
    REQUIRE(peer.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 "));
    std::thread stopping([&] { (*server)->stop(); });
    const bool ended = idle.at_end();  // so the server has looked at all connections
    const bool sent = peer.send("abcd");
    const std::string answer = peer.read_all();
    stopping.join();
    REQUIRE(ended);
    REQUIRE(sent);
    REQUIRE(answer.ends_with("\r\n\r\nabcd"));
  }
}
