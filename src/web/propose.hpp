// The public pages of proposals: the form at /propose and the page that shows a proposal's fate.
// They need neither an account nor a cookie nor a script.
#pragma once

#include <optional>

#include "web/page.hpp"

namespace carillon {

// Answers what is for these pages; nothing for every other path, and for /propose where the
// organisation takes no proposals. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_propose(Service& service, const HttpQuery& query);

}  // namespace carillon
