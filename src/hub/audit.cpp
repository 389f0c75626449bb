#include "hub/audit.hpp"

#include <fmt/format.h>

#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "hub/clearance.hpp"
#include "hub/desk.hpp"
#include "hub/people.hpp"
#include "hub/record.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

// What people call the things that events are about, each looked up once.
class Names {
 public:
  explicit Names(Hub& hub) : hub_(hub) {}

  Result<std::string> of(const Event& event) {
    const auto known = known_.find(event.subject);
    if (known != known_.end()) return known->second;
    std::string name;
    if (is_tid(event.subject)) {
      TRY(name, look(event));
    }
    return known_.emplace(event.subject, std::move(name)).first->second;
  }

 private:
  // What is gone has no name any more; its id stands for it.
  Result<std::string> look(const Event& event) {
    if (event.kind.starts_with("draft.")) {
      const auto draft = desk_of(hub_).get(event.subject);
      if (draft) return fmt::format("\"{}\"", title_of(draft->last().content));
      return gone(draft.error());
    }
    if (event.kind.starts_with("announcement.") || event.kind.starts_with("delivery.")) {
      const auto announcement = hub_.outbox().announcement(event.subject);
      if (announcement) return announcement->slug;
      return gone(announcement.error());
    }
    TRY(const auto people, people_of(hub_).list());
    for (const Person& person : people) {
      if (person.id == event.subject) return person.name;
    }
    return std::string();
  }

  static Result<std::string> gone(const Error& error) {
    if (error.fault == Fault::not_found) return std::string();
    return tl::unexpected<Error>(error);
  }

  Hub& hub_;
  std::map<std::string, std::string> known_;
};

// A person's name, a slug: what people know of a thing whose id stands in the events.
Result<std::string> subject_for(Hub& hub, const std::string& said) {
  if (said.empty()) return said;
  TRY(const auto person, people_of(hub).find(said));
  if (person) return person->id;
  const auto announcement = hub.outbox().announcement(said);
  if (announcement) return announcement->id;
  if (announcement.error().fault != Fault::not_found)
    return tl::unexpected<Error>(announcement.error());
  return said;
}

Result<EventFilter> filter_of(Hub& hub, const LogRequest& request) {
  EventFilter out;
  out.kind = request.kind;
  out.before = request.before;
  TRY(const auto person, people_of(hub).find(request.person));
  out.actor = person ? person->name : request.person;
  TRY(out.subject, subject_for(hub, request.subject));
  TRY(out.since, moment_of("--since", request.since));
  TRY(out.until, moment_of("--until", request.until));
  return out;
}

// From where others sign in and how they are reached is for admins.
bool is_personal(const Event& event) {
  for (const char* about : {"session", "person", "password", "totp", "recovery_code", "token"}) {
    if (event.kind.starts_with(about)) return true;
  }
  return false;
}

LogEntry entry_of(const NumberedEvent& one, const std::string& about, bool hide) {
  Event event = one.event;
  const bool name_is_address =
      event.subject.find('@') != std::string::npos || about.find('@') != std::string::npos;
  if (hide && is_personal(event)) {
    for (const char* personal : {"address", "browser", "email"}) event.data.erase(personal);
    if (name_is_address && is_personal(event)) event.subject = "(somebody)";
  }
  const std::string shown = hide && is_personal(event) && name_is_address ? "somebody" : about;
  return {.number = one.seq,
          .at = iso_time(event.at),
          .who = event.actor,
          .kind = event.kind,
          .subject = event.subject,
          .about = shown,
          .via = event.via,
          .said = said_of(event, shown),
          .override = event.kind == "draft.overridden",
          .details = event.data};
}

}  // namespace

Result<LogPage> log_page(Hub& hub, const Actor& actor, const LogRequest& request) {
  const std::int64_t count = request.count == 0 ? limits::events_shown : request.count;
  if (count < 1 || count > limits::events_shown_most)
    return fail(Fault::invalid, fmt::format("{} events cannot be shown at once", request.count),
                fmt::format("Take 1 to {}.", limits::events_shown_most));
  if (request.before < 0) return fail(Fault::invalid, "--before is the number of an event");
  TRY(const EventFilter filter, filter_of(hub, request));
  // One more than is shown tells whether there is another page.
  TRY(auto found, hub.store().read([&](Db& db) { return newest_events(db, filter, count + 1); }));
  LogPage out;
  if (std::ssize(found) > count) {
    found.pop_back();
    out.next = found.back().seq;
  }
  Names names(hub);
  for (const NumberedEvent& one : found) {
    TRY(const std::string about, names.of(one.event));
    const bool hide = actor.holds < Permission::admin && one.event.actor != actor.name;
    out.events.push_back(entry_of(one, about, hide));
  }
  return out;
}

std::vector<Operation<Hub>> audit_operations() {
  return {operation<Hub>(
      {.name = "log",
       .method = "GET",
       .path = "/events",
       .needs = Permission::editor,
       .summary = "what happened, who did it, when and by which way",
       .help = "The audit log, newest first. `carillon record verify` checks that nothing in it "
               "was changed.",
       .valued = {{"person", "NAME"},
                  {"since", "DAY"},
                  {"until", "DAY"},
                  {"before", "NUMBER"},
                  {"count", "NUMBER"}}},
      &log_page)};
}

}  // namespace carillon
