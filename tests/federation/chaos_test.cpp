// Servers that hang, break off, refuse, come back and never stop talking, among many that live.
#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <map>

#include "federation/office.hpp"
#include "net/raw.hpp"

using namespace carillon;
using fedi_rows::FediState;
using rig::Office;
using rig::status;

namespace {

// Every address of 127/8 is a host of its own here, all behind one port.
class Hosts {
 public:
  using Answer = std::function<HttpAnswer(const std::string& host)>;
  explicit Hosts(Answer answer) : answer_(std::move(answer)) {
    HttpServerOptions options;
    options.address = "0.0.0.0";
    options.port = 0;
    auto started = HttpServer::start(options, [this](const HttpQuery& query) {
      const std::string host(query.header("Host"));
      const HttpAnswer out = answer_(host);
      const std::lock_guard lock(mutex_);
      ++asked_[host];
      if (out.status == 202) ++got_[host + " " + std::string(query.body)];
      return out;
    });
    REQUIRE_MESSAGE(started.has_value(), started.error().what);
    server_ = std::move(*started);
  }
  [[nodiscard]] std::string host(int number) const {
    return fmt::format("127.1.{}.{}:{}", number / 250, 1 + number % 250, server_->port());
  }
  // How often that host took that activity.
  [[nodiscard]] int got(const std::string& host, const std::string& activity) const {
    const std::lock_guard lock(mutex_);
    const auto found = got_.find(host + " {\"id\":\"" + activity + "\"}");
    return found == got_.end() ? 0 : found->second;
  }
  [[nodiscard]] int asked(const std::string& host) const {
    const std::lock_guard lock(mutex_);
    const auto found = asked_.find(host);
    return found == asked_.end() ? 0 : found->second;
  }

 private:
  Answer answer_;
  mutable std::mutex mutex_;
  std::map<std::string, int> got_;
  std::map<std::string, int> asked_;
  std::unique_ptr<HttpServer> server_;
};

void follow(Office& office, const std::string& host) {
  office.follow("http://" + host + "/u", host);
}

std::string host_of(const raw::Server& server) {
  return fmt::format("127.0.0.1:{}", server.port());
}

std::size_t memory_kb() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::strtoul(line.c_str() + 6, nullptr, 10);
  }
  return 0;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_watched = true;  // what is freed is kept for a while
#else
constexpr bool is_watched = false;
#endif

constexpr int living = 120;

}  // namespace

TEST_CASE(
    "hosts that hang, break off or never stop keep no living one waiting, and the queue drains") {
  Office office;
  const Micros began = office.clock.now();
  const std::string gone = "127.9.0.1";
  const std::string busy = "127.9.0.2";
  const std::string ill = "127.9.0.3";
  Hosts hosts([&](const std::string& host) {
    if (host.starts_with(gone)) return status(410);
    if (host.starts_with(ill)) return status(office.clock.now() < began + day ? 500 : 202);
    if (!host.starts_with(busy) || office.clock.now() >= began + 2 * hour) return status(202);
    HttpAnswer later = status(429);
    later.headers.add("Retry-After", "7200");
    return later;
  });
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future();
  std::atomic<int> hanging = 0;
  const raw::Server::Script hang = [&](raw::Peer& peer, int) {
    peer.read_message();
    ++hanging;
    released.wait();
  };
  raw::Server silent(hang);
  raw::Server deaf(hang);
  raw::Server broken([](raw::Peer& peer, int) {
    peer.read_message();
    peer.reset();
  });
  raw::Server noise([](raw::Peer& peer, int) { peer.send(std::string(100'000, 'x')); });
  std::atomic<std::size_t> poured = 0;
  raw::Server endless([&](raw::Peer& peer, int) {
    peer.read_message();
    peer.send("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string piece = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    while (peer.send(piece)) poured += piece.size();
  });
  for (int i = 0; i < living; ++i) follow(office, hosts.host(i));
  const std::string port = hosts.host(0).substr(hosts.host(0).find(':'));
  for (const std::string& host : {gone + port, busy + port, ill + port, host_of(silent),
                                  host_of(deaf), host_of(broken), host_of(noise), host_of(endless)})
    follow(office, host);

  office.say("a1");
  const auto all = [&](const std::string& activity) {
    for (int i = 0; i < living; ++i) {
      if (hosts.got(hosts.host(i), activity) == 0) return false;
    }
    return true;
  };
  while (!all("a1") || hanging < 2) REQUIRE(office.courier->run_once());
  // They hold the line still; nobody waited for them.
  CHECK(released.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  release.set_value();
  const Micros step = 3 * hour;
  for (Micros over = 0; over < 10 * day; over += step) {
    office.run();
    office.clock.advance(step);
  }
  office.run();
  for (int i = 0; i < living; ++i) CHECK(hosts.got(hosts.host(i), "a1") == 1);
  CHECK(hosts.got(busy + port, "a1") == 1);
  CHECK(hosts.asked(busy + port) == 2);
  CHECK(hosts.got(ill + port, "a1") == 1);
  CHECK(hosts.asked(gone + port) == 2);
  CHECK(office.count(FediState::waiting) == 0);
  CHECK(office.count(FediState::delivered) == living + 3);
  CHECK(office.count(FediState::given_up) == 5);
  CHECK(*office.store->read(fedi_rows::followers) == living + 7);
  CHECK(poured < std::size_t{16} * 1024 * 1024);

  // The dead are not asked again, the living hear of the next.
  office.say("a2");
  office.run();
  CHECK(all("a2"));
  CHECK(office.count(FediState::waiting) == 0);
}

TEST_CASE("what is remembered of hosts that fail does not grow with what is said") {
  Office office;
  Hosts hosts([](const std::string& host) { return status(host.ends_with("0") ? 503 : 202); });
  for (int i = 0; i < living; ++i) follow(office, hosts.host(i));
  const auto say = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      office.say("a" + std::to_string(i), "p" + std::to_string(i));
      office.run();
      office.clock.advance(minute);
    }
  };
  say(0, 5);
  const std::size_t before = memory_kb();
  say(5, 25);
  if (!is_watched) CHECK(memory_kb() < before + 8 * 1024);
  for (int i = 0; i < living; ++i) CHECK(hosts.got(hosts.host(i), "a24") == 1);
}
