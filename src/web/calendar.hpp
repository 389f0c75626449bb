// What is planned, at /calendar.ics?token=TOKEN.
#pragma once

#include <optional>

#include "web/page.hpp"

namespace carillon {

// Answers what is for this address; nothing for every other path. Without a token that opens it
// there is no such page. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_calendar(Service& service, const HttpQuery& query);

}  // namespace carillon
