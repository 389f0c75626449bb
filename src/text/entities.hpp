// Links, mentions and tags in a plain text, as each platform itself sees them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

enum class EntityKind { url, mention, hashtag, cashtag };
BOOST_DESCRIBE_ENUM(EntityKind, url, mention, hashtag, cashtag)

// UTF-8 bytes [begin, end). `value`: the URL as the platform will follow it, the handle without
// "@", the tag without its sign.
struct Entity {
  EntityKind kind = EntityKind::url;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string value;
};

// All functions: sorted by `begin`, never overlapping, on code point borders. Thread-safe.

// X: URLs with or without a scheme by the known top-level domains, @name and @name/list, #tag,
// $CASH. https://docs.x.com/fundamentals/counting-characters and the twitter-text rules.
[[nodiscard]] std::vector<Entity> x_entities(std::string_view text);
[[nodiscard]] std::vector<Entity> x_urls(std::string_view text);
[[nodiscard]] std::vector<Entity> x_mentions(std::string_view text);  // value may be "name/list"
[[nodiscard]] std::vector<Entity> x_hashtags(std::string_view text);  // those within URLs left out
[[nodiscard]] std::vector<Entity> x_cashtags(std::string_view text);

// Mastodon: URLs with a scheme only, xmpp: and magnet: links, @name and @name@server, #tag.
[[nodiscard]] std::vector<Entity> mastodon_entities(std::string_view text);
[[nodiscard]] std::vector<Entity> mastodon_hashtags(std::string_view text);
[[nodiscard]] std::vector<Entity> mastodon_mentions(std::string_view text);
[[nodiscard]] std::vector<Entity> mastodon_urls(std::string_view text);

// Bluesky: what its own client makes facets of;
// https://docs.bsky.app/docs/advanced-guides/post-richtext
[[nodiscard]] std::vector<Entity> bluesky_entities(std::string_view text);

// Sorts and drops those that begin inside an earlier one. Pure.
void drop_overlaps(std::vector<Entity>& entities);

}  // namespace carillon
