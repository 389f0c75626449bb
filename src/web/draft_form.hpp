// A draft as the fields of a form, and back.
#pragma once

#include <string>

#include "hub/desk.hpp"
#include "web/workplace.hpp"

namespace carillon {

// The fields, filled in with `draft`.
[[nodiscard]] Html draft_fields(const Workplace& place, const Draft& draft,
                                const Problems& problems);

// What the form says; what it has no field for is as in `base`.
[[nodiscard]] Draft draft_in(const Workplace& place, const QueryPairs& sent, const Draft& base);

// An error of the text beside the field it is about. Pure.
[[nodiscard]] Problem problem_in_draft(const Error& error);

// What each channel would show, counted, by the code that publishes.
[[nodiscard]] Html previews(const Workplace& place, const Draft& draft);

// Lines that went and lines that came.
[[nodiscard]] Html difference(const std::vector<DiffLine>& lines);

}  // namespace carillon
