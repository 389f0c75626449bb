// What is planned, as a calendar that other programs subscribe to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

inline constexpr std::string_view calendar_path = "/calendar.ics";

struct CalendarLinkRequest {
  static constexpr std::array<std::string_view, 1> required{"name"};
  std::string name;
  std::string person = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"name", "what it is for, such as \"my phone\""},
      {"person", "whose it is; on this machine only, elsewhere it is yours"},
  }};
};
BOOST_DESCRIBE_STRUCT(CalendarLinkRequest, (), (name, person))

struct CalendarLink {
  std::string id;
  std::string name;
  std::string path;     // on the server that runs; told this once
  std::string address;  // the same below the organisation's address
};
BOOST_DESCRIBE_STRUCT(CalendarLink, (), (id, name, path, address))

// Makes the address of a calendar. The token in it opens that calendar and nothing else; removing
// it closes it. Errors: those of owner_of_token and ApiTokens.
Result<CalendarLink> calendar_link(Hub& hub, const Actor& actor,
                                   const CalendarLinkRequest& request);

// The announcements that are planned, for whoever has this token; nothing: it is none, or its
// person may not see them any more. Errors: those of the database.
[[nodiscard]] Result<std::optional<std::string>> calendar_by(Hub& hub, const Secret& token);

// The reply for people. Pure.
[[nodiscard]] std::string calendar_in_words(const CalendarLink& link);

[[nodiscard]] std::vector<Operation<Hub>> calendar_operations();

}  // namespace carillon
