#include "base/pulse.hpp"

#include <chrono>

namespace carillon {

bool Pulse::wait(Micros at_most) {
  std::unique_lock lock(mutex_);
  const std::uint64_t before = rings_;
  return rung_.wait_for(lock, std::chrono::microseconds(at_most),
                        [&] { return stopped_ || rings_ != before; });
}

void Pulse::ring() {
  const std::lock_guard lock(mutex_);
  ++rings_;
  rung_.notify_all();
}

void Pulse::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  rung_.notify_all();
}

bool Pulse::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

}  // namespace carillon
