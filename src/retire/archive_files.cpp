#include "retire/archive_files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>

#include "retire/archive_bytes.hpp"
#include "retire/archive_car.hpp"

namespace carillon {

namespace {

// A file that is closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

// Follows no link on its way, so that nothing outside the folder is taken for a part of it.
class FolderFiles final : public ArchiveFiles {
 public:
  FolderFiles(int folder, std::string path, Allow allow)
      : folder_(folder), path_(std::move(path)), allow_(allow) {}

  [[nodiscard]] std::optional<std::uint64_t> bytes_of(std::string_view name) const override {
    if (!allow_(name)) return std::nullopt;
    const auto [folder, last] = halves(name);
    const int parent = folder_of(folder);
    struct stat info {};
    if (parent < 0 || ::fstatat(parent, last.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
      return std::nullopt;
    if (!S_ISREG(info.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(info.st_size);
  }

  [[nodiscard]] bool has_folder(std::string_view folder) const override {
    return folder_of(folder) >= 0;
  }

  [[nodiscard]] std::vector<std::string> names_in(std::string_view folder) const override {
    std::vector<std::string> out;
    const int parent = folder_of(folder);
    const int copy = parent < 0 ? -1 : ::openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* list = copy < 0 ? nullptr : ::fdopendir(copy);
    if (list == nullptr) return out;
    while (const dirent* each = ::readdir(list)) {
      std::string name = std::string(folder) + &each->d_name[0];
      if (bytes_of(name)) out.push_back(std::move(name));
    }
    ::closedir(list);
    std::sort(out.begin(), out.end());
    return out;
  }

  Result<void> read(std::string_view name, const ByteSink& sink) const override {
    const auto [folder, last] = halves(name);
    const int parent = allow_(name) ? folder_of(folder) : -1;
    const Descriptor file(
        parent < 0 ? -1 : ::openat(parent, last.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat info {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode))
      return fail(Fault::not_found, fmt::format("{} does not hold {}", path_, name));
    while (true) {
      const ssize_t got = ::read(file.get(), piece_.data(), piece_.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0)
        return fail(Fault::unavailable, fmt::format("{}/{}: cannot be read", path_, name));
      if (got == 0) return {};
      CHECK_OK(sink({piece_.data(), static_cast<std::size_t>(got)}));
    }
  }

 private:
  static std::pair<std::string, std::string> halves(std::string_view name) {
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos) return {"", std::string(name)};
    return {std::string(name.substr(0, slash + 1)), std::string(name.substr(slash + 1))};
  }

  // The descriptor of "data/js/", kept open; -1 when it is not there or a link.
  [[nodiscard]] int folder_of(std::string_view folder) const {
    if (folder.empty()) return folder_.get();
    const auto known = open_.find(folder);
    if (known != open_.end()) return known->second.get();
    const auto [above, name] = halves(folder.substr(0, folder.size() - 1));
    const int parent = folder_of(above);
    const int file = parent < 0 ? -1
                                : ::openat(parent, name.c_str(),
                                           O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return open_.emplace(std::string(folder), Descriptor(file)).first->second.get();
  }

  Descriptor folder_;
  std::string path_;
  Allow allow_;
  mutable std::map<std::string, Descriptor, std::less<>> open_;
  mutable std::array<char, std::size_t{256} * 1024> piece_{};
};

}  // namespace

Result<std::unique_ptr<ArchiveFiles>> open_archive(const std::string& path,
                                                   ArchiveFiles::Allow allow,
                                                   const std::string& scratch) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) return std::make_unique<FolderFiles>(folder, path, allow);
  if (errno != ENOTDIR)
    return fail(errno == ENOENT ? Fault::not_found : Fault::unavailable,
                fmt::format("{} cannot be opened", path), "Name the archive's file or folder.");
  TRY(const auto file, past::FileBytes::open(path));
  constexpr std::size_t tar_magic = 257;
  TRY(const std::string head, file.at(0, std::min<std::uint64_t>(file.size(), 512)));
  const std::string_view bytes = head;
  if (bytes.starts_with("\x1F\x8B") ||
      (bytes.size() == 512 && bytes.substr(tar_magic).starts_with("ustar")))
    return open_tar(path, allow, scratch);
  // A short map in CBOR that begins with the key of five letters.
  if (bytes.substr(0, 16).find("\x65roots") != std::string_view::npos) return open_car(path, allow);
  return open_zip(path, allow);
}

Result<std::string> read_member(const ArchiveFiles& files, std::string_view name,
                                std::size_t bytes_max) {
  std::string out;
  CHECK_OK(files.read(name, [&](std::string_view bytes) -> Result<void> {
    if (out.size() + bytes.size() > bytes_max)
      return fail(Fault::too_large, fmt::format("{} is larger than {} bytes", name, bytes_max));
    out += bytes;
    return {};
  }));
  return out;
}

}  // namespace carillon
