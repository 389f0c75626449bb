// What was announced and what is planned, as operations: by time, one whole, moved to another time.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/publishing.hpp"

namespace carillon {

// Of all deliveries of an announcement together. Scheduled: nothing has left, and all of it will.
// Partly: some channels have it, and others will not before a person acts.
enum class AnnouncementState {
  scheduled,
  publishing,
  published,
  partly,
  failed,
  unconfirmed,
  cancelled,
};
BOOST_DESCRIBE_ENUM(AnnouncementState, scheduled, publishing, published, partly, failed,
                    unconfirmed, cancelled)

struct AnnouncementListRequest {
  std::string from = {};
  std::string to = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"from", "due at that time or later: 2026-12-01, or a time"},
      {"to", "due before that time"},
  }};
};
BOOST_DESCRIBE_STRUCT(AnnouncementListRequest, (), (from, to))

struct AnnouncementShowRequest {
  static constexpr std::array<std::string_view, 1> required{"announcement"};
  std::string announcement;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"announcement", "its id or slug"},
  }};
};
BOOST_DESCRIBE_STRUCT(AnnouncementShowRequest, (), (announcement))

struct AnnouncementMoveRequest {
  static constexpr std::array<std::string_view, 2> required{"announcement", "at"};
  std::string announcement;
  std::string at;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"announcement", "its id or slug"},
      {"at", "when, such as \"2026-12-01 15:00 Europe/Paris\", or now"},
  }};
};
BOOST_DESCRIBE_STRUCT(AnnouncementMoveRequest, (), (announcement, at))

struct ChannelStanding {
  std::string channel;
  DeliveryState state = DeliveryState::planned;
  bool needs_person = false;
};
BOOST_DESCRIBE_STRUCT(ChannelStanding, (), (channel, state, needs_person))

// An announcement in a list.
struct AnnouncementLine {
  std::string id;
  std::string slug;
  std::string title;
  Kind kind = Kind::general;
  AnnouncementState state = AnnouncementState::scheduled;
  std::string due;  // of its first delivery: RFC 3339 in UTC
  std::vector<ChannelStanding> channels;
};
BOOST_DESCRIBE_STRUCT(AnnouncementLine, (), (id, slug, title, kind, state, due, channels))

// Something that happened to it. `what`: the event's kind, such as delivery.published.
struct AnnouncementHappening {
  std::string at;
  std::string who;
  std::string what;
  std::string channel;  // empty: of the whole
};
BOOST_DESCRIBE_STRUCT(AnnouncementHappening, (), (at, who, what, channel))

struct AnnouncementView {
  std::string id;
  std::string slug;
  std::string title;
  Kind kind = Kind::general;
  AnnouncementState state = AnnouncementState::scheduled;
  std::string due;
  std::int64_t held = 0;  // for so many milliseconds it can still be withdrawn
  std::int64_t revision = 1;
  std::string permalink;  // empty where there is no home, and once it was removed from it
  std::string draft;      // on the desk; empty: it came from a file
  Draft content;
  std::vector<DeliveryView> deliveries;        // what needs a person first
  std::vector<AnnouncementHappening> history;  // oldest first
};
BOOST_DESCRIBE_STRUCT(AnnouncementView, (),
                      (id, slug, title, kind, state, due, held, revision, permalink, draft, content,
                       deliveries, history))

struct AnnouncementWithdrawn {
  std::string slug;
  std::string draft;  // its text on the desk; empty: it came from a file
  bool gone = false;  // there is no such announcement any more; else it is as it was before
};
BOOST_DESCRIBE_STRUCT(AnnouncementWithdrawn, (), (slug, draft, gone))

// Pure.
[[nodiscard]] AnnouncementState state_of(const std::vector<Delivery>& deliveries);

// The latest first, at most limits::listed_announcements. Errors: invalid for what is no time.
Result<std::vector<AnnouncementLine>> announcement_list(Hub& hub, const Actor& actor,
                                                        const AnnouncementListRequest& request);
// Errors: not_found.
Result<AnnouncementView> announcement_show(Hub& hub, const Actor& actor,
                                           const AnnouncementShowRequest& request);
// An approval stays: the time is no part of what was read. Errors: those of due_of and
// Outbox::move.
Result<AnnouncementView> announcement_move(Hub& hub, const Actor& actor,
                                           const AnnouncementMoveRequest& request);

// Takes back what was published a moment ago and has not left yet, as if it never was. Errors:
// not_found; conflict once something of it is on its way.
Result<AnnouncementWithdrawn> announcement_withdraw(Hub& hub, const Actor& actor,
                                                    const AnnouncementShowRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string announcements_in_words(const std::vector<AnnouncementLine>& all,
                                                 const std::string& zone);
[[nodiscard]] std::string announcement_in_words(const AnnouncementView& one,
                                                const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> announcement_operations();

}  // namespace carillon
