// One thread of a fan-out and its sockets; internal to it.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "net/fanout.hpp"
#include "net/lookup.hpp"
#include "net/tls.hpp"

namespace carillon {

// What its threads share; const but for `finish`, which is thread-safe.
struct FanoutShared {
  FanoutOptions options;
  std::string user_agent;
  std::shared_ptr<TlsContext> tls;
  Fanout::Write write;
  std::function<void(std::vector<FanoutOutcome>)> finish;
};

class FanoutLoop {
 public:
  explicit FanoutLoop(const FanoutShared& shared);
  FanoutLoop(const FanoutLoop&) = delete;
  FanoutLoop& operator=(const FanoutLoop&) = delete;
  ~FanoutLoop();

  // Thread-safe.
  void add(std::vector<FanoutPost> posts);
  void stop();

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Stage { lookup, connect, handshake, write, read, idle };
  struct Host;
  struct Line;
  using Timers = std::multimap<Time, std::uint64_t>;

  void run();
  void take_mail();
  void pump();
  void give_turn(Host& host);
  void forget_if_empty(Host& host);
  void begin(Host& host);
  void look_up(Line& line);
  void found(std::uint64_t serial, std::vector<SocketAddress> addresses);
  void connect_next(Line& line);
  [[nodiscard]] bool open_socket(Line& line, const SocketAddress& address);
  void ready(std::uint64_t serial, std::uint32_t events);
  void after_connect(Line& line);
  void handshake(Line& line);
  void write_request(Line& line);
  void go_on_writing(Line& line);
  void read_reply(Line& line);
  void closed_early(Line& line);
  void answered(Line& line, bool keep);
  void fail_line(Line& line, bool maybe_sent, Error error);
  void time_out(Line& line);
  void connect_next_or(Line& line, Error error);
  void end_exchange(Line& line, HttpResult result);
  void keep_line(Line& line);
  void close_line(Line& line);
  void close_socket(Line& line);
  void check_idle(Line& line);
  void drop_idle(Line& line);
  void set_timer(Line& line, Time when);
  void watch(int operation, int socket, std::uint32_t events, std::uint64_t mark) const;
  void watch_lookup(int socket, bool read, bool write);
  [[nodiscard]] int wait_ms() const;
  void run_timers();
  void hand_over();
  void abandon_all();
  [[nodiscard]] TlsStep send_bytes(Line& line, std::size_t& moved) const;
  [[nodiscard]] TlsStep receive_bytes(Line& line, std::size_t& moved);

  const FanoutShared& shared_;
  const std::size_t most_;  // exchanges of this thread
  int epoll_ = -1;
  int bell_ = -1;
  std::unique_ptr<Lookup> lookup_;
  std::mutex mutex_;
  std::vector<FanoutPost> mail_;  // under mutex_
  std::atomic<bool> stopping_ = false;

  std::unordered_map<std::string, std::unique_ptr<Host>> hosts_;
  std::deque<Host*> turns_;  // hosts that have something waiting and room
  std::unordered_map<std::uint64_t, std::unique_ptr<Line>> lines_;
  std::deque<std::uint64_t> idle_;  // the longest first
  std::size_t idle_count_ = 0;
  std::size_t busy_ = 0;  // lines that are not idle
  std::uint64_t next_serial_ = 1;
  Timers timers_;
  std::vector<FanoutOutcome> outcomes_;
  std::string buffer_;
  std::thread thread_;
};

}  // namespace carillon
