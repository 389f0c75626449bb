// The one clock of an episode: in memory that every process of it shares.
#pragma once

#include <sys/mman.h>

#include <cstdlib>

#include "base/clock.hpp"

namespace carillon::soak {

// Stands still but for one microsecond at each look, so that no two ids are made at one moment;
// `advance` makes hours pass. Made before the fork. Thread-safe, and safe between processes.
class SharedClock final : public Clock {
 public:
  SharedClock() {
    void* memory =
        ::mmap(nullptr, sizeof(Micros), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    at_ = static_cast<Micros*>(memory);
  }
  ~SharedClock() override { ::munmap(at_, sizeof(Micros)); }

  [[nodiscard]] Micros now() const override { return __atomic_add_fetch(at_, 1, __ATOMIC_ACQ_REL); }
  // Without the microsecond.
  [[nodiscard]] Micros peek() const { return __atomic_load_n(at_, __ATOMIC_ACQUIRE); }
  void advance(Micros by) { __atomic_add_fetch(at_, by, __ATOMIC_ACQ_REL); }
  void set(Micros to) { __atomic_store_n(at_, to, __ATOMIC_RELEASE); }

 private:
  Micros* at_ = nullptr;
};

}  // namespace carillon::soak
