// An announcement as one channel will show it: parts of a thread, the exact text of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

// Which text was used: the one a person wrote for this channel, the whole announcement, the
// shortest text a person wrote that fits, or summary and permalink.
enum class Used { own, full, shortest, summary };
BOOST_DESCRIBE_ENUM(Used, own, full, shortest, summary)

enum class FacetKind { link, mention, tag };
BOOST_DESCRIBE_ENUM(FacetKind, link, mention, tag)

// A marked range of a part's text: UTF-8 bytes, end exclusive. `value` is the URL, the handle
// without "@", or the tag without "#".
struct Facet {
  FacetKind kind = FacetKind::link;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(Facet, (), (kind, begin, end, value))

struct Part {
  std::string text;
  std::int64_t length = 0;  // as the platform counts
  std::int64_t limit = 0;   // 0: none
  std::vector<Facet> facets;
  std::vector<std::int64_t> media;  // indices into the draft's media
};
BOOST_DESCRIBE_STRUCT(Part, (), (text, length, limit, facets, media))

// The card a platform shows for a link.
struct LinkCard {
  std::string url;
  std::string title;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(LinkCard, (), (url, title, description))

struct Rendition {
  std::string channel;
  std::string platform;
  std::vector<Part> parts;
  Used used = Used::full;
  std::optional<LinkCard> card;
  std::string language;
  std::string warning;                // a content warning in the platform's own place for one
  bool poll = false;                  // the announcement's poll goes with the first part
  std::vector<std::string> warnings;  // sentences for the person who publishes
  std::vector<std::string> blockers;  // why it cannot be sent as it is
};
BOOST_DESCRIBE_STRUCT(Rendition, (),
                      (channel, platform, parts, used, card, language, warning, poll, warnings,
                       blockers))

}  // namespace carillon
