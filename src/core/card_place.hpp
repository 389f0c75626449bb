// Under which part of a rendition the card of a link stands.
#pragma once

#include <cstddef>

#include "core/rendition.hpp"

namespace carillon {

// The card we send stands under the first part, which timelines show; where pictures stand there,
// under the first part without any that shows the link. The number of parts: nowhere. Pure.
[[nodiscard]] std::size_t card_place(const Rendition& rendition);

// A part whose link a platform makes a card of by itself, with that link.
struct OwnCard {
  std::size_t part = 0;
  const Facet* link = nullptr;  // null: there is no such part
};

// Platforms take the first link of a post that has no picture. Pure.
[[nodiscard]] OwnCard own_card(const Rendition& rendition);

}  // namespace carillon
