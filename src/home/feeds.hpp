// What programs read: feeds, the list of channels, the sitemap. Internal to home/.
#pragma once

#include "home/index.hpp"

namespace carillon {

[[nodiscard]] Page atom_feed(const SiteIndex& index);  // RFC 4287
[[nodiscard]] Page rss_feed(const SiteIndex& index);   // RSS 2.0.11, with content:encoded and media
[[nodiscard]] Page json_feed(const SiteIndex& index);  // jsonfeed.org/version/1.1
// The official channels with stable keys; docs/channels-json.md.
[[nodiscard]] Page channels_json(const SiteIndex& index);
[[nodiscard]] Page sitemap(const SiteIndex& index,
                           const std::vector<std::string>& paths);  // sitemaps.org 0.9
[[nodiscard]] Page robots(const SiteIndex& index);                  // RFC 9309

}  // namespace carillon
