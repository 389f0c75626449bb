// The files of an archive that a platform gave out: a zip or a tar, a folder, or the repository of
// a Bluesky account. Only the members that are asked for are opened, and nothing is ever unpacked
// by the name that it bears there.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/inflate.hpp"

namespace carillon {

// Not thread-safe.
class ArchiveFiles {
 public:
  // Says of a path inside the archive ("data/tweets.js") whether it may be read at all.
  using Allow = bool (*)(std::string_view);

  ArchiveFiles() = default;
  ArchiveFiles(const ArchiveFiles&) = delete;
  ArchiveFiles& operator=(const ArchiveFiles&) = delete;
  virtual ~ArchiveFiles() = default;

  // The size of a member; nothing when it is not there, not allowed or no plain file (a link).
  [[nodiscard]] virtual std::optional<std::uint64_t> bytes_of(std::string_view name) const = 0;
  // Whether there is such a folder ("data/tweets_media/"), with something in it where it is a zip.
  [[nodiscard]] virtual bool has_folder(std::string_view folder) const = 0;
  // The members right below a folder ("data/js/tweets/"), sorted.
  [[nodiscard]] virtual std::vector<std::string> names_in(std::string_view folder) const = 0;
  // Reads a member from its beginning to its end. Errors: not_found; corrupt (damaged, cut, there
  // twice, sharing its bytes with another one, or larger than it says); too_large (packed so
  // densely that it is made to fill a disk); unavailable; and those of `sink`.
  virtual Result<void> read(std::string_view name, const ByteSink& sink) const = 0;
};

// Opens what the file is by its first bytes, or a folder. The archive may stand in one folder of
// its own within. `scratch`: a folder for what a .tar.gz holds, which cannot be read in place; it
// lies there without a name, and is gone afterwards. Errors: not_found, unavailable, corrupt (none
// of them, or a damaged one), too_large (too many members, a trap).
[[nodiscard]] Result<std::unique_ptr<ArchiveFiles>> open_archive(const std::string& path,
                                                                 ArchiveFiles::Allow allow,
                                                                 const std::string& scratch);

// A whole member. Errors: those of read, too_large over `bytes_max`.
[[nodiscard]] Result<std::string> read_member(const ArchiveFiles& files, std::string_view name,
                                              std::size_t bytes_max);

// The zip alone, for open_archive: APPNOTE.TXT 6.3 with Zip64; members stored or deflated.
[[nodiscard]] Result<std::unique_ptr<ArchiveFiles>> open_zip(const std::string& path,
                                                             ArchiveFiles::Allow allow);

// The tar alone, plain or packed by gzip: POSIX.1-2017 pax (ustar) with GNU's long names.
[[nodiscard]] Result<std::unique_ptr<ArchiveFiles>> open_tar(const std::string& path,
                                                             ArchiveFiles::Allow allow,
                                                             const std::string& scratch);

}  // namespace carillon
