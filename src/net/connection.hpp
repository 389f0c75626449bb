// One client of the server and what all clients share; internal to the server.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "net/server.hpp"

namespace carillon {

using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// Milliseconds of a clock that never jumps.
[[nodiscard]] std::int64_t ms_of(std::chrono::steady_clock::time_point time);
[[nodiscard]] std::int64_t steady_ms();

// What the sweeper and stop() need of a connection. They call on other threads than the
// connection's own work, so they only read atomics and call shutdown(2), which is safe beside
// reads and writes; the descriptor stays open until the destructor has left the register.
class Watched {
 public:
  explicit Watched(int fd) : fd_(fd) {}
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  void end_if_late(std::int64_t now_ms);
  // Ends what waits for a client without owing it anything.
  void end_if_idle();
  void end();

 protected:
  enum class Phase { idle, header, body, handling, writing, draining, streaming };
  ~Watched() = default;
  void enter(Phase phase, std::int64_t deadline_ms);
  [[nodiscard]] Phase phase() const { return phase_.load(); }
  [[nodiscard]] bool is_late() const { return late_.load(); }

 private:
  const int fd_;
  std::atomic<Phase> phase_ = Phase::idle;
  std::atomic<std::int64_t> deadline_ms_ = INT64_MAX;
  std::atomic<bool> late_ = false;
};

// Every open connection. Thread-safe.
class Register {
 public:
  void add(Watched& connection);
  void remove(Watched& connection);
  [[nodiscard]] std::size_t size() const { return size_.load(std::memory_order_relaxed); }
  void end_late();
  void end_idle();
  void end_all();
  // False when connections are left after `limit_ms`.
  [[nodiscard]] bool wait_until_empty(std::int64_t limit_ms);

 private:
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::unordered_set<Watched*> open_;
  std::atomic<std::size_t> size_ = 0;
};

struct ServerShared {
  HttpServerOptions options;
  std::size_t largest_body = 0;  // what the parser must take of any request
  std::vector<std::pair<std::string, std::string>> secret_paths;  // and how logs show them
  Handler handler;
  boost::asio::io_context* pool = nullptr;  // where the handler runs
  std::atomic<bool> stopping = false;
  Register connections;
  std::atomic<std::size_t> large_bodies = 0;  // that are being read
};

// Takes over an accepted socket: serves it until one side closes. Does not block. On the thread of
// the socket's executor, which must be the only one of it.
void serve_connection(ServerShared& shared, Socket socket);

}  // namespace carillon
