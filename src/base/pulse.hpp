// Waiting that can be cut short: for work to come, for another program, for the end.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/clock.hpp"

namespace carillon {

// Thread-safe.
class Pulse {
 public:
  // Waits at most that long for a ring; true when it rang, or the pulse has stopped. One ring wakes
  // everybody who waits.
  bool wait(Micros at_most);
  void ring();
  // From now on nobody waits.
  void stop();
  [[nodiscard]] bool stopped() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable rung_;
  std::uint64_t rings_ = 0;
  bool stopped_ = false;
};

}  // namespace carillon
