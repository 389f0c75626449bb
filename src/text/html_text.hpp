// What a reader sees of foreign HTML. Pure; total over any bytes; linear in the input.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// <br> and paragraph ends become line breaks, other tags go, character references are decoded.
[[nodiscard]] std::string html_to_text(std::string_view html);

}  // namespace carillon
