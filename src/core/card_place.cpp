#include "core/card_place.hpp"

#include <algorithm>

namespace carillon {

std::size_t card_place(const Rendition& rendition) {
  for (std::size_t i = 0; rendition.card && i < rendition.parts.size(); ++i) {
    const Part& part = rendition.parts[i];
    const bool shows = std::any_of(part.facets.begin(), part.facets.end(), [&](const Facet& facet) {
      return facet.kind == FacetKind::link && facet.value == rendition.card->url;
    });
    if (part.media.empty() && (i == 0 || shows)) return i;
  }
  return rendition.parts.size();
}

OwnCard own_card(const Rendition& rendition) {
  for (std::size_t i = 0; i < rendition.parts.size(); ++i) {
    const Part& part = rendition.parts[i];
    if (!part.media.empty()) continue;
    for (const Facet& facet : part.facets) {
      if (facet.kind == FacetKind::link) return {i, &facet};
    }
  }
  return {};
}

}  // namespace carillon
