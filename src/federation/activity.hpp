// Activities as other servers write them (https://www.w3.org/TR/activitystreams-core/). Pure;
// thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

// Checks what anything of ActivityStreams must be: an object of its context, names and contents as
// text, collections with their kind of items. Errors: corrupt with the member's name.
[[nodiscard]] Result<void> check_activity_streams(const json::value& value);

// What an activity, or the object of one, says as far as we ask.
struct ActivityPart {
  std::string id;      // empty: it has none
  std::string type;    // the first one
  std::string actor;   // who does it, or whom it is attributed to
  std::string object;  // the id of its object
  std::string in_reply_to;
  std::string content;
  std::string summary;  // of a Note, its content warning
  bool is_public = false;
  json::object whole;
};

struct Activity {
  ActivityPart outer;
  std::optional<ActivityPart> inner;  // the object, where it is more than an id
};

// Reads the body of a request to an inbox. Errors: too_large above limits::inbox_bytes, corrupt for
// what is no JSON, too deep, or no activity with type and actor.
[[nodiscard]] Result<Activity> read_activity(std::string_view body);

// The members that are ids, of a value that is one, an object with one, or a list of these.
[[nodiscard]] std::vector<std::string> ids_of(const json::value& value);
// The first of them, or empty.
[[nodiscard]] std::string id_of(const json::value& value);
[[nodiscard]] std::string type_of(const json::value& value);
// The member, or null.
[[nodiscard]] const json::value& member_of(const json::object& object, std::string_view key);

// Host and port of a web address, for comparing who answers for what; empty for anything else.
[[nodiscard]] std::string host_of(std::string_view address);

}  // namespace carillon
