// The desk in the browser: what needs a person, the drafts, and where announcements stand.
#pragma once

#include <optional>

#include "web/page.hpp"

namespace carillon {

// Answers /desk and what is below it; nothing for every other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_desk(Service& service, const HttpQuery& query);

}  // namespace carillon
