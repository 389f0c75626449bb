#include "retire/archive_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace carillon::past {

Result<FileBytes> FileBytes::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return fail(errno == ENOENT ? Fault::not_found : Fault::unavailable,
                fmt::format("{} cannot be opened", path));
  FileBytes out(file, path, 0);
  struct stat info {};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
    return fail(Fault::corrupt, fmt::format("{} is no file", path));
  out.size_ = static_cast<std::uint64_t>(info.st_size);
  return out;
}

Result<FileBytes> FileBytes::nameless(const std::string& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {  // not every file system has these
    std::string path = folder + "/.carillon-XXXXXX";
    file = ::mkostemp(path.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(path.c_str());
  }
  if (file < 0)
    return fail(Fault::unavailable, fmt::format("{} cannot be written to", folder),
                "Is the folder there, and yours?");
  return FileBytes(file, folder, 0);
}

FileBytes::FileBytes(FileBytes&& other) noexcept
    : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)), size_(other.size_) {}

FileBytes::~FileBytes() {
  if (file_ >= 0) ::close(file_);
}

Result<std::string> FileBytes::at(std::uint64_t from, std::uint64_t count) const {
  if (from > size_ || count > size_ - from)
    return fail(Fault::corrupt, fmt::format("{} is cut short", path_),
                "Ask the platform for the archive again.");
  std::string out(count, '\0');
  std::size_t have = 0;
  while (have < count) {
    const ssize_t got =
        ::pread(file_, out.data() + have, count - have, static_cast<off_t>(from + have));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return fail(Fault::unavailable, fmt::format("{} cannot be read", path_));
    have += static_cast<std::size_t>(got);
  }
  return out;
}

Result<void> FileBytes::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0)
      return fail(Fault::unavailable, fmt::format("{} cannot be written to", path_),
                  errno == ENOSPC ? "The disk is full: make room, and run the same command again."
                                  : "Is the folder yours?");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
    size_ += static_cast<std::uint64_t>(wrote);
  }
  return {};
}

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.back() == '/') return false;
  if (name.find('\\') != std::string_view::npos || name.find(':') != std::string_view::npos)
    return false;
  const bool control = std::any_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  const std::string inside = "/" + std::string(name) + "/";
  return !control && inside.find("/../") == std::string::npos &&
         inside.find("/./") == std::string::npos && inside.find("//") == std::string::npos;
}

}  // namespace carillon::past
