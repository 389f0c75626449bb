#include "publish/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "publish/progress.hpp"
#include "publish/rows.hpp"
#include "publish/server_fact.hpp"

namespace carillon {

namespace {

// How long a delivery may wait for a server's own work, in all: its lease must last, and others
// stand behind it.
constexpr Micros wait_max = 20 * second;

}  // namespace

Outbox::Outbox(Store& store, HttpClient& http, const Clock& clock, Ids& ids,
               std::map<std::string, Speaker> speakers, OutboxOptions options)
    : store_(store),
      http_(http),
      clock_(clock),
      ids_(ids),
      speakers_(std::move(speakers)),
      options_(std::move(options)) {}

void Outbox::crash_point(const char* name) const {
  if (options_.crash_point) options_.crash_point(name);
}

Access Outbox::access_of(const Delivery& delivery) {
  const std::string channel = delivery.channel;
  return Access{http_,
                clock_,
                [this, channel](const std::string& field) -> Result<Secret> {
                  if (options_.secret) return options_.secret(channel, field);
                  return fail(Fault::not_found, fmt::format("{} has no secret {}", channel, field));
                },
                [this, channel](const std::string& field, const Secret& value) -> Result<void> {
                  if (options_.keep_secret) return options_.keep_secret(channel, field, value);
                  return fail(Fault::internal, "this outbox keeps no secrets");
                },
                [this](const Media& media, const ImageLimits& wanted) -> Result<Image> {
                  if (options_.image) return options_.image(media, wanted);
                  return fail(Fault::invalid, fmt::format("{} cannot be sent", media.file));
                },
                options_.data_dir,
                [this, left = wait_max](Micros time) mutable {
                  left -= time;
                  return left >= 0 && options_.wait && options_.wait(time);
                },
                options_.http,
                options_.reencode};
}

// What a dead worker left armed may have been sent: nobody knows until it is looked for.
Result<void> Outbox::recover(Db& db, Micros now) {
  TRY(auto left, rows::expired(db, now));
  for (Delivery& delivery : left) {
    TRY(delivery.state, after(delivery.state, Happening::was_lost_sight_of));
    delivery.reason = "the program ended while it was being sent";
    delivery.attempts = 0;
    delivery.not_before = now;
    delivery.updated = now;
    CHECK_OK(rows::save(db, delivery, false));
  }
  return {};
}

Result<std::vector<Delivery>> Outbox::claim() {
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<std::vector<Delivery>> {
    CHECK_OK(recover(db, now));
    TRY(auto claimed,
        rows::claimable(db, now,
                        store_.is_postgres() ? limits::outbox_group : limits::outbox_batch));
    std::vector<Delivery> out;
    for (Delivery& delivery : claimed) {
      const bool late = is_late(delivery, options_.window, now);
      if (delivery.state == DeliveryState::planned || delivery.state == DeliveryState::due) {
        if (late) {
          TRY(delivery.state, after(delivery.state, Happening::window_passed));
          delivery.reason = "its time passed while nothing could send it";
          delivery.hint = "Resolve it with --absent to send it now, or --cancel.";
          delivery.updated = now;
          CHECK_OK(rows::save(db, delivery, false));
          CHECK_OK(append_event(db, {ids_.next(),
                                     now,
                                     "delivery.missed",
                                     "carillon",
                                     delivery.announcement,
                                     {{"delivery", json::string(delivery.id)}}}));
          continue;
        }
        if (delivery.state == DeliveryState::planned) {
          TRY(delivery.state, after(delivery.state, Happening::time_came));
        }
      }
      delivery.lease = now + options_.lease;
      CHECK_OK(rows::save(db, delivery, false));
      out.push_back(std::move(delivery));
    }
    return out;
  });
}

Result<void> Outbox::reconcile(Delivery& delivery, std::vector<Delivery*>& ready) {
  const Speaker& speaker = speakers_.at(delivery.channel);
  Access access = access_of(delivery);
  const Step& step = delivery.steps[next_step(delivery)];
  const Finding finding =
      speaker.adapter->find(step, delivery.receipts, delivery.armed + send_within, access);
  crash_point("after find");
  if (const auto* found = std::get_if<Published>(&finding)) {
    delivery.receipts.insert(delivery.receipts.end(), found->receipts.begin(),
                             found->receipts.end());
    const bool whole = next_step(delivery) == delivery.steps.size();
    TRY(delivery.state,
        after(delivery.state, whole ? Happening::found : Happening::was_sent_in_part));
    delivery.reason.clear();
    delivery.hint.clear();
    delivery.not_before = clock_.now();
    return settle(delivery, whole ? "delivery.published" : "delivery.part");
  }
  if (std::holds_alternative<Absent>(finding)) {
    TRY(delivery.state, after(delivery.state, Happening::proved_absent));
    delivery.armed = 0;
    delivery.not_before = again_at(delivery, clock_.now());
    return settle(delivery, "delivery.absent");
  }
  const Replay replay = speaker.adapter->replay();
  const Micros lifetime = speaker.adapter->key_lifetime();
  const bool recognised = lifetime == 0 || clock_.now() < delivery.armed + lifetime;
  const bool can_find = speaker.adapter->can_find();
  // The platform knows the step by its key: sending it again is the way to ask.
  if (replay == Replay::safe && recognised && !can_find) {
    if (!is_late(delivery, options_.window, clock_.now())) {
      ready.push_back(&delivery);
      return {};
    }
    leave_to_person(delivery,
                    "it may have been sent; only sending it again would tell, and its time has "
                    "passed");
    return settle(delivery, "delivery.needs_person");
  }
  delivery.attempts += 1;
  const std::string& reason = std::get<CannotTell>(finding).reason;
  const bool hopeless =
      replay == Replay::ask || !can_find || delivery.attempts > options_.finds_max;
  if (hopeless) {
    // Why it is in doubt is what the person needs first.
    leave_to_person(delivery, delivery.reason.empty() || delivery.reason == reason
                                  ? reason
                                  : delivery.reason + "; " + reason);
    return settle(delivery, "delivery.needs_person");
  }
  delivery.reason = reason;
  delivery.not_before = clock_.now() + backoff(delivery.attempts);
  return settle(delivery, "delivery.looked");
}

