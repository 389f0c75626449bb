#include <fmt/format.h>

#include <algorithm>

#include "base/moment.hpp"
#include "core/post_text.hpp"
#include "publish/outbox.hpp"
#include "publish/progress.hpp"
#include "publish/removal.hpp"
#include "publish/rows.hpp"

namespace carillon {

namespace {

// Nothing of it is public, nor may be.
bool takes_new_text(const Delivery& delivery) {
  if (delivery.platform == "home") return true;
  const bool open =
      delivery.state == DeliveryState::planned || delivery.state == DeliveryState::due ||
      delivery.state == DeliveryState::refused || delivery.state == DeliveryState::missed ||
      delivery.state == DeliveryState::manual || delivery.state == DeliveryState::cancelled;
  return open && delivery.receipts.empty() && delivery.armed == 0;
}

// Errors: conflict when the row is not as it was read.
Result<void> replace(Db& db, const Delivery& row, const Delivery& seen) {
  TRY(const bool done, rows::replace(db, row, seen));
  if (done) return {};
  return fail(Fault::conflict, fmt::format("the delivery {} has just changed", row.id),
              "Look at it with `carillon status`, and try again.");
}

Result<Delivery> known_delivery(Db& db, const std::string& id) {
  TRY(auto found, rows::delivery(db, id));
  if (found) return std::move(*found);
  return fail(Fault::not_found, fmt::format("there is no delivery {}", id),
              "`carillon status` lists them.");
}

tl::unexpected<Error> unknown_announcement(const std::string& id) {
  return fail(Fault::not_found, fmt::format("there is no announcement {}", id),
              "`carillon status` lists them.");
}

// Two posts may have one slug, as two files called index.md would; the second must not pass for a
// new text of the first. The same text from a new place is the post, moved.
Result<void> check_source(const AnnouncementRow& known, const std::string& digest,
                          const std::string& source) {
  if (source.empty() || known.source.empty() || known.source == source || known.digest == digest)
    return {};
  return fail(
      Fault::conflict, fmt::format("the slug \"{}\" belongs to {}", known.slug, known.source),
      "Nothing was sent. Give this post a line \"slug: …\" of its own; if it is that post in "
      "a new place, publish it there once unchanged.");
}

// What was removed stays so: those who were told of it are told once.
Result<void> check_not_removed(Db& db, const AnnouncementRow& known) {
  TRY(const auto removal, removal_of(db, known.id));
  if (!removal) return {};
  return fail(Fault::conflict,
              fmt::format("{} was removed from the home on {}", known.slug,
                          iso_time(removal->removed).substr(0, 10)),
              "Nothing was sent. To announce it again, give the post a new line \"slug: …\".");
}

// From its first step, with the text of `row`.
void begin_anew(Delivery& delivery, const AnnouncementRow& row, const Rendition& rendition) {
  delivery.announcement = row.id;
  delivery.revision = row.revision;
  delivery.channel = rendition.channel;
  delivery.platform = rendition.platform;
  delivery.state = DeliveryState::planned;
  delivery.rendition = rendition;
  delivery.steps.clear();
  delivery.receipts.clear();
  delivery.attempts = 0;
  delivery.armed = 0;
  delivery.reason.clear();
  delivery.hint.clear();
  delivery.lease = 0;  // whoever is at work on the old text must not send it
}

// It waits for another time than the one a person has named now.
bool moves(const Delivery& delivery, Micros due, const Planning& planning) {
  return planning.at_is_said && delivery.state == DeliveryState::planned && delivery.due != due;
}

// A person posted it by hand. A thread is known by its first part's address.
Result<void> take_word(Delivery& delivery, const std::string& url, bool absent) {
  if (absent)
    return fail(Fault::conflict, "nothing here can send it: a person posts on this channel",
                "Post it by hand and say --url, or --cancel.");
  TRY(delivery.state, after(delivery.state, Happening::person_posted));
  delivery.receipts.assign(delivery.rendition.parts.size(), {.id = {}, .url = url, .extra = {}});
  delivery.reason.clear();
  delivery.hint.clear();
  return {};
}

// There is no way back behind a plan that is not held, nor to the one before the last.
Result<void> keep_hold(Db& db, const AnnouncementRow& row, Hold hold, bool held) {
  if (hold.before.made.empty() && hold.before.deliveries.empty()) return {};
  hold.announcement = row.id;
  return held ? rows::save(db, hold) : rows::remove_hold(db, row.id);
}

Result<void> check(const std::vector<Rendition>& renditions) {
  for (const Rendition& rendition : renditions) {
    if (!rendition.blockers.empty())
      return fail(Fault::invalid,
                  fmt::format("{}: {}", rendition.channel, rendition.blockers.front()),
                  "Nothing was sent. `carillon preview` shows every channel's text.");
  }
  if (renditions.empty())
    return fail(Fault::invalid, "no channel to publish on",
                "Add one with `carillon channel add`, or name one under \"channels\".");
  return {};
}

}  // namespace

bool needs_person(const Delivery& delivery) {
  if (delivery.state == DeliveryState::unconfirmed) return delivery.not_before == INT64_MAX;
  return delivery.state == DeliveryState::refused || delivery.state == DeliveryState::missed ||
         delivery.state == DeliveryState::manual;
}

bool Outbox::rehearses(const std::string& channel) const {
  const auto speaker = speakers_.find(channel);
  return speaker != speakers_.end() && speaker->second.rehearses;
}

Result<AnnouncementRow> Outbox::plan(const Draft& draft, const std::string& permalink,
                                     const std::vector<Rendition>& renditions, Micros due,
                                     const std::string& actor, const Planning& planning) {
  CHECK_OK(check(renditions));
  const std::string digest = digest_of(draft);
  const Micros now = clock_.now();
  return store_.write([&](Db& db) -> Result<AnnouncementRow> {
    TRY(auto known, rows::announcement(db, draft.slug));
    AnnouncementRow row;
    Hold hold{{}, now, due, {}};
    if (known) {
      CHECK_OK(check_source(*known, digest, planning.source));
      CHECK_OK(check_not_removed(db, *known));
      hold.before.row.push_back(*known);
      row = std::move(*known);
    }
    const bool changed = !known || row.digest != digest;
    const bool moved = !planning.source.empty() && row.source != planning.source;
    if (!known) row = {ids_.next(), draft.slug, 0, "", "", {}, now, {}};
    if (moved) row.source = planning.source;
    if (moved && !changed) CHECK_OK(rows::save(db, row, false));
    if (changed) {
      row.revision += 1;
      row.digest = digest;
      row.permalink = permalink;
      row.draft = draft;
      CHECK_OK(rows::save(db, row, !known));
      CHECK_OK(append_event(db, {ids_.next(),
                                 now,
                                 "announcement.planned",
                                 actor,
                                 row.id,
                                 {{"revision", row.revision}, {"slug", json::string(row.slug)}}}));
    }
    TRY(const auto existing, rows::deliveries(db, row.id));
    for (const Rendition& rendition : renditions) {
      const auto old = std::find_if(existing.begin(), existing.end(), [&](const Delivery& one) {
        return one.channel == rendition.channel;
      });
      const bool is_new = old == existing.end();
      Delivery delivery = is_new ? Delivery{} : *old;
      const bool pretends = rehearses(rendition.channel);
      const bool practised = !is_new && old->rehearsed && !pretends;
      const bool newer = is_new || (delivery.revision != row.revision && takes_new_text(delivery));
      if (newer || practised) {
        if (is_new) delivery.id = ids_.next();
        if (is_new || practised) delivery.rehearsed = pretends;
        begin_anew(delivery, row, rendition);
      } else if (!moves(delivery, due, planning)) {
        continue;
      }
      delivery.due = delivery.not_before = due;
      delivery.updated = now;
      if (is_new) {
        hold.before.made.push_back(delivery.id);
        CHECK_OK(rows::save(db, delivery, true));
      } else {
        hold.before.deliveries.push_back(*old);
        CHECK_OK(replace(db, delivery, *old));
      }
    }
    CHECK_OK(keep_hold(db, row, std::move(hold), planning.held));
    return row;
  });
}

Result<Delivery> Outbox::delivery(const std::string& id) {
  return store_.read([&](Db& db) { return known_delivery(db, id); });
}

Result<AnnouncementRow> Outbox::announcement(const std::string& id) {
  TRY(auto found, store_.read([&](Db& db) { return rows::announcement(db, id); }));
  if (found) return std::move(*found);
  return unknown_announcement(id);
}

Result<std::vector<Delivery>> Outbox::deliveries(const std::string& announcement) {
  return store_.read([&](Db& db) { return rows::deliveries(db, announcement); });
}

Result<std::vector<AnnouncementRow>> Outbox::announcements() {
  return store_.read([](Db& db) { return rows::announcements(db); });
}

Result<std::vector<AnnouncementRow>> Outbox::announcements(Micros from, Micros to,
                                                           std::int64_t count) {
  return store_.read([&](Db& db) { return rows::announcements(db, from, to, count); });
}

Result<std::vector<AnnouncementRow>> Outbox::at_home() {
  return store_.read([](Db& db) { return rows::at_home(db); });
}

Result<std::map<std::string, AnnouncementRow>> Outbox::names(
    const std::vector<Delivery>& deliveries) {
  using Names = std::map<std::string, AnnouncementRow>;
  return store_.read([&](Db& db) -> Result<Names> {
    Names out;
    for (const Delivery& one : deliveries) {
      if (out.contains(one.announcement)) continue;
      TRY(auto row, rows::name(db, one.announcement));
      if (row) out.emplace(one.announcement, std::move(*row));
    }
    return out;
  });
}

Result<std::vector<Delivery>> Outbox::outlines(const DeliveryQuery& query) {
  return store_.read([&](Db& db) { return rows::outlines(db, query); });
}

Result<std::vector<Delivery>> Outbox::move(const std::string& announcement, Micros due,
                                           const std::string& actor) {
  return store_.write([&](Db& db) -> Result<std::vector<Delivery>> {
    TRY(const auto row, rows::announcement(db, announcement));
    if (!row) return unknown_announcement(announcement);
    TRY(auto all, rows::deliveries(db, row->id));
    bool any = false;
    for (Delivery& delivery : all) {
      if (delivery.state != DeliveryState::planned) continue;
      any = true;
      const Delivery seen = delivery;
      delivery.due = delivery.not_before = due;
      delivery.updated = clock_.now();
      CHECK_OK(replace(db, delivery, seen));
    }
    if (!any)
      return fail(Fault::conflict, "nothing of it waits for a time any more",
                  "What went out stays as it is; `carillon status` shows where it stands.");
    CHECK_OK(append_event(db, {ids_.next(),
                               clock_.now(),
                               "announcement.moved",
                               actor,
                               row->id,
                               {{"due", iso_time(due)}}}));
    return all;
  });
}

Result<std::vector<Delivery>> Outbox::overdue(Micros before) {
  return store_.read([&](Db& db) { return rows::overdue(db, before); });
}

Result<std::int64_t> Outbox::version() {
  return store_.read([](Db& db) { return rows::version(db); });
}

Result<Delivery> Outbox::change(const std::string& id, const std::string& actor,
                                const std::string& event,
                                const std::function<Result<void>(Delivery&)>& edit) {
  return store_.write([&](Db& db) -> Result<Delivery> {
    TRY(Delivery found, known_delivery(db, id));
    const Delivery seen = found;
    CHECK_OK(edit(found));
    found.lease = 0;  // a worker that holds it has nothing more to say
    found.updated = clock_.now();
    CHECK_OK(replace(db, found, seen));
    CHECK_OK(append_event(db, {ids_.next(),
                               found.updated,
                               event,
                               actor,
                               found.announcement,
                               {{"delivery", json::string(id)}}}));
    return found;
  });
}

Result<Delivery> Outbox::cancel(const std::string& id, const std::string& actor) {
  return change(id, actor, "delivery.cancelled", [](Delivery& delivery) -> Result<void> {
    const bool in_doubt = delivery.state == DeliveryState::unconfirmed;
    auto next = after(delivery.state, Happening::person_cancels);
    if (!next)
      return fail(Fault::conflict,
                  fmt::format("the delivery {} is {}, so it cannot be cancelled", delivery.id,
                              word_of(delivery.state)),
                  "What is public is removed on the platform itself.");
    delivery.state = *next;
    delivery.reason = in_doubt ? "a person cancelled it; whether it was sent is not known"
                               : "a person cancelled it";
    return {};
  });
}

Result<Delivery> Outbox::resolve(const std::string& id, const std::string& url, bool absent,
                                 const std::string& actor) {
  return change(id, actor, "delivery.resolved", [&](Delivery& delivery) -> Result<void> {
    if (delivery.state == DeliveryState::missed || delivery.state == DeliveryState::refused) {
      if (!absent)
        return fail(Fault::conflict, "this delivery was never sent, so it has no address",
                    "Use --absent to send it now, or --cancel.");
      TRY(delivery.state, after(delivery.state, Happening::person_retries));
      delivery.rehearsed = delivery.rehearsed && rehearses(delivery.channel);
      delivery.steps.clear();
      delivery.due = delivery.not_before = clock_.now();
      delivery.reason.clear();
      return {};
    }
    if (delivery.state == DeliveryState::manual) return take_word(delivery, url, absent);
    if (delivery.state != DeliveryState::unconfirmed)
      return fail(Fault::conflict,
                  fmt::format("the delivery {} is {}: there is no doubt to settle", delivery.id,
                              word_of(delivery.state)),
                  "`carillon status` tells what needs you; --cancel stops one that is planned.");
    const std::size_t doubtful = next_step(delivery);
    const bool last = doubtful + 1 >= delivery.steps.size();
    TRY(delivery.state, after(delivery.state, absent ? Happening::proved_absent
                                              : last ? Happening::found
                                                     : Happening::was_sent_in_part));
    delivery.reason.clear();
    delivery.hint.clear();
    delivery.not_before = clock_.now();
    if (absent) {
      delivery.armed = 0;
      delivery.due = clock_.now();
      return {};
    }
    // Only the step in doubt is there; the parts behind it were never sent.
    const Step& step = delivery.steps[doubtful];
    const Receipt seen{.id = {}, .url = url, .extra = {}};
    delivery.receipts.resize(static_cast<std::size_t>(step.first + step.count), seen);
    return {};
  });
}

}  // namespace carillon
