// The head of an answer as it goes over the wire; internal to the server.
#pragma once

#include <string>
#include <string_view>

#include "net/server.hpp"

namespace carillon {

// RFC 9110 section 15; "" for an unknown status.
[[nodiscard]] std::string_view reason_of(int status);

// Whether an answer of this status has a body at all (RFC 9112 section 6.3).
[[nodiscard]] bool has_body(int status);

enum class Closing {
  keep,
  keep_announced,
  close
};  // announced: what HTTP/1.0 clients need to hear

// Writes status line and headers into `out` (replaced, its memory reused). False when a header of
// the answer holds a line break or NUL: sending it would let a value start another header.
[[nodiscard]] bool write_head(const HttpAnswer& answer, Closing closing, std::string& out);

// A short answer of the server itself, as text.
[[nodiscard]] HttpAnswer plain_answer(int status, std::string_view sentence);

}  // namespace carillon
