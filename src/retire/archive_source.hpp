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
  std::vector<std::string> posts;   // members, in order; "name/" is a folder of single records
  std::vector<std::string> notes;   // long texts
  std::vector<std::string> closed;  // ids in here are never shown: deleted, or for a circle
  std::string list;                 // the member that holds the records; empty: the outermost list
  std::uint64_t bytes = 0;          // of all members to read; of Bluesky, how many blobs are there
  std::string signature;            // "verified", "not verified", or empty: it bears none
  // Reads one record of a member, or a member that is one; nothing when it is no post of the
  // public's.
  Result<std::optional<PastPost>> (*read)(std::string_view member, std::string_view record,
                                          const PastArchive& archive) = nullptr;
};

// What an archive may not say of itself; empty where nobody said it.
struct ArchiveAsked {
  std::string handle = {};  // of a Bluesky account
  std::string key = {};  // "did:key:zQ3sh…", which signs for it; without it nothing is verified
};

}  // namespace carillon
