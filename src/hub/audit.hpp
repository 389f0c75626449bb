// What happened here, who did it, when and by which way, as an operation.
#pragma once

#include <string>
#include <vector>

#include "core/event.hpp"
#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct LogRequest {
  std::string person = {};
  std::string kind = {};
  std::string subject = {};
  std::string since = {};
  std::string until = {};
  std::int64_t before = 0;
  std::int64_t count = 0;
  static constexpr std::array<std::array<std::string_view, 2>, 7> notes{{
      {"person", "who did it, by name"},
      {"kind", "such as draft.approved, or draft for everything with drafts"},
      {"subject", "what it is about: an id, a slug, a person's or a channel's name"},
      {"since", "the first day or moment"},
      {"until", "only before this day or moment"},
      {"before", "go on after a page: the number that the page before ended with"},
      {"count", "how many; default: 50"},
  }};
};
BOOST_DESCRIBE_STRUCT(LogRequest, (), (person, kind, subject, since, until, before, count))

struct LogEntry {
  std::int64_t number = 0;  // in the chain
  std::string at;           // RFC 3339 in UTC
  std::string who;
  std::string kind;
  std::string subject;    // an id or a name
  std::string about;      // what people call it; empty where that is the subject
  std::string via;        // "session ID", "command line"; empty: the program itself
  std::string said;       // what happened, in a sentence that begins with who did it
  bool override = false;  // done in an emergency, without the approvals it needs
  json::object details;
};
BOOST_DESCRIBE_STRUCT(LogEntry, (),
                      (number, at, who, kind, subject, about, via, said, override, details))

struct LogPage {
  std::vector<LogEntry> events;  // newest first
  std::int64_t next = 0;  // what `before` must be for the page after this; 0: it was the last
};
BOOST_DESCRIBE_STRUCT(LogPage, (), (events, next))

// Addresses, browsers and e-mail addresses of others are for admins. Errors: invalid for a time or
// a count.
Result<LogPage> log_page(Hub& hub, const Actor& actor, const LogRequest& request);

// What an event says to people; `about` is what its subject is called. Without a full stop. Pure.
[[nodiscard]] std::string said_of(const Event& event, const std::string& about);

// The reply for people. Pure.
[[nodiscard]] std::string log_in_words(const LogPage& page, const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> audit_operations();

}  // namespace carillon
