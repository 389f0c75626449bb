// What an import needs to know of an archive, whatever platform gave it out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "retire/archive_post.hpp"

namespace carillon {

struct PastArchive {
  PastAccount account;
  std::string media_folder;         // of X, "data/tweets_media/"; empty: the archive has none
  std::vector<std::string> posts;   // members, in order
  std::vector<std::string> notes;   // long texts
  std::vector<std::string> closed;  // ids in here are never shown: deleted, or for a circle
  std::string list;                 // the member that holds the records; empty: the outermost list
  std::uint64_t bytes = 0;          // of all members to read
  // Reads one record; nothing when it is no post of the public's.
  Result<std::optional<PastPost>> (*read)(std::string_view record,
                                          const PastArchive& archive) = nullptr;
};

}  // namespace carillon
