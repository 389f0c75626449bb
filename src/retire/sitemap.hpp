// The list of its pages that a site offers. https://www.sitemaps.org/protocol.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace carillon {

struct Sitemap {
  std::vector<std::string> pages;     // addresses as they are written
  std::vector<std::string> sitemaps;  // further lists, of an index
  bool cut = false;                   // there was more than is taken
};

// Reads a sitemap or an index of them, as XML or as text with an address a line; also one that is
// packed with gzip. At most limits::sitemap_bytes unpacked and limits::sitemap_pages addresses are
// taken. Foreign elements (images, alternates) are no pages. Errors: corrupt for what is neither
// and for gzip that is broken at its beginning. Pure.
[[nodiscard]] Result<Sitemap> read_sitemap(std::string_view bytes);

}  // namespace carillon
