// Names to addresses without blocking (c-ares): for whoever drives many sockets from one thread.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace carillon {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr& get() const { return reinterpret_cast<const sockaddr&>(storage); }
};

// Reads /etc/hosts and asks the servers of /etc/resolv.conf. What was found is remembered for as
// long as the answer allows, at most five minutes. Of one thread.
class Lookup {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Empty addresses: the name does not resolve.
  using Found = std::function<void(std::uint64_t ticket, std::vector<SocketAddress>)>;

  // `watch` is told for which sockets to wait (both false: for none any more).
  Lookup(Found found, std::function<void(int socket, bool read, bool write)> watch);
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;
  ~Lookup();  // forgets what is under way

  // Calls `found` with the ticket, at once or later, but for tickets that were dropped. A numeric
  // `host` ("192.0.2.1", "[2001:db8::1]") is its own address.
  void ask(std::uint64_t ticket, const std::string& host, std::uint16_t port);
  // A socket it waited for is ready.
  void ready(int socket, bool read, bool write);
  // Lets time pass: questions are repeated and given up.
  void tick();
  // How long until tick() is needed, in milliseconds; -1: not at all.
  [[nodiscard]] int wait_ms() const;

 private:
  struct Channel;
  struct Known {
    std::vector<SocketAddress> addresses;
    Time until;
  };
  struct Question {
    Lookup* self = nullptr;
    std::uint64_t ticket = 0;
    std::string name;
    std::uint16_t port = 0;
  };
  static void answered(void* question, int status, int timeouts, void* result);
  void keep(const std::string& name, Known known);

  Found found_;
  std::function<void(int, bool, bool)> watch_;
  std::map<std::string, Known> known_;
  std::unique_ptr<Channel> channel_;
};

}  // namespace carillon
