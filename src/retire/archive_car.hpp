// A repository of the AT Protocol, as com.atproto.sync.getRepo exports it (CAR version 1), as the
// files of an archive: each live record by its path ("app.bsky.feed.post/3kabc…", DAG-CBOR), the
// commit, and the blobs of a folder beside the file.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "retire/archive_files.hpp"

namespace carillon {

// The signed commit, DAG-CBOR. No zip can hold a file of this name.
inline constexpr std::string_view car_commit = "car:commit";
// Before the CID of a blob, with what ends its name by its kind: "blobs/bafkrei….jpg".
inline constexpr std::string_view car_blobs = "blobs/";

// Compares every block with its CID, then walks the tree from the commit, so that only what is in
// the repository now is found; in memory is a table of 60 bytes and the name of each record.
// Errors: not_found, unavailable, corrupt (no such file, a block that is not what its CID says, a
// tree that is not whole or in no order), too_large. Reading a blob: corrupt when its bytes are not
// what its CID says.
[[nodiscard]] Result<std::unique_ptr<ArchiveFiles>> open_car(const std::string& path,
                                                             ArchiveFiles::Allow allow);

}  // namespace carillon
