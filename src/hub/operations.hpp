// All operations of this program, joined from the capabilities that own them.
#pragma once

#include <string_view>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

// Below /api/v1: not an operation but a stream of what changed.
inline constexpr std::string_view changes_path = "/events/stream";

// In the order of the command line's help. Constant.
[[nodiscard]] const std::vector<Operation<Hub>>& operations();

// The operation of that name, or nothing.
[[nodiscard]] const Operation<Hub>* find_operation(std::string_view name);

// Calls it; what changed something stands in the log of events with its actor, told by the function
// itself or else under the name of the operation. Errors: those of the operation.
Result<json::value> perform(Hub& hub, const Operation<Hub>& operation, const Actor& actor,
                            const json::value& request);

// The HTTP interface as an OpenAPI 3.1 document, made from the rows. Pure.
[[nodiscard]] json::value openapi_document();

}  // namespace carillon
