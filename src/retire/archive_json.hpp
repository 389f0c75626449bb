// Reading the records of archives: every member may be absent or of another type than last year.
// Internal to retire/. All pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/describe.hpp"

namespace carillon::past {

// One record. Halves of surrogate pairs, which cut texts end with, and bytes that are not UTF-8
// become U+FFFD. `memory` must outlive the value. Errors: corrupt.
[[nodiscard]] Result<json::value> parse_record(std::string_view text, json::storage_ptr memory);

// The member as an object, an array or text; empty or null where it is anything else. A number
// reads as its digits.
[[nodiscard]] const json::object& object_in(const json::object& in, std::string_view key);
[[nodiscard]] const json::array& list_in(const json::object& in, std::string_view key);
[[nodiscard]] std::string text_in(const json::object& in, std::string_view key);
// The first of two members that is text and not empty.
[[nodiscard]] std::string text_in(const json::object& in, std::string_view key,
                                  std::string_view otherwise);
// The value itself as an object; an empty one where it is anything else.
[[nodiscard]] const json::object& object_of(const json::value& in);
[[nodiscard]] std::string text_of(const json::value& in);

}  // namespace carillon::past
