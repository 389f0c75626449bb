// Graphemes, lengths and entities as every platform sees them, and the names of the AT Protocol.
#include "fuzz.hpp"
#include "text/atproto.hpp"
#include "text/codepoints.hpp"
#include "text/entities.hpp"
#include "text/graphemes.hpp"
#include "text/length.hpp"

using namespace carillon;

namespace {

bool is_border(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
}

void require_entities(std::string_view text, const std::vector<Entity>& entities) {
  std::size_t from = 0;
  const bool utf8 = fuzz::is_utf8(text);
  for (const Entity& entity : entities) {
    fuzz::require(entity.begin >= from, "sorted, without overlap");
    fuzz::require(entity.begin < entity.end && entity.end <= text.size(), "within the text");
    if (utf8)
      fuzz::require(is_border(text, entity.begin) && is_border(text, entity.end),
                    "between code points");
    from = entity.end;
  }
}

void require_names(std::string_view text) {
  fuzz::require(is_at_identifier(text) == (is_handle(text) || is_did(text)), "handle or DID");
  if (is_did(text)) fuzz::require(is_uri(text) || text.size() > 8192, "a DID is a URI");
  static_cast<void>(is_at_uri(text) || is_nsid(text) || is_record_key(text));
  static_cast<void>(is_datetime(text));
  static_cast<void>(is_language(text));
  static_cast<void>(is_cid(text));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto ends = grapheme_ends(text);
  fuzz::require(ends.size() == count_graphemes(text), "both count alike");
  std::size_t from = 0;
  for (const std::size_t end : ends) {
    fuzz::require(end > from, "no cluster is empty");
    from = end;
  }
  fuzz::require(from == text.size(), "clusters cover the text");
  for (const auto& find :
       {x_entities, x_urls, x_mentions, x_hashtags, x_cashtags, mastodon_entities,
        mastodon_hashtags, mastodon_mentions, mastodon_urls, bluesky_entities})
    require_entities(text, find(text));
  static_cast<void>(x_reply_to(text));
  for (const XRules rules : {XRules::v1, XRules::v2, XRules::v3}) {
    const XLength length = x_length(text, rules);
    fuzz::require(length.weight >= 0, "no weight below zero");
    fuzz::require(length.fits <= utf16_length(to_nfc(text)), "what fits is in the text");
  }
  fuzz::require(mastodon_length(text) >= 0, "no length below zero");
  const BlueskyLength bluesky = bluesky_length(text);
  fuzz::require(bluesky.bytes >= bluesky.graphemes, "a grapheme is at least a byte");
  require_names(text);
  return 0;
}
