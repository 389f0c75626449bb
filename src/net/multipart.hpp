// Reads what a browser or an app sends as multipart/form-data (RFC 7578). Pure; thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http.hpp"

namespace carillon {

// The fields in their order. Errors: invalid for another content type, a boundary that is none, a
// field without a name, a body that does not end as it began; too_large for more than
// limits::query_pairs fields.
[[nodiscard]] Result<std::vector<FormPart>> parse_multipart(std::string_view content_type,
                                                            std::string_view body);

}  // namespace carillon
