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

Result<void> Outbox::settle(const std::vector<Moved>& moved) {
  if (moved.empty()) return {};
  const Micros now = clock_.now();
  for (const Moved& one : moved) {
    one.delivery->updated = now;
    if (!one.more) one.delivery->lease = 0;
  }
  crash_point("before settle");
  const auto done = store_.write([&](Db& db) -> Result<void> {
    for (const Moved& one : moved) {
      const Delivery& delivery = *one.delivery;
      CHECK_OK(rows::save(db, delivery, false));
      CHECK_OK(append_event(db, {ids_.next(),
                                 now,
                                 one.event,
                                 "carillon",
                                 delivery.announcement,
                                 {{"delivery", json::string(delivery.id)},
                                  {"channel", json::string(delivery.channel)},
                                  {"reason", json::string(delivery.reason)}}}));
    }
    return {};
  });
  crash_point("after settle");
  return done;
}

Result<void> Outbox::settle(Delivery& delivery, const std::string& event) {
  return settle(std::vector<Moved>{{&delivery, event, false}});
}

// In one durable commit, before the first byte leaves. A worker that was too slow has lost its
// lease, and with it the right to send: what another one took is left out.
Result<std::vector<Delivery*>> Outbox::arm(const std::vector<Delivery*>& group) {
  const Micros now = clock_.now();
  crash_point("before arm");
  TRY(auto armed, store_.write([&](Db& db) -> Result<std::vector<Delivery*>> {
    std::vector<Delivery*> out;
    for (Delivery* delivery : group) {
      TRY(const auto row, rows::take_delivery(db, delivery->id));
      if (!row || row->lease != delivery->lease || row->state == DeliveryState::cancelled) continue;
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
      if (!moved.empty() && clock_.now() > delivery->armed + group_time) {
        // Not a byte of it left: it comes next.
        TRY(delivery->state, after(delivery->state, Happening::was_not_performed));
        delivery->attempts -= 1;
        moved.push_back({delivery, "delivery.waits", false});
        continue;
      }
      Access access = access_of(*delivery);
      const Outcome outcome =
          speakers_.at(delivery->channel)
              .adapter->send(delivery->steps[next_step(*delivery)], delivery->receipts, access);
      crash_point("after send");
      TRY(Moved one, judge(*delivery, outcome));
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
