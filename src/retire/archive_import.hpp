// Takes the public part of an archive into data/archive.db and its media into data/archive/.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retire/archive_source.hpp"
#include "retire/archive_store.hpp"

namespace carillon {

struct ArchiveImported {
  std::string platform;
  std::string handle;
  std::string signature;  // of a repository: "verified" or "not verified"
  bool again = false;     // this very archive had been imported; nothing was done
  bool resumed = false;
  std::int64_t removed = 0;     // posts of earlier imports that are gone from this archive
  std::int64_t unreadable = 0;  // records that were no posts
  ArchiveCounts counts;         // of the whole account, after this import
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(ArchiveImported, (),
                      (platform, handle, signature, again, resumed, removed, unreadable, counts,
                       warnings))

// Told now and then how far it is: what is being counted ("MB", "pictures and videos"), so many of
// so many.
using ArchiveProgress =
    std::function<void(std::string_view what, std::uint64_t done, std::uint64_t of)>;

// Imports an archive, as a file or a folder, into the workspace's data folder. Holds one batch of
// posts in memory, whatever the size of the archive. May be stopped at any moment: the same call
// goes on where it was. Errors: those of open_archive and of reading members, not_found when it is
// no archive that is known, those of bluesky_archive, unavailable (the disk is full).
[[nodiscard]] Result<ArchiveImported> import_archive(const std::string& path,
                                                     const std::string& data_dir,
                                                     const ArchiveProgress& progress,
                                                     const ArchiveAsked& asked = {});

}  // namespace carillon
