// The loopback side of an episode: one listening socket a fake, HTTP/1.1 over all of them in one
// thread, and everything that can befall a request on its way.
#pragma once

#include <poll.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>

#include "chaos.hpp"
#include "fake.hpp"
#include "setup.hpp"

namespace carillon::soak {

// Why the gate stopped serving.
enum class Stop {
  words,  // the player has something to say, or is gone
  held,   // its reply is held back: it waits
  kill,   // it is to die while it waits
  stuck,  // nothing happened for so long that something is broken
};

class Gate {
 public:
  explicit Gate(std::size_t fakes);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  [[nodiscard]] int port(int fake) const { return ports_[static_cast<std::size_t>(fake)]; }
  // A new episode: other fakes behind the same ports, other chances, another time.
  void stage(std::vector<std::unique_ptr<Fake>> fakes, Chaos& chaos, const SharedClock& clock);
  [[nodiscard]] Fake& fake(int index) { return *fakes_[static_cast<std::size_t>(index)]; }
  [[nodiscard]] int size() const { return static_cast<int>(ports_.size()); }

  // Told of every request and what befell it.
  std::function<void(const std::string&)> on_request;

  // Serves until the player behind `socket` speaks, or must wait or die. Only one player runs at a
  // time, so every request is its. `patience_ms`: how long it waits for a reply.
  [[nodiscard]] Stop serve(int socket, long patience_ms);
  // Sends the reply that is held back for the player.
  void release(int socket);
  // Refuses connections, or takes them again.
  void shut(int fake);
  void reopen(int fake);
  // Does what servers do after the client has gone, as far as its time has come.
  void settle();
  [[nodiscard]] bool is_pending() const { return !late_.empty(); }
  // When the next of these is due; 0: there is none.
  [[nodiscard]] Micros next_late() const;

  // How many requests reached the servers, those reset unread too.
  [[nodiscard]] std::int64_t requests() const { return requests_; }
  // The fakes whose writes came into doubt since this was asked last.
  [[nodiscard]] std::vector<int> take_doubts();
  // Nobody knows any more what was said of a better time.
  void forget_times() { not_before_.clear(); }

 private:
  struct Conn {
    int fd = -1;
    int fake = 0;
    std::string in;
    int held_for = -1;  // a player's socket
    std::string reply;  // what is held back
    std::chrono::steady_clock::time_point since;
  };
  struct Late {
    Micros at;
    int fake;
    Request request;
  };

  // What runs elsewhere on this machine can make a player give up, too.
  [[nodiscard]] static bool was_slow(std::chrono::steady_clock::time_point since, long patience_ms);
  [[nodiscard]] Stop serve_on(int socket);
  void listen(int fake);
  void welcome(int fake);
  // False when the connection has ended.
  bool read(Conn& conn);
  bool handle(Conn& conn, const Request& request);
  bool befall(Conn& conn, const Request& request, Trouble trouble);
  bool answer(Conn& conn, Reply reply);
  bool answer_limit(Conn& conn, const Request& request);
  bool cut(Conn& conn, const Reply& reply);
  static void reset(Conn& conn);
  [[nodiscard]] std::string wire(const Reply& reply, bool close, int fake) const;

  const SharedClock* clock_ = nullptr;
  std::vector<std::unique_ptr<Fake>> fakes_;
  Chaos* chaos_ = nullptr;
  std::vector<int> ports_;
  std::vector<int> listeners_;
  std::list<Conn> conns_;
  std::vector<Late> late_;
  std::vector<int> doubts_;
  std::map<std::string, Micros> not_before_;  // a write's key -> the time a 429 named
  std::int64_t requests_ = 0;
  int player_ = -1;
  bool patient_ = false;
  std::vector<int> written_;  // the fakes that took a write since the player went on
  std::optional<Stop> stop_;
};

}  // namespace carillon::soak
