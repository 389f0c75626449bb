// Time comes in as an argument, so that tests own it.
#pragma once

#include <cstdint>

namespace carillon {

// Microseconds since 1970-01-01T00:00:00Z.
using Micros = std::int64_t;
inline constexpr Micros second = 1'000'000;
inline constexpr Micros minute = 60 * second;
inline constexpr Micros hour = 60 * minute;
inline constexpr Micros day = 24 * hour;

// Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Micros now() const = 0;
};

// The machine's wall clock.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Micros now() const override;
};

// A clock that moves only when told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Micros start) : now_(start) {}
  [[nodiscard]] Micros now() const override { return __atomic_load_n(&now_, __ATOMIC_ACQUIRE); }
  void advance(Micros by) { __atomic_add_fetch(&now_, by, __ATOMIC_ACQ_REL); }
  void set(Micros to) { __atomic_store_n(&now_, to, __ATOMIC_RELEASE); }

 private:
  Micros now_;
};

}  // namespace carillon
