// The page /account: what somebody who is signed in has here, and what they can change of it.
#pragma once

#include <optional>

#include "web/page.hpp"

namespace carillon {

// Answers what is for this page; nothing for every other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_account(Service& service, const HttpQuery& query);

}  // namespace carillon
