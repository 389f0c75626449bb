// How far a delivery is, and when it is tried again. Pure.
#pragma once

#include <algorithm>
#include <utility>

#include "publish/outbox.hpp"

namespace carillon {

inline constexpr Micros retry_max = hour;
// A machine may sleep between the arming and the first byte. What has not left after so long does
// not leave under this arming; so whoever finds it in doubt knows how old the request can be.
inline constexpr Micros send_within = 10 * second;

// How long to wait after so many attempts.
[[nodiscard]] inline Micros backoff(std::int64_t attempts) {
  const Micros wait = 5 * second << std::min<std::int64_t>(attempts, 10);
  return std::min(wait, retry_max);
}

// Overdue by more than its window, and nothing of it is public: it is not sent unasked.
[[nodiscard]] inline bool is_late(const Delivery& delivery, Micros window, Micros now) {
  return delivery.due + window < now && delivery.receipts.empty();
}

// When to send again what is proved absent: at once the first time, then as long again from now as
// it is overdue, so that a server that is broken for longer is asked less often.
[[nodiscard]] inline Micros again_at(const Delivery& delivery, Micros now) {
  const Micros overdue = now - delivery.due;
  return overdue < 2 * second ? now : now + std::clamp(overdue, backoff(0), retry_max);
}

// Only a person can tell now.
inline void leave_to_person(Delivery& delivery, std::string reason) {
  delivery.reason = std::move(reason);
  delivery.hint = "Look at the account, then `carillon resolve` with --url or --absent.";
  delivery.not_before = INT64_MAX;
}

// The first step that has no receipt yet; the number of steps when all have.
[[nodiscard]] inline std::size_t next_step(const Delivery& delivery) {
  for (std::size_t i = 0; i < delivery.steps.size(); ++i) {
    if (delivery.steps[i].first >= static_cast<std::int64_t>(delivery.receipts.size())) return i;
  }
  return delivery.steps.size();
}

}  // namespace carillon
