// The pages that links of mails lead to: /mail/proof/TOKEN and /mail/off/TOKEN. Who opens one need
// not be signed in; opening it alone changes nothing, since programs look at links before people
// do.
#pragma once

#include <optional>

#include "web/page.hpp"

namespace carillon {

// Answers what is for these pages; nothing for every other path. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_mail(Service& service, const HttpQuery& query);

}  // namespace carillon
