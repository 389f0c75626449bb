// How far a delivery is, and when it is tried again. Pure.
#pragma once

#include <algorithm>

#include "publish/outbox.hpp"

namespace carillon {

inline constexpr Micros retry_max = hour;

// How long to wait after so many attempts.
[[nodiscard]] inline Micros backoff(std::int64_t attempts) {
  const Micros wait = 5 * second << std::min<std::int64_t>(attempts, 10);
  return std::min(wait, retry_max);
}

// The first step that has no receipt yet; the number of steps when all have.
[[nodiscard]] inline std::size_t next_step(const Delivery& delivery) {
  for (std::size_t i = 0; i < delivery.steps.size(); ++i) {
    if (delivery.steps[i].first >= static_cast<std::int64_t>(delivery.receipts.size())) return i;
  }
  return delivery.steps.size();
}

}  // namespace carillon
