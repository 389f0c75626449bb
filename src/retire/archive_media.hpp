// Keeps the media of posts: copied out of the archive piece by piece, under names of ours.
#pragma once

#include <string>

#include "retire/archive_files.hpp"
#include "retire/archive_import.hpp"

namespace carillon {

// Where a member of a post is kept, below data/archive/: "x/example_org/2023/05/123-Abc.jpg"; empty
// when its name or kind is none that X gives out. Pure.
[[nodiscard]] std::string kept_name(const PastAccount& account, std::int64_t post,
                                    std::string_view member);

// A segment of a path on every file system and in every address: other characters than letters,
// digits, "_", "-" and "." become "-". Pure.
[[nodiscard]] std::string plain_segment(std::string_view text);

// Copies what `account` still wants. What the archive does not hold becomes missing; what it holds
// damaged, twice or as a trap becomes refused, and is said in `warnings`. Errors: unavailable.
[[nodiscard]] Result<void> keep_media(ArchiveStore& store, const ArchiveFiles& files,
                                      const PastAccount& account, std::int64_t number,
                                      const std::string& data_dir, const ArchiveProgress& progress,
                                      std::vector<std::string>& warnings);

}  // namespace carillon
