// A file that is read at places, and the names that members of an archive may bear. Internal to
// retire/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace carillon::past {

// Closed when it goes. Thread-safe but for moving.
class FileBytes {
 public:
  // Errors: not_found, unavailable (it cannot be opened), corrupt (it is no file).
  static Result<FileBytes> open(const std::string& path);
  // A new file without a name in `folder`, which goes with its last reader. Errors: unavailable.
  static Result<FileBytes> nameless(const std::string& folder);
  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&&) = delete;
  ~FileBytes();

  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  // Exactly so many bytes from there. Errors: corrupt when the file ends before, unavailable.
  [[nodiscard]] Result<std::string> at(std::uint64_t from, std::uint64_t count) const;
  // Writes behind all there is. Errors: unavailable, with a hint when the disk is full.
  Result<void> append(std::string_view bytes);

 private:
  FileBytes(int file, std::string path, std::uint64_t size)
      : file_(file), path_(std::move(path)), size_(size) {}
  int file_;
  std::string path_;
  std::uint64_t size_;
};

// A name that stays where it is put: no way up, no root, no drive, no control character. Pure.
[[nodiscard]] bool is_plain_name(std::string_view name);

}  // namespace carillon::past
