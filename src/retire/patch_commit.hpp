// A patch as one commit on a branch of its own. The files on the disk, the index and the branch
// that is checked out stay as they are: what the user has not committed is not touched.
#pragma once

#include "retire/patch_tree.hpp"

namespace carillon {

struct CommitWish {
  std::string root;       // the folder that is patched: a repository or a folder in one
  std::string branch;     // the name that was wished for; empty: none was
  std::string otherwise;  // its name then
  bool numbered = true;   // may end in -2, -3 and so on where that name is taken
  std::string message;
};

struct PatchCommit {
  std::string branch;
  std::string id;
};

// The regular files of HEAD below `root`, read when asked. Errors: those of git.
[[nodiscard]] Result<ReadText> files_of_head(const std::string& root);

// Makes the commit on top of HEAD, on a branch of its own. Where a branch of that name holds just
// this change of HEAD already, that one is the answer: an earlier run made it. Errors: conflict
// where the name is taken by something else, or with what git said (no name is configured);
// invalid when git does not take the name for a branch; unavailable.
[[nodiscard]] Result<PatchCommit> commit_patch(const CommitWish& wish,
                                               const std::vector<FilePatch>& patches);

}  // namespace carillon