void Outbox::prepare(Delivery& delivery, const AnnouncementRow& row) {
  Access access = access_of(delivery);
  const Announcement announcement{row.id, row.revision, row.permalink, row.draft};
  Job job{announcement, delivery.rendition, delivery.id, delivery.due, {}};
  const auto fact = store_.read([&](Db& db) { return server_fact(db, delivery.channel); });
  if (fact && *fact) job.learned = (*fact)->learned;
  auto steps = speakers_.at(delivery.channel).adapter->prepare(job, access);
  if (steps) {
    delivery.steps = std::move(*steps);
    return;
  }
  delivery.reason = steps.error().what;
  delivery.hint = steps.error().hint;
  const Fault fault = steps.error().fault;
  if (fault == Fault::unavailable || fault == Fault::timeout) {
    delivery.attempts += 1;
    delivery.not_before = std::max(access.retry_at, clock_.now() + backoff(delivery.attempts));
  } else {
    delivery.state = DeliveryState::refused;
  }
}

// A rehearsal is no delivery, and what is real is not rehearsed away.
Result<void> Outbox::stand_aside(Delivery& delivery) {
  if (!delivery.rehearsed) {
    delivery.reason = "rehearsal is on, so nothing is sent";
    delivery.hint = "Take the line \"rehearsal: true\" out of carillon.yaml.";
    delivery.not_before = clock_.now() + minute;
    return settle(delivery, "delivery.later");
  }
  const bool in_doubt = delivery.state == DeliveryState::unconfirmed;
  TRY(delivery.state,
      after(delivery.state, in_doubt ? Happening::person_cancels : Happening::window_passed));
  delivery.reason = "it was planned as a rehearsal, which is over";
  delivery.hint = "Publish its file again to send it.";
  return settle(delivery, in_doubt ? "delivery.cancelled" : "delivery.missed");
}

// Looks for what is in doubt, and prepares the rest: what may be sent now goes to `ready`, also
// what is in doubt on a platform that knows a repetition.
Result<void> Outbox::process(Delivery& delivery, std::vector<Delivery*>& ready) {
  if (!speakers_.contains(delivery.channel)) {
    delivery.reason = fmt::format("there is no channel {} in carillon.yaml", delivery.channel);
    delivery.hint = "Put it back, or cancel the delivery.";
    delivery.not_before = clock_.now() + retry_max;
    return settle(delivery, "delivery.later");
  }
  if (delivery.rehearsed != speakers_.at(delivery.channel).rehearses) return stand_aside(delivery);
  if (delivery.state == DeliveryState::unconfirmed) return reconcile(delivery, ready);
  if (speakers_.at(delivery.channel).adapter->by_hand()) {
    TRY(delivery.state, after(delivery.state, Happening::was_handed_over));
    delivery.reason = "a person posts it by hand";
    delivery.hint = fmt::format("`carillon card {}` shows what to post, and where.", delivery.id);
    return settle(delivery, "delivery.handed_over");
  }
  if (delivery.steps.empty()) {
    TRY(const auto row,
        store_.read([&](Db& db) { return rows::announcement(db, delivery.announcement); }));
    if (!row) return fail(Fault::internal, "a delivery without its announcement: " + delivery.id);
    prepare(delivery, *row);
    if (delivery.steps.empty())
      return settle(delivery, delivery.state == DeliveryState::refused ? "delivery.refused"
                                                                       : "delivery.later");
  }
  ready.push_back(&delivery);
  return {};
}

Result<std::int64_t> Outbox::run_once() {
  TRY(auto claimed, claim());
  std::vector<Delivery*> ready;
  for (Delivery& delivery : claimed) {
    const auto done = process(delivery, ready);
    if (!done && done.error().fault != Fault::conflict) return tl::unexpected<Error>(done.error());
  }
  std::vector<Delivery*> group;
  for (Delivery* delivery : ready) {
    // After a crash a whole group is in doubt; where only a person can tell, each goes alone.
    if (speakers_.at(delivery->channel).adapter->replay() == Replay::ask) {
      CHECK_OK(send_group({delivery}));
      continue;
    }
    group.push_back(delivery);
    if (group.size() < limits::outbox_group) continue;
    CHECK_OK(send_group(std::exchange(group, {})));
  }
  CHECK_OK(send_group(std::move(group)));
  return static_cast<std::int64_t>(claimed.size());
}

}  // namespace carillon
