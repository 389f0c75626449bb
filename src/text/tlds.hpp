// The top-level domains: what makes "example.dev" a link and "example.txt" none.
#pragma once

#include <cstddef>
#include <string_view>

namespace carillon {

// Whether `label` stands in the root zone (IANA's list), in Unicode or "xn--" form, in any case.
[[nodiscard]] bool is_tld(std::string_view label);

// End of the top-level domain that X sees at byte `at` of `text`, or 0: a known one (also one since
// withdrawn) before the end of the text or a character other than an ASCII letter, digit, "@", "+"
// or "-"; or any "xn--" label. The longest wins.
[[nodiscard]] std::size_t x_tld_end(std::string_view text, std::size_t at);

}  // namespace carillon
