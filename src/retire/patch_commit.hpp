// A patch as one commit on a branch of its own. The files on the disk, the index and the branch
// that is checked out stay as they are: what the user has not committed is not touched.
#pragma once

#include "retire/patch_tree.hpp"

namespace carillon {

struct CommitWish {
  std::string root;    // the folder that is patched: a repository or a folder in one
  std::string branch;  // made new
  std::string message;
};

// The regular files of HEAD below `root`, read when asked. Errors: those of git.
[[nodiscard]] Result<ReadText> files_of_head(const std::string& root);

// The name that was wished for, or the default with the lowest number that is free. Errors:
// conflict when the wished name is taken, invalid when git does not take it for a branch.
[[nodiscard]] Result<std::string> free_branch(const std::string& root, const std::string& wished,
                                              const std::string& otherwise);

// Makes the commit on top of HEAD; returns its id. Errors: conflict with what git said (no name is
// configured, the branch is there), unavailable.
[[nodiscard]] Result<std::string> commit_patch(const CommitWish& wish,
                                               const std::vector<FilePatch>& patches);

}  // namespace carillon
