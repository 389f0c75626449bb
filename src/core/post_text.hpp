// A draft as the post file that says it. Pure; thread-safe.
#pragma once

#include <string>

#include "core/announcement.hpp"

namespace carillon {

// Front matter, one line for each thing said, and the body. `parse_post` reads the same draft from
// it.
[[nodiscard]] std::string post_text(const Draft& draft);

// What names a text: two drafts with the same digest (SHA-256, hex) are the same to the last byte.
[[nodiscard]] std::string digest_of(const Draft& draft);

}  // namespace carillon
