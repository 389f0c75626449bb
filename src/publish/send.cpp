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
  if (told_) {
    for (const Moved& one : moved) told_(*one.delivery, one.event);
  }
  return {};
}

Result<void> Outbox::settle(Delivery& delivery, const std::string& event) {
  std::vector<Moved> one{{&delivery, event, false, {delivery.lease, 0}}};
  return settle(one);
}

// In one durable commit, before the first byte leaves. What another worker or a person has taken
// from us meanwhile is left out, and what they may take: its lease is over.
Result<std::vector<Outbox::Armed>> Outbox::arm(const std::vector<Delivery*>& group) {
  crash_point("before arm");
  const Micros now = clock_.now();
  TRY(auto armed, store_.write([&](Db& db) -> Result<std::vector<Armed>> {
    std::vector<Armed> out;
    for (Delivery* delivery : group) {
      TRY(const auto row, rows::take_delivery(db, delivery->id));
      if (!row || row->lease != delivery->lease || row->lease <= now) continue;
      const bool again = delivery->state == DeliveryState::unconfirmed;
      Delivery next = *delivery;
      TRY(next.state, after(next.state, again ? Happening::was_armed_again : Happening::was_armed));
      next.armed = next.updated = now;
      next.lease = now + options_.lease;
      next.attempts += 1;
      CHECK_OK(rows::save(db, next, false));
      out.push_back({delivery, again});
    }
    return out;
  }));
  for (const Armed& one : armed) {
    one.delivery->state = DeliveryState::armed;
    one.delivery->armed = one.delivery->updated = now;
    one.delivery->lease = now + options_.lease;
    one.delivery->attempts += 1;
  }
  crash_point("after arm");
  return armed;
}

// What the platform's answer makes of an armed delivery.
Result<Outbox::Moved> Outbox::judge(Armed armed, const Outcome& outcome) {
  Delivery& delivery = *armed.delivery;
  if (const auto* sent = std::get_if<Published>(&outcome)) {
    delivery.receipts.insert(delivery.receipts.end(), sent->receipts.begin(), sent->receipts.end());
    delivery.reason.clear();
    delivery.hint.clear();
    const bool whole = next_step(delivery) == delivery.steps.size();
    TRY(delivery.state,
        after(delivery.state, whole ? Happening::was_sent : Happening::was_sent_in_part));
    return Moved{&delivery, whole ? "delivery.published" : "delivery.part", !whole};
  }
  return armed.again ? judge_repetition(delivery, outcome) : judge_failure(delivery, outcome);
}

Result<Outbox::Moved> Outbox::judge_failure(Delivery& delivery, const Outcome& outcome) {
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    TRY(delivery.state, after(delivery.state, Happening::was_refused));
    delivery.armed = 0;
    delivery.reason = refused->reason;
    delivery.hint = refused->hint;
    return Moved{&delivery, "delivery.refused", false};
  }
  if (const auto* later = std::get_if<Later>(&outcome)) {
    TRY(delivery.state, after(delivery.state, Happening::was_not_performed));
    delivery.armed = 0;
    delivery.reason = later->reason;
    delivery.not_before = std::max(later->not_before, clock_.now() + backoff(delivery.attempts));
    return Moved{&delivery, "delivery.later", false};
  }
  TRY(delivery.state, after(delivery.state, Happening::was_lost_sight_of));
  delivery.reason = std::get<Unsure>(outcome).reason;
  delivery.attempts = 0;  // now counts how often it is looked for
  const Adapter& adapter = *speakers_.at(delivery.channel).adapter;
  const bool repeats = adapter.replay() == Replay::safe && !adapter.can_find();
  delivery.not_before = clock_.now() + (repeats ? backoff(1) : 0);
  return Moved{&delivery, "delivery.unconfirmed", false};
}

// Whatever a repetition is answered but "published": it says nothing of the first attempt.
Result<Outbox::Moved> Outbox::judge_repetition(Delivery& delivery, const Outcome& outcome) {
  TRY(delivery.state, after(delivery.state, Happening::was_lost_sight_of));
  if (const auto* refused = std::get_if<Refused>(&outcome)) {
    leave_to_person(delivery, "it may have been sent before, and sending it again was refused: " +
                                  refused->reason);
    return Moved{&delivery, "delivery.needs_person", false};
  }
  const auto* later = std::get_if<Later>(&outcome);
  delivery.reason = later != nullptr ? later->reason : std::get<Unsure>(outcome).reason;
  delivery.not_before =
      std::max(later != nullptr ? later->not_before : 0, clock_.now() + backoff(delivery.attempts));
  return Moved{&delivery, "delivery.unconfirmed", false};
}

// Not a byte of it left: it comes next.
Result<Outbox::Moved> Outbox::put_off(Armed armed) {
  Delivery& delivery = *armed.delivery;
  TRY(delivery.state, after(delivery.state, armed.again ? Happening::was_lost_sight_of
                                                        : Happening::was_not_performed));
  if (!armed.again) delivery.armed = 0;
  delivery.attempts -= 1;
  return Moved{&delivery, "delivery.waits", false};
}

// One commit arms the next step of each, one settles them; then the threads go on.
Result<void> Outbox::send_group(std::vector<Delivery*> group) {
  while (!group.empty()) {
    TRY(const auto armed, arm(group));
    std::vector<Moved> moved;
    for (const Armed& one : armed) {
      Delivery& delivery = *one.delivery;
      const Grip grip{delivery.lease, delivery.armed};
      if (clock_.now() > delivery.armed + (moved.empty() ? send_within : group_time)) {
        TRY(moved.emplace_back(), put_off(one));
      } else {
        Access access = access_of(delivery);
        const Outcome outcome =
            speakers_.at(delivery.channel)
                .adapter->send(delivery.steps[next_step(delivery)], delivery.receipts, access);
        crash_point("after send");
        TRY(moved.emplace_back(), judge(one, outcome));
      }
      moved.back().grip = grip;
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
