#include "hub/calendar.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/limits.hpp"
#include "hub/access.hpp"
#include "hub/announcements.hpp"
#include "hub/desk.hpp"
#include "hub/own_address.hpp"
#include "hub/people.hpp"
#include "net/url.hpp"
#include "text/icalendar.hpp"

namespace carillon {

namespace {

// Whose calendar it is: somebody who may read here now.
Result<std::optional<Person>> reader_of(Hub& hub, const Secret& secret) {
  ApiTokens tokens(hub.store(), hub.clock(), hub.ids());
  TRY(const auto token, tokens.find_for_calendar(secret));
  if (!token) return std::nullopt;
  TRY(const auto people, people_of(hub).list());
  for (const Person& person : people) {
    if (person.id != token->person) continue;
    const Standing standing =
        standing_of(people, person, hub.workspace().config.team, hub.clock().now());
    if (is_open(standing) && permission_of(person.role) >= token->scope) return person;
  }
  return std::nullopt;
}

CalendarEntry entry_of(const AnnouncementRow& row, const std::vector<Delivery>& deliveries,
                       const std::string& host) {
  CalendarEntry out;
  out.uid = row.id + "@" + host;
  out.summary = title_of(row.draft);
  out.url = row.permalink;
  std::vector<std::string> channels;
  for (const Delivery& one : deliveries) {
    if (one.state != DeliveryState::planned) continue;
    channels.push_back(one.channel);
    out.at = out.at == 0 ? one.due : std::min(out.at, one.due);
    out.changed = std::max(out.changed, one.updated);
  }
  out.description = fmt::format("Planned for: {}", fmt::join(channels, ", "));
  return out;
}

}  // namespace

Result<CalendarLink> calendar_link(Hub& hub, const Actor& actor,
                                   const CalendarLinkRequest& request) {
  TRY(const Person person, owner_of_token(hub, actor, request.person));
  ApiTokens tokens(hub.store(), hub.clock(), hub.ids());
  TRY(const NewApiToken made, tokens.add_for_calendar(person, request.name, actor.until));
  const std::string path = fmt::format("{}?token={}", calendar_path, made.secret.reveal());
  return CalendarLink{made.token.id, made.token.name, path, own_address(hub, path)};
}

Result<std::optional<std::string>> calendar_by(Hub& hub, const Secret& token) {
  TRY(const auto reader, reader_of(hub, token));
  if (!reader) return std::nullopt;
  TRY(const auto rows,
      hub.outbox().announcements(INT64_MIN, INT64_MAX, limits::listed_announcements));
  TRY(const auto outlines, hub.outbox().outlines({}));
  std::map<std::string, std::vector<Delivery>> of;
  for (const Delivery& one : outlines) of[one.announcement].push_back(one);
  const auto own = parse_url(hub.workspace().config.organisation.url);
  std::vector<CalendarEntry> entries;
  for (const AnnouncementRow& row : rows) {
    if (state_of(of[row.id]) == AnnouncementState::scheduled)
      entries.push_back(entry_of(row, of[row.id], own ? own->host : "carillon.invalid"));
  }
  return icalendar(hub.workspace().config.organisation.name, entries);
}

std::string calendar_in_words(const CalendarLink& link) {
  return fmt::format(
      "{}\nThis is shown once. Whoever has it reads what is planned; `carillon token "
      "remove {}` closes it.\n",
      link.address, link.id);
}

std::vector<Operation<Hub>> calendar_operations() {
  return {operation<Hub>(
      {.name = "calendar link",
       .method = "POST",
       .path = "/calendar-links",
       .needs = Permission::author,
       .summary = "an address by which a calendar program shows what is planned",
       .help = "The address holds a token that opens this calendar (iCalendar, RFC 5545) and "
               "nothing else. It is shown once; `carillon token list` and `token remove` have it "
               "among the others.",
       .positional = {"name"},
       .local = {"person"}},
      &calendar_link)};
}

}  // namespace carillon
