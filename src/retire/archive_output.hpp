// The folder a build writes into: knows what is ours there. Internal to retire/.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace carillon::past {

// Not thread-safe.
class Output {
 public:
  // Errors: conflict when the folder holds files and no build of ours.
  static Result<Output> open(const std::string& dir);

  // Replaces a file ("x/example_org/index.html") at once, unless it has these bytes. Errors:
  // unavailable with the path.
  Result<void> put(const std::string& file, std::string_view bytes);
  // The same with the bytes of a file in the folder, which is there no more afterwards: for what is
  // too large to hold.
  Result<void> take(const std::string& file, const std::filesystem::path& from);
  // Makes `file` the same as `from`. Errors: unavailable.
  Result<void> link(const std::string& file, const std::filesystem::path& from);
  // Takes away what an earlier build wrote and this one did not, and lists what it wrote.
  Result<void> finish();

  [[nodiscard]] std::int64_t written() const { return written_; }
  [[nodiscard]] std::int64_t unchanged() const { return unchanged_; }
  [[nodiscard]] std::int64_t removed() const { return removed_; }
  [[nodiscard]] std::filesystem::path path(const std::string& file) const { return dir_ / file; }

 private:
  Result<void> folder_of(const std::filesystem::path& path);
  std::filesystem::path dir_;
  std::set<std::string> before_;
  std::set<std::string> now_;
  std::set<std::string> folders_;  // that are there
  std::int64_t written_ = 0;
  std::int64_t unchanged_ = 0;
  std::int64_t removed_ = 0;
};

}  // namespace carillon::past
