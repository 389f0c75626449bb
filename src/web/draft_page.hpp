// The pages on which an announcement is written, judged and published.
#pragma once

#include "web/workplace.hpp"

namespace carillon {

inline constexpr std::string_view draft_path = "/desk/draft/";

// /desk/new. Thread-safe.
[[nodiscard]] HttpAnswer new_draft(const Workplace& place);
// /desk/draft/ID, by GET and POST. Thread-safe.
[[nodiscard]] HttpAnswer draft_page(const Workplace& place);

// "Approved by 1 of 2" as a mark. Pure.
[[nodiscard]] Html state_mark(std::string_view word, std::string_view tone);

}  // namespace carillon
