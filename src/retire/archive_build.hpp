// Writes the past as static files for the organisation's domain.
#pragma once

#include "retire/archive_import.hpp"
#include "retire/archive_place.hpp"

namespace carillon {

struct ArchiveBuilt {
  std::string out;
  std::string path;  // where it shall stand below the organisation's url
  std::int64_t posts = 0;
  std::int64_t pages = 0;
  std::int64_t written = 0;    // new or changed
  std::int64_t unchanged = 0;  // already had these bytes
  std::int64_t removed = 0;    // written by an earlier build, gone from this one
  std::int64_t media = 0;
};
BOOST_DESCRIBE_STRUCT(ArchiveBuilt, (),
                      (out, path, posts, pages, written, unchanged, removed, media))

// Writes into `out`, which is made if absent: a page a day, lists above them, feeds of each account
// (feed.atom, feed.json), `redirects.csv` (original id, original address, path here) and the media
// (hard links where the disk allows, else copies). What the last build wrote and this one does not
// is deleted; what it wrote stands in `out`/.carillon-archive. Holds one month in memory. Errors:
// not_found when nothing was imported, conflict when `out` holds files that are not ours,
// unavailable with the path.
[[nodiscard]] Result<ArchiveBuilt> build_archive(const std::string& data_dir,
                                                 const std::string& out, const PastPlace& place,
                                                 const PastFrame& frame,
                                                 const ArchiveProgress& progress);

}  // namespace carillon
