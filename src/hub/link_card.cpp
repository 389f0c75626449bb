#include "hub/link_card.hpp"

#include "core/card_place.hpp"
#include "core/platform_rules.hpp"
#include "home/site.hpp"

namespace carillon {

CardShown card_shown(const Rendition& rendition, const Draft& draft, const std::string& permalink) {
  CardShown out;
  const bool has_picture = !draft.media.empty();
  if (const std::size_t place = card_place(rendition); place < rendition.parts.size()) {
    const LinkCard& card = *rendition.card;
    out = {card.url, card.title, card.description, -1, std::int64_t(place), true, false};
  } else if (!rendition.card && platform_rules(rendition.platform).cards) {
    const OwnCard own = own_card(rendition);
    if (own.link == nullptr) return out;
    out.url = own.link->value;
    out.part = std::int64_t(own.part);
  }
  if (out.url.empty()) return out;
  out.foreign = permalink.empty() || out.url != permalink;
  if (out.foreign) return out;
  if (!out.sent) {
    PagePreview page = page_preview(draft);
    out.title = std::move(page.title);
    out.description = std::move(page.description);
  }
  if (has_picture && draft.warning.empty()) out.picture = 0;
  return out;
}

}  // namespace carillon
