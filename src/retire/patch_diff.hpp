// The unified format of changes: what a patch prints for `git apply` and keeps for its undoing.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace carillon {

// The change of one file as `git diff` prints it, or nothing when there is none. `path` is relative
// to the folder in which `git apply` runs. Bytes stay as they are. Pure.
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before,
                                       std::string_view after);

// One file of a diff: what is to be found from a line on, and what takes its place.
struct Hunk {
  std::size_t old_line = 0;  // from 1
  std::size_t new_line = 0;
  std::string before;
  std::string after;
};

// The hunks of a diff by path. Errors: corrupt, with the line. Pure.
[[nodiscard]] Result<std::map<std::string, std::vector<Hunk>>> read_diff(std::string_view diff);

// The text before the change, from the text after it. Errors: conflict when the text is not what
// the change had left. Pure.
[[nodiscard]] Result<std::string> undone(std::string_view text, const std::vector<Hunk>& hunks);

}  // namespace carillon
