#include "hub/announcements.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/clearance.hpp"
#include "hub/desk.hpp"
#include "hub/post_checks.hpp"
#include "hub/reply_answers.hpp"
#include "publish/removal.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

// A day of the organisation's calendar, or a time. `empty` for no text.
Result<Micros> bound_of(const Hub& hub, const std::string& text, const std::string& where,
                        Micros empty) {
  if (text.empty()) return empty;
  const std::string whole = parse_day(text) ? text + " 00:00" : text;
  auto when = parse_when(whole, hub.workspace().config.organisation.time_zone);
  if (!when) return tl::unexpected<Error>(within(where, std::move(when).error()));
  return *when;
}

Micros first_due(const std::vector<Delivery>& deliveries) {
  Micros out = INT64_MAX;
  for (const Delivery& one : deliveries) out = std::min(out, one.due);
  return deliveries.empty() ? 0 : out;
}

Result<std::vector<AnnouncementHappening>> history_of(Hub& hub, const AnnouncementRow& row,
                                                      const std::vector<Delivery>& deliveries) {
  TRY(const auto events, hub.store().read([&](Db& db) { return events_about(db, row.id); }));
  std::vector<AnnouncementHappening> out;
  for (const Event& event : events) {
    AnnouncementHappening one{iso_time(event.at), event.actor, event.kind, {}};
    if (const json::value* id = event.data.if_contains("delivery"); id != nullptr) {
      for (const Delivery& delivery : deliveries) {
        if (id->is_string() && delivery.id == std::string_view(id->get_string()))
          one.channel = delivery.channel;
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

// How long it can still be withdrawn, in milliseconds.
Result<std::int64_t> held_of(Hub& hub, const AnnouncementRow& row) {
  TRY(const auto hold, hub.outbox().hold(row.id));
  return hold ? std::max<Micros>(0, hold->until - hub.clock().now()) / 1000 : 0;
}

Result<AnnouncementView> view_of(Hub& hub, const AnnouncementRow& row) {
  TRY(const auto deliveries, hub.outbox().outlines({.announcement = row.id}));
  AnnouncementView out;
  out.id = row.id;
  out.slug = row.slug;
  out.title = title_of(row.draft);
  out.kind = row.draft.kind;
  out.state = state_of(deliveries);
  out.due = iso_time(first_due(deliveries));
  TRY(const std::int64_t held, held_of(hub, row));
  out.held = out.state == AnnouncementState::scheduled ? held : 0;
  out.revision = row.revision;
  TRY(const auto removal, hub.store().read([&](Db& db) { return removal_of(db, row.id); }));
  if (!removal) out.permalink = row.permalink;
  out.content = row.draft;
  TRY(out.draft, desk_of(hub).published_as(row.id));
  TRY(out.deliveries, views_of(hub, deliveries));
  std::stable_sort(out.deliveries.begin(), out.deliveries.end(),
                   [](const DeliveryView& a, const DeliveryView& b) {
                     return a.needs_person && !b.needs_person;
                   });
  TRY(out.history, history_of(hub, row, deliveries));
  return out;
}

}  // namespace

AnnouncementState state_of(const std::vector<Delivery>& deliveries) {
  std::size_t published = 0;
  std::size_t planned = 0;
  std::size_t cancelled = 0;
  std::size_t stuck = 0;
  for (const Delivery& one : deliveries) {
    if (one.state == DeliveryState::unconfirmed) return AnnouncementState::unconfirmed;
    published += one.state == DeliveryState::published ? 1 : 0;
    planned += one.state == DeliveryState::planned ? 1 : 0;
    cancelled += one.state == DeliveryState::cancelled ? 1 : 0;
    stuck += needs_person(one) ? 1 : 0;
  }
  const std::size_t all = deliveries.size();
  if (published + cancelled == all)
    return published > 0 ? AnnouncementState::published : AnnouncementState::cancelled;
  if (planned + cancelled == all) return AnnouncementState::scheduled;
  if (stuck > 0) return published > 0 ? AnnouncementState::partly : AnnouncementState::failed;
  return AnnouncementState::publishing;
}

Result<std::vector<AnnouncementLine>> announcement_list(Hub& hub, const Actor&,
                                                        const AnnouncementListRequest& request) {
  TRY(const Micros from, bound_of(hub, request.from, "from", INT64_MIN));
  TRY(const Micros to, bound_of(hub, request.to, "to", INT64_MAX));
  TRY(const auto rows, hub.outbox().announcements(from, to, limits::listed_announcements));
  TRY(const auto outlines, hub.outbox().outlines({.from = from, .to = to}));
  std::map<std::string, std::vector<Delivery>> of;
  for (const Delivery& one : outlines) of[one.announcement].push_back(one);
  std::vector<AnnouncementLine> out;
  for (const AnnouncementRow& row : rows) {
    const std::vector<Delivery>& deliveries = of[row.id];
    AnnouncementLine line{row.id,
                          row.slug,
                          title_of(row.draft),
                          row.draft.kind,
                          state_of(deliveries),
                          iso_time(first_due(deliveries)),
                          {}};
    for (const Delivery& one : deliveries)
      line.channels.push_back({one.channel, one.state, needs_person(one)});
    out.push_back(std::move(line));
  }
  return out;
}

Result<AnnouncementView> announcement_show(Hub& hub, const Actor&,
                                           const AnnouncementShowRequest& request) {
  TRY(const AnnouncementRow row, hub.outbox().announcement(request.announcement));
  return view_of(hub, row);
}

Result<AnnouncementView> announcement_move(Hub& hub, const Actor& actor,
                                           const AnnouncementMoveRequest& request) {
  TRY(const AnnouncementRow row, hub.outbox().announcement(request.announcement));
  TRY(const Micros due, moment_of(hub, request.at, "at"));
  CHECK_OK(hub.outbox().move(row.id, due, actor.name));
  return view_of(hub, row);
}

Result<AnnouncementWithdrawn> announcement_withdraw(Hub& hub, const Actor& actor,
                                                    const AnnouncementShowRequest& request) {
  TRY(const AnnouncementRow row, hub.outbox().announcement(request.announcement));
  AnnouncementWithdrawn out{row.slug, {}, false};
  TRY(out.draft, desk_of(hub).published_as(row.id));
  Desk desk = desk_of(hub);
  CHECK_OK(hub.outbox().withdraw(row.id, actor.name, [&](Db& db, const Hold& hold) {
    out.gone = hold.before.row.empty();
    return desk.withdrawn(db, row.id, hold.made, out.gone, signature_of(actor));
  }));
  if (out.gone) CHECK_OK(mark_answered(hub, actor, row.draft, ReplyState::seen));
  return out;
}

std::string announcements_in_words(const std::vector<AnnouncementLine>& all,
                                   const std::string& zone) {
  std::string out;
  for (const AnnouncementLine& one : all) {
    std::string channels;
    for (const ChannelStanding& each : one.channels)
      channels +=
          fmt::format("{}{} {}", channels.empty() ? "" : ", ", each.channel, word_of(each.state));
    out += fmt::format("{:<12} {}\n{:<12} {} ({})\n{:<12} {}\n", word_of(one.state), one.title, "",
                       in_zone(parse_time(one.due).value_or(0), zone), one.slug, "", channels);
  }
  return out.empty() ? "Nothing is announced: `carillon publish FILE` does it.\n" : out;
}

std::string announcement_in_words(const AnnouncementView& one, const std::string& zone) {
  const auto when = [&](const std::string& iso) {
    return in_zone(parse_time(iso).value_or(0), zone);
  };
  std::string out = fmt::format("{}\n  state        {}\n  due          {}\n  revision     {}\n",
                                one.title, word_of(one.state), when(one.due), one.revision);
  if (!one.permalink.empty()) out += "  page         " + one.permalink + "\n";
  if (!one.draft.empty()) out += "  draft        " + one.draft + "\n";
  out += "\n";
  for (const DeliveryView& each : one.deliveries)
    out += fmt::format("  {:<14} {:<12} {}\n", each.channel, word_of(each.state),
                       each.url.empty() ? each.reason : each.url);
  out += "\n";
  for (const AnnouncementHappening& each : one.history)
    out += fmt::format("  {}  {}  {}{}\n", when(each.at), each.what, each.who,
                       each.channel.empty() ? "" : ", " + each.channel);
  return out;
}

std::vector<Operation<Hub>> announcement_operations() {
  return {
      operation<Hub>({.name = "announcement list",
                      .method = "GET",
                      .path = "/announcements",
                      .needs = Permission::author,
                      .summary = "what was announced and what is planned, by time",
                      .help = "The latest first, 500 at most; --to with the time of the last one "
                              "shows what came before it.",
                      .valued = {{"from", "TIME"}, {"to", "TIME"}}},
                     &announcement_list),
      operation<Hub>({.name = "announcement show",
                      .method = "GET",
                      .path = "/announcements/{announcement}",
                      .needs = Permission::author,
                      .summary = "one announcement on every channel, and what happened to it",
                      .positional = {"announcement"}},
                     &announcement_show),
      operation<Hub>({.name = "announcement move",
                      .method = "PATCH",
                      .path = "/announcements/{announcement}",
                      .needs = Permission::editor,
                      .summary = "give what is still planned another time",
                      .help = "What is out already stays as it is. Approvals stay too: the time is "
                              "no part of the text.",
                      .positional = {"announcement", "at"}},
                     &announcement_move),
      operation<Hub>({.name = "announcement withdraw",
                      .method = "POST",
                      .path = "/announcements/{announcement}/withdrawal",
                      .needs = Permission::editor,
                      .summary = "take back what was published a moment ago in the browser",
                      .help = "In the browser what is published at once waits ten seconds. Until "
                              "something of it is on its way this takes it back, as if it was "
                              "never published; later it changes nothing.",
                      .positional = {"announcement"}},
                     &announcement_withdraw),
  };
}

}  // namespace carillon
