// The connections that are open, and how another thread ends them.
#include <sys/socket.h>

#include "net/connection.hpp"

namespace carillon {

std::int64_t ms_of(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::int64_t steady_ms() {
  return ms_of(std::chrono::steady_clock::now());
}

void Watched::enter(Phase phase, std::int64_t deadline_ms) {
  deadline_ms_.store(deadline_ms, std::memory_order_relaxed);
  // Whoever stops the server looks at these after saying so, and we look for that after these.
  const bool ends_on_stop =
      phase == Phase::idle || phase == Phase::draining || phase == Phase::streaming;
  phase_.store(phase, ends_on_stop ? std::memory_order_seq_cst : std::memory_order_release);
}

void Watched::end_if_late(std::int64_t now_ms) {
  if (now_ms < deadline_ms_ || late_.exchange(true)) return;
  // A late request is still told so; its sending side stays open.
  const Phase now = phase_;
  ::shutdown(fd_, now == Phase::header || now == Phase::body ? SHUT_RD : SHUT_RDWR);
}

void Watched::end_if_idle() {
  const Phase now = phase_;
  if (now == Phase::idle) ::shutdown(fd_, SHUT_RD);
  if (now == Phase::draining || now == Phase::streaming) ::shutdown(fd_, SHUT_RDWR);
}

void Watched::end() {
  late_ = true;
  ::shutdown(fd_, SHUT_RDWR);
}

void Register::add(Watched& connection) {
  const std::scoped_lock lock(mutex_);
  open_.insert(&connection);
  size_ = open_.size();
}

void Register::remove(Watched& connection) {
  const std::scoped_lock lock(mutex_);
  open_.erase(&connection);
  size_ = open_.size();
  if (open_.empty()) emptied_.notify_all();
}

void Register::end_late() {
  const std::int64_t now_ms = steady_ms();
  const std::scoped_lock lock(mutex_);
  for (Watched* connection : open_) connection->end_if_late(now_ms);
}

void Register::end_idle() {
  const std::scoped_lock lock(mutex_);
  for (Watched* connection : open_) connection->end_if_idle();
}

void Register::end_all() {
  const std::scoped_lock lock(mutex_);
  for (Watched* connection : open_) connection->end();
}

bool Register::wait_until_empty(std::int64_t limit_ms) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_for(lock, std::chrono::milliseconds(limit_ms),
                           [this] { return open_.empty(); });
}

}  // namespace carillon
