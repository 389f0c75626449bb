// Any draft for any channel: it always ends, and a part over the limit is never unsaid.
#include <algorithm>

#include "fuzz.hpp"
#include "text/adapt.hpp"
#include "text/length.hpp"
#include "text/split.hpp"

using namespace carillon;

namespace {

// The first byte says which platform and threads, the second the limit.
Limits limits_of(unsigned char options, unsigned char length) {
  Limits out;
  out.length = length == 0 ? 0 : 4 + length * 2;
  out.threads = static_cast<Threads>((options >> 2U) % 3);
  out.numbered = (options & 16U) != 0;
  out.card = (options & 32U) != 0;
  out.tags = (options & 64U) == 0;
  switch (options & 3U) {
    case 0:
      out.platform = "mastodon";
      out.count = [](std::string_view text) { return mastodon_length(text); };
      out.entities = mastodon_entities;
      break;
    case 1:
      out.platform = "bluesky";
      out.bytes = out.length * 10;
      out.count = [](std::string_view text) { return bluesky_length(text).graphemes; };
      out.entities = bluesky_entities;
      break;
    case 2:
      out.platform = "x";
      out.count = x_weighted_length;
      out.entities = x_entities;
      break;
    default:
      out.platform = "home";
      out.markup = Markup::markdown;
      out.length = 0;
      out.count = [](std::string_view text) { return static_cast<std::int64_t>(text.size()); };
  }
  return out;
}

// The rest, cut at byte 1F: title, summary, link, own text, mention, handle, tag, body.
Announcement announcement_of(std::string_view text, const Limits& limits) {
  std::vector<std::string> fields = split(text, '\x1f');
  fields.resize(std::max<std::size_t>(fields.size(), 8));
  Announcement out;
  out.permalink = "https://news.example.org/posts/one/";
  out.draft.title = fields[0];
  out.draft.summary = fields[1];
  out.draft.link = fields[2];
  if (!fields[3].empty()) out.draft.texts["other"] = fields[3];
  if (fields[3].starts_with("!")) out.draft.texts["here"] = fields[3];
  if (!fields[4].empty()) out.draft.mentions[fields[4]] = {{limits.platform, fields[5]}};
  if (!fields[6].empty()) out.draft.tags = split(fields[6], ',');
  out.draft.body = fields[7];
  return out;
}

void require_facets(const Part& part) {
  std::int64_t from = 0;
  for (const Facet& facet : part.facets) {
    fuzz::require(facet.begin >= from && facet.begin < facet.end, "facets in order");
    fuzz::require(facet.end <= static_cast<std::int64_t>(part.text.size()), "facets in the text");
    from = facet.end;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Limits limits = limits_of(data[0], data[1]);
  const Announcement announcement = announcement_of(fuzz::text_of(data, size).substr(2), limits);
  const Rendition out = adapt(announcement, "here", limits);
  fuzz::require(!out.parts.empty() || !out.blockers.empty(), "nothing to send is said");
  bool over = false;
  for (const Part& part : out.parts) {
    fuzz::require(part.length == limits.count(part.text), "the length is the text's");
    over = over || !fits(part.text, limits);
    require_facets(part);
  }
  fuzz::require(!over || !out.blockers.empty(), "a part too long is blocked");
  return 0;
}
