// An answer that goes on: what happens is written to everybody who listens, as server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

// One who listens; internal to the server.
class Listener {
 public:
  virtual ~Listener() = default;
  // Never blocks. Thread-safe.
  virtual void take(const std::shared_ptr<const std::string>& text) = 0;
};

// Give it to HttpAnswer::stream. Thread-safe.
class EventStream {
 public:
  // Writes an event to all. `data` is one line.
  void send(std::string_view event, std::string_view data);
  // Writes a comment, so that a proxy does not take the connection for dead.
  void beat();
  [[nodiscard]] std::size_t listeners() const { return count_; }

  // Internal to the server. False when limits::streams listen already.
  [[nodiscard]] bool join(const std::shared_ptr<Listener>& listener);

 private:
  void write(std::string text);
  std::mutex mutex_;
  std::vector<std::weak_ptr<Listener>> all_;
  std::atomic<std::size_t> count_ = 0;
};

}  // namespace carillon
