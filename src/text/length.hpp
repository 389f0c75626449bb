// How long a text is on each platform. All functions are thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace carillon {

// twitter-text's configurations. v1: the rule of 140 characters. v2: an emoji weighs what its code
// points weigh. v3, X since 2018: every emoji weighs 2 however it is composed.
enum class XRules { v1, v2, v3 };

struct XLength {
  std::int64_t weight = 0;  // of the whole text in NFC
  std::int64_t limit = 0;   // 280, in v1 140
  bool allowed = true;      // holds no character that X refuses (U+FFFE, U+FFFF, U+FEFF)
  std::size_t fits = 0;     // UTF-16 units from the start of the text in NFC that keep the limit
  [[nodiscard]] bool valid() const { return allowed && weight > 0 && weight <= limit; }
};

// X's count: Latin and most punctuation weigh one, everything else two, a URL 23.
// https://docs.x.com/fundamentals/counting-characters
[[nodiscard]] XLength x_length(std::string_view text, XRules rules = XRules::v3);
[[nodiscard]] std::int64_t x_weighted_length(std::string_view text);
[[nodiscard]] std::int64_t x_weighted_length_v2(std::string_view text);

// Mastodon's length: graphemes of spoiler and text, a URL with a scheme counted as `url_cost`, a
// remote mention without its server. (StatusLengthValidator of Mastodon 4)
[[nodiscard]] std::int64_t mastodon_length(std::string_view text, std::string_view spoiler = {},
                                           std::int64_t url_cost = 23);

// app.bsky.feed.post takes at most 300 graphemes and 3000 bytes; nothing is shortened.
struct BlueskyLength {
  std::int64_t graphemes = 0;
  std::int64_t bytes = 0;
};
[[nodiscard]] BlueskyLength bluesky_length(std::string_view text);

}  // namespace carillon
