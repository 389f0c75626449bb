// Which copy of a page a client wants, and whether it has it already (RFC 9110 sections 12 and 13).
#pragma once

#include <string_view>

namespace carillon {

enum class Coding { identity, gzip, brotli };

// The best coding that an Accept-Encoding header allows; identity where it is empty. Pure.
[[nodiscard]] Coding coding_for(std::string_view accept);

// Whether an If-None-Match header names the entity tag, by the weak comparison (RFC 9110 section
// 13.1.2). Pure.
[[nodiscard]] bool names_tag(std::string_view list, std::string_view etag);

}  // namespace carillon
