// Very many accounts that follow at once, as after an account moved here.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <thread>
#include <vector>

#include "bench.hpp"
#include "federation/rows.hpp"
#include "federation/signature.hpp"
#include "net/url.hpp"

namespace carillon::bench {

namespace {

std::string host_of_number(const HerdBench& options, std::uint32_t number) {
  return fmt::format("{}:{}", address_of(number), options.port);
}

std::string actor_of(const HerdBench& options, std::uint32_t number) {
  return "http://" + host_of_number(options, number) + "/u";
}

// All of them have one key: who verifies does not know.
Result<PrivateKey> key_of(const HerdBench& options) {
  const std::string file = options.dir + "/herd.pem";
  std::ifstream in(file);
  if (in) {
    std::string pem{std::istreambuf_iterator<char>(in), {}};
    return PrivateKey::from_pem(Secret(std::move(pem)));
  }
  TRY(PrivateKey key, PrivateKey::make(Signing::rs256));
  std::ofstream(file) << key.pem().reveal();
  return key;
}

Result<void> prepare(const HerdBench& options) {
  TRY(const PrivateKey key, key_of(options));
  TRY(const auto store, Store::open(options.dir + "/data/carillon.db"));
  const Micros now = SystemClock().now();
  std::vector<fedi_rows::FediActor> actors;
  for (std::uint32_t i = 0; i < options.follows; ++i) {
    const std::string id = actor_of(options, i);
    actors.push_back({id, id + "#main-key", key.public_pem(), id + "/inbox", "",
                      host_of_number(options, i), now, "u"});
  }
  return store->write([&](Db& db) -> Result<void> {
    CHECK_OK(db.insert_many("fedi_actor", actors));
    return {};
  });
}

std::string signed_follow(const HerdBench& options, const PrivateKey& key, std::uint32_t number,
                          const std::string& object) {
  const std::string actor = actor_of(options, number);
  HttpRequest request{.method = "POST", .url = options.target + "/inbox"};
  request.headers.add("Content-Type", "application/activity+json");
  request.body =
      fmt::format(R"({{"@context":"https://www.w3.org/ns/activitystreams","id":"{}/follows/1",)"
                  R"("type":"Follow","actor":"{}","object":"{}"}})",
                  actor, actor, object);
  const auto done = sign_request(request, SignatureScheme::cavage, {actor + "#main-key", key},
                                 SystemClock().now());
  if (!done) return {};
  std::string out = "POST /inbox HTTP/1.1\r\n";
  if (!request.headers.find("Host"))
    out += fmt::format("Host: {}\r\n", options.target.substr(options.target.find("://") + 3));
  for (const auto& [name, value] : request.headers) out += fmt::format("{}: {}\r\n", name, value);
  return out + fmt::format("Content-Length: {}\r\n\r\n{}", request.body.size(), request.body);
}

// One connection that stays open; sends what is left of `texts` and reads each answer's status.
struct Line {
  int socket = -1;

  explicit Line(std::uint16_t port) : socket(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(socket, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) socket = -1;
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { ::close(socket); }

  // 0: the connection ended.
  [[nodiscard]] int ask(const std::string& text) const {
    if (send(socket, text.data(), text.size(), MSG_NOSIGNAL) != ssize_t(text.size())) return 0;
    std::string in;
    std::array<char, 4096> bytes{};
    while (true) {
      const ssize_t got = recv(socket, bytes.data(), bytes.size(), 0);
      if (got <= 0) return 0;
      in.append(bytes.data(), std::size_t(got));
      const std::size_t head = in.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const std::size_t at = in.find("Content-Length: ");
      const std::size_t length =
          at == std::string::npos ? 0 : std::strtoul(in.c_str() + at + 16, nullptr, 10);
      if (in.size() >= head + 4 + length) return std::atoi(in.c_str() + 9);
    }
  }
};

Result<void> follow_all(const HerdBench& options) {
  TRY(const PrivateKey key, key_of(options));
  TRY(const Url url, parse_url(options.target));
  const std::string object = options.target + "/actors/" + options.handle;
  std::vector<std::string> texts(options.follows);
  std::vector<std::thread> threads;
  threads.reserve(2);
  std::atomic<std::uint32_t> next{0};
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (std::uint32_t n = next++; n < options.follows; n = next++)
        texts[n] = signed_follow(options, key, n, object);
    });
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  fmt::print("ready\n");
  std::fflush(stdout);
  if (std::getchar() == EOF) return {};
  next = 0;
  std::atomic<int> taken{0};
  std::atomic<int> refused{0};
  const auto start = Steady::now();
  for (std::uint32_t i = 0; i < options.connections; ++i) {
    threads.emplace_back([&] {
      const Line line(url.port);
      for (std::uint32_t n = next++; n < options.follows; n = next++)
        ++(line.ask(texts[n]) == 202 ? taken : refused);
    });
  }
  for (std::thread& thread : threads) thread.join();
  fmt::print("{{\"taken\": {}, \"refused\": {}, \"wall\": {:.3f}}}\n", taken.load(), refused.load(),
             seconds_since(start));
  return {};
}

}  // namespace

int herd(const HerdBench& options) {
  const auto done = options.only_prepare ? prepare(options) : follow_all(options);
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().what);
  return 1;
}

}  // namespace carillon::bench
