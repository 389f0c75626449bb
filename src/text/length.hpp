// How long a text is on each platform.
#pragma once

#include <cstdint>
#include <string_view>

namespace carillon {

// X's weighted length (twitter-text configuration v3): the text in NFC; Latin and punctuation weigh
// one, everything else two, an emoji two however it is composed, a URL 23. Thread-safe.
// https://docs.x.com/fundamentals/counting-characters
[[nodiscard]] std::int64_t x_weighted_length(std::string_view text);

// The older rule of configuration v2, in which an emoji's parts weigh two each.
[[nodiscard]] std::int64_t x_weighted_length_v2(std::string_view text);

// Mastodon's length: graphemes of spoiler and text, a URL with a scheme counted as `url_cost`, a
// remote mention without its server. Thread-safe. (StatusLengthValidator of Mastodon 4)
[[nodiscard]] std::int64_t mastodon_length(std::string_view text, std::string_view spoiler = {},
                                           std::int64_t url_cost = 23);

}  // namespace carillon
