// The ASCII form of a label of an international domain name (RFC 3492).
#pragma once

#include <cstddef>
#include <string_view>

namespace carillon {

// Length of `label` as DNS carries it: its own when it is ASCII, else that of "xn--" and its
// Punycode. Stops early with a value above `enough` when the length exceeds it.
[[nodiscard]] std::size_t ascii_label_size(std::string_view label, std::size_t enough);

}  // namespace carillon
