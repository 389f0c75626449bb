#include <fmt/format.h>

#include <algorithm>

#include "publish/outbox.hpp"
#include "publish/progress.hpp"
#include "publish/rows.hpp"

namespace carillon {

namespace {

// A slow platform must not keep others' outcomes from the database: after so long the group ends.
constexpr Micros group_time = second;

}  // namespace

Result<void> Outbox::settle(std::vector<Moved>& moved) {
  if (moved.empty()) return {};
  const Micros now = clock_.now();
  for (const Moved& one : moved) {
    one.delivery->updated = now;
    if (!one.more) one.delivery->lease = 0;
  }
  crash_point("before settle");
  TRY(auto ours, store_.write([&](Db& db) -> Result<std::vector<Moved>> {
    std::vector<Moved> out;
    for (const Moved& one : moved) {
      const Delivery& delivery = *one.delivery;
      TRY(const bool kept, rows::settle(db, delivery, one.grip));
      if (!kept) continue;
      out.push_back(one);
      CHECK_OK(append_event(db, {ids_.next(),
                                 now,
                                 one.event,
                                 "carillon",
                                 delivery.announcement,
                                 {{"delivery", json::string(delivery.id)},
                                  {"channel", json::string(delivery.channel)},
                                  {"reason", json::string(delivery.reason)}}}));
    }
    return out;
  }));
  moved = std::move(ours);
  crash_point("after settle");
  return {};
}

Result<void> Outbox::settle(Delivery& delivery, const std::string& event) {
  std::vector<Moved> one{{&delivery, event, false, {delivery.lease, 0}}};
  return settle(one);
}

// In one durable commit, before the first byte leaves. What another worker or a person has taken
// from us meanwhile is left out, and what they may take: its lease is over.
Result<std::vector<Delivery*>> Outbox::arm(const std::vector<Delivery*>& group) {
  crash_point("before arm");
  const Micros now = clock_.now();
  TRY(auto armed, store_.write([&](Db& db) -> Result<std::vector<Delivery*>> {
    std::vector<Delivery*> out;
    for (Delivery* delivery : group) {
      TRY(const auto row, rows::take_delivery(db, delivery->id));
      if (!row || row->lease != delivery->lease || row->lease <= now) continue;
      Delivery next = *delivery;
      TRY(next.state, after(next.state, Happening::was_armed));
      next.armed = next.updated = now;
      next.lease = now + options_.lease;
      next.attempts += 1;
      CHECK_OK(rows::save(db, next, false));
      out.push_back(delivery);
    }
    return out;
  }));
  for (Delivery* delivery : armed) {
    delivery->state = DeliveryState::armed;
    delivery->armed = delivery->updated = now;
    delivery->lease = now + options_.lease;
    delivery->attempts += 1;
  }
  crash_point("after arm");
  return armed;
}

// What the platform's answer makes of an armed delivery.
Result<Outbox::Moved> Outbox::judge(Delivery& delivery, const Outcome& outcome) {
  if (const auto* sent = std::get_if<Published>(&outcome)) {
    delivery.receipts.insert(delivery.receipts.end(), sent->receipts.begin(), sent->receipts.end());
    delivery.reason.clear();
    delivery.hint.clear();
    const bool whole = next_step(delivery) == delivery.steps.size();
    TRY(delivery.state,
        after(delivery.state, whole ? Happening::was_sent : Happening::was_sent_in_part));
    return Moved{&delivery, whole ? "delivery.published" : "delivery.part", !whole};
  }
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    TRY(delivery.state, after(delivery.state, Happening::was_refused));
    delivery.reason = refused->reason;
    delivery.hint = refused->hint;
    return Moved{&delivery, "delivery.refused", false};
  }
  if (const auto* later = std::get_if<Later>(&outcome)) {
    TRY(delivery.state, after(delivery.state, Happening::was_not_performed));
    delivery.reason = later->reason;
    delivery.not_before = std::max(later->not_before, clock_.now() + backoff(delivery.attempts));
    return Moved{&delivery, "delivery.later", false};
  }
  TRY(delivery.state, after(delivery.state, Happening::was_lost_sight_of));
  delivery.reason = std::get<Unsure>(outcome).reason;
  delivery.not_before = clock_.now();
  return Moved{&delivery, "delivery.unconfirmed", false};
}

// One commit arms the next step of each, one settles them; then the threads go on.
Result<void> Outbox::send_group(std::vector<Delivery*> group) {
  while (!group.empty()) {
    TRY(const auto armed, arm(group));
    std::vector<Moved> moved;
    for (Delivery* delivery : armed) {
      const Grip grip{delivery->lease, delivery->armed};
      if (clock_.now() > delivery->armed + (moved.empty() ? send_within : group_time)) {
        // Not a byte of it left: it comes next.
        TRY(delivery->state, after(delivery->state, Happening::was_not_performed));
        delivery->attempts -= 1;
        moved.push_back({delivery, "delivery.waits", false, grip});
        continue;
      }
      Access access = access_of(*delivery);
      const Outcome outcome =
          speakers_.at(delivery->channel)
              .adapter->send(delivery->steps[next_step(*delivery)], delivery->receipts, access);
      crash_point("after send");
      TRY(Moved one, judge(*delivery, outcome));
      one.grip = grip;
      moved.push_back(std::move(one));
    }
    CHECK_OK(settle(moved));
    group.clear();
    for (const Moved& one : moved) {
      if (one.more) group.push_back(one.delivery);
    }
  }
  return {};
}

}  // namespace carillon
