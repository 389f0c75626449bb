// X's own archive, from 2012 to now, as it lies on the disk: which of its parts are public, and
// what a record holds. Sources: the README.txt and manifest.js inside each archive. Pure but for
// reading members.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retire/archive_files.hpp"
#include "retire/archive_source.hpp"

namespace carillon {

// Whether a member may be opened at all: posts, long notes, the ids of what was deleted or meant
// for a circle, the media of posts, and what says whose archive this is. Everything else (messages,
// addresses, log-ins, contacts) stays closed. Pure.
[[nodiscard]] bool x_allows(std::string_view name);

// Errors: not_found when this is no archive of X; corrupt with the member's name; not_found when
// the archive lists a part that is not there.
[[nodiscard]] Result<PastArchive> x_archive(const ArchiveFiles& files);

// A long text, without the post it belongs to where the archive does not say.
struct XNote {
  std::string post;  // the post's id; usually empty
  Micros at = 0;
  std::string text;
  std::vector<PastLink> links;
};

// One record of the files of posts. Its text is unescaped; short addresses are still in it.
// Errors: corrupt with the reason. Pure.
[[nodiscard]] Result<std::optional<PastPost>> x_post(std::string_view record,
                                                     const PastArchive& archive);
[[nodiscard]] Result<XNote> x_note(std::string_view record);
// Only the id, of a record whose text must not be read. Pure.
[[nodiscard]] Result<std::string> x_id(std::string_view record);

// "Sat Aug 12 16:10:37 +0000 2023", "2014-02-03 16:59:15 +0000" or RFC 3339. Pure.
[[nodiscard]] std::optional<Micros> x_time(std::string_view text);

// Where a post was: "https://x.com/example_org/status/123". Pure.
[[nodiscard]] std::string x_address(std::string_view handle, std::string_view id);

}  // namespace carillon
