// What a person reads of an operation's reply. Pure.
#pragma once

#include <string>

#include "base/describe.hpp"

namespace carillon {

// The reply of `operation` in words; `zone` is the organisation's time zone. Ends with a line break
// unless it is empty.
[[nodiscard]] std::string in_words(const std::string& operation, const json::value& reply,
                                   const std::string& zone);

// One delivery, as it is told while publishing.
[[nodiscard]] std::string delivery_in_words(const json::value& view, const std::string& zone);

}  // namespace carillon
