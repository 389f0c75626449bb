// What follows a text where it is not in it already: the link, and hashtags.
#pragma once

#include <string>
#include <vector>

#include "core/announcement.hpp"
#include "text/limits.hpp"

namespace carillon {

// Whether the text shows this very address: not one that only begins like it. Scheme, "www.", the
// host's capitals and a slash at the end make no difference where the platform sees a link.
[[nodiscard]] bool shows_link(std::string_view text, std::string_view link, const Limits& limits);

// The text with the link behind a blank line, where it does not show it.
[[nodiscard]] std::string with_link(std::string text, const std::string& link,
                                    const Limits& limits);

// The tag as a word that the platform takes for one hashtag, with "#": "tea time" is "#teatime",
// ".NET" "#NET", "node.js" "#nodejs". Empty where only a part of it would be a hashtag ("C++" on X)
// or nothing ("100").
[[nodiscard]] std::string hashtag_of(std::string_view tag, const Limits& limits);

// Appends the draft's tags to the last part as far as they fit with `number` behind them, without
// those that a part has already in any case. Warns of those that can be no hashtag here.
void add_tags(std::vector<std::string>& parts, const Draft& draft, const Limits& limits,
              const std::string& number, std::vector<std::string>& warnings);

}  // namespace carillon
