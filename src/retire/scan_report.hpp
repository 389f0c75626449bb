// What a scan found, for those who read it: a volunteer, a council, a code host.
#pragma once

#include <string>
#include <vector>

#include "retire/reference.hpp"

namespace carillon {

// Grouped by what is to be done, with what to do next; what stands alike on many pages of a web
// site is one entry. Ends with a line break. Pure.
[[nodiscard]] std::string findings_in_words(const std::vector<Reference>& findings,
                                            std::int64_t files, std::int64_t pages = 0);

// "3 files", "412 pages", "3 files and 412 pages". Pure.
[[nodiscard]] std::string files_and_pages(std::int64_t files, std::int64_t pages);

// One JSON object a line, in the findings' order. Pure.
[[nodiscard]] std::string findings_as_lines(const std::vector<Reference>& findings);

// SARIF 2.1.0: what is to be removed as a warning, what is to be decided as a note. What is left
// alone is not in it. Pure.
[[nodiscard]] json::value findings_as_sarif(const std::vector<Reference>& findings);

// A page that stands for itself, without a script; `about` says what was scanned for whom. Pure.
[[nodiscard]] std::string findings_as_page(const std::vector<Reference>& findings,
                                           const std::string& about);

}  // namespace carillon
