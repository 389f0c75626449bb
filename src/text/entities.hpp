// Links, mentions and tags in a plain text, as each platform itself sees them.
#pragma once

#include <cstddef>
#include <functional>
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

  bool operator==(const Entity&) const = default;
};

// All functions take any bytes; what they return is sorted by `begin`, never overlaps, and lies on
// code point borders. Thread-safe.

// X: URLs with http(s) or by a known top-level domain, @name and @name/list, #tag, $CASH.
// https://docs.x.com/fundamentals/counting-characters and twitter-text 3.
[[nodiscard]] std::vector<Entity> x_entities(std::string_view text);
[[nodiscard]] std::vector<Entity> x_urls(std::string_view text);
[[nodiscard]] std::vector<Entity> x_mentions(std::string_view text);  // value may be "name/list"
[[nodiscard]] std::vector<Entity> x_hashtags(std::string_view text);  // those within URLs left out
[[nodiscard]] std::vector<Entity> x_cashtags(std::string_view text);
// The name that the text replies to when it begins with a mention, else empty.
[[nodiscard]] std::string x_reply_to(std::string_view text);

// Mastodon 4: URLs with a scheme (http, https, gemini, ipfs and the like), xmpp: and magnet: links,
// @name and @name@server, #tag.
[[nodiscard]] std::vector<Entity> mastodon_entities(std::string_view text);
[[nodiscard]] std::vector<Entity> mastodon_hashtags(std::string_view text);
[[nodiscard]] std::vector<Entity> mastodon_mentions(std::string_view text);
// Those that count as `characters_reserved_per_url`: xmpp: and magnet: do not.
[[nodiscard]] std::vector<Entity> mastodon_urls(std::string_view text);

// Bluesky: what its own client makes facets of (@atproto/api 0.21, detectFacets), but "httpbin.org"
// gets its "https://" like any bare domain, and of overlapping facets the first stays.
// https://docs.bsky.app/docs/advanced-guides/post-richtext
[[nodiscard]] std::vector<Entity> bluesky_entities(std::string_view text);

// What `find` sees in the lines that `wanted` picks. No entity goes on in the next line, so this is
// what it would see in the whole text, for the price of those lines. Pure.
[[nodiscard]] std::vector<Entity> entities_in_lines(
    std::string_view text, const std::function<bool(std::string_view)>& wanted,
    const std::function<std::vector<Entity>(std::string_view)>& find);

// Sorts and drops those that begin inside an earlier one; of two with one beginning the first in
// the list stays.
void drop_overlaps(std::vector<Entity>& entities);

}  // namespace carillon
