// The home as files, for any web server: the same bytes that the cache serves.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "home/site.hpp"

namespace carillon {

struct StaticReport {
  std::int64_t written = 0;    // new or changed
  std::int64_t unchanged = 0;  // already had these bytes
  std::int64_t removed = 0;    // written by an earlier build, gone from this one
};

// Writes every page of the view, and the media files it shows (from `media_dir`), into `dir`, which
// is made if absent. Each file is replaced at once (written beside it, then renamed). Files of an
// earlier build that are no longer part of the site are deleted; every other file is left alone,
// and one that stands where a page must go is an error (conflict). What was written is listed in
// `dir`/.carillon-site. Other errors: unavailable with the path, not_found for a missing picture.
[[nodiscard]] Result<StaticReport> write_static_site(const SiteView& view, const std::string& dir,
                                                     const std::string& media_dir);

}  // namespace carillon
