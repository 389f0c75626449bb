// Links of Markdown and reStructuredText as they are written.
#pragma once

#include <cstddef>
#include <string_view>

#include "retire/patch_parts.hpp"

namespace carillon::patch {

// What a link is made of: its whole, and the words it shows.
struct Unit {
  Bounds whole;
  Bounds shown;  // empty: an address or a name that shows itself
  bool picture = false;
};

// The link or address that holds [begin, end). Pure.
[[nodiscard]] Unit unit_at(std::string_view text, std::size_t begin, std::size_t end);

// The `[` that fits the `]` at `close`, or npos. Pure.
[[nodiscard]] std::size_t opening_bracket(std::string_view text, std::size_t close);

}  // namespace carillon::patch
