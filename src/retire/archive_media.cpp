#include "retire/archive_media.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <set>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

// Settled together: a file system that others write to takes its time to be in order.
constexpr std::size_t media_at_once = 20'000;
constexpr std::uint64_t batch_bytes = std::uint64_t{512} * 1024 * 1024;
constexpr std::size_t media_warnings_max = 20;
constexpr std::array<std::string_view, 7> extensions{".jpg",  ".jpeg", ".png", ".gif",
                                                     ".webp", ".mp4",  ".mov"};

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '-' || c == '.';
}

tl::unexpected<Error> cannot_write(const fs::path& path) {
  return fail(Fault::unavailable, fmt::format("{} cannot be written", path.string()),
              errno == ENOSPC ? "The disk is full: make room, and run the same command again."
                              : "Is the folder yours?");
}

class Keeper {
 public:
  Keeper(const ArchiveFiles& files, const std::string& data_dir)
      : files_(files), dir_(fs::path(data_dir) / "archive") {}

  // Copies the first of its names that is there.
  Result<void> keep(const PastAccount& account, PastMediaRow& row,
                    std::vector<std::string>& warnings) {
    row.state = PastMediaState::missing;
    for (const std::string& member : split(row.member, '\n')) {
      if (!files_.bytes_of(member)) continue;
      const std::string file = kept_name(account, row.post, member);
      auto copied = file.empty() ? Result<void>(fail(Fault::corrupt, "no name that X gives out"))
                                 : copy(member, file);
      if (!copied && copied.error().fault == Fault::unavailable) return copied;
      row.state = copied ? PastMediaState::kept : PastMediaState::refused;
      row.file = copied ? file : "";
      if (copied) return {};
      if (warnings.size() < media_warnings_max)
        warnings.push_back(fmt::format("{} was left out: {}", member, copied.error().what));
    }
    return {};
  }

  // Copied since the last settling.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

  Result<void> copy(const std::string& member, const std::string& file) {
    const fs::path path = dir_ / file;
    if (known_.insert(path.parent_path().string()).second) {
      std::error_code error;
      fs::create_directories(path.parent_path(), error);
      if (error) return cannot_write(path.parent_path());
    }
    const int out =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (out < 0) return cannot_write(path);
    auto done = files_.read(member, [&](std::string_view bytes) -> Result<void> {
      bytes_ += bytes.size();
      while (!bytes.empty()) {
        const ssize_t wrote = ::write(out, bytes.data(), bytes.size());
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return cannot_write(path);
        bytes.remove_prefix(static_cast<std::size_t>(wrote));
      }
      return {};
    });
    ::close(out);
    if (!done) ::unlink(path.c_str());
    return done;
  }

  // What the rows of a batch say is kept must be on the disk before they do.
  Result<void> settle() {
    bytes_ = 0;
    const int dir = ::open(dir_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) return {};  // nothing was kept
    const bool good = ::syncfs(dir) == 0;
    ::close(dir);
    if (!good) return cannot_write(dir_);
    std::error_code error;
    const auto space = fs::space(dir_, error);
    if (!error && space.available < limits::disk_free_bytes)
      return fail(Fault::unavailable,
                  fmt::format("the disk that holds {} is nearly full", dir_.string()),
                  "Make room, and run the same command again: it goes on where it was.");
    return {};
  }

 private:
  const ArchiveFiles& files_;
  fs::path dir_;
  std::uint64_t bytes_ = 0;
  std::set<std::string> known_;  // folders that are there
};

}  // namespace

std::string plain_segment(std::string_view text) {
  std::string out;
  for (const char c : text) out += is_plain(c) ? c : '-';
  if (out.empty() || out.front() == '.') out = "-" + out;
  return out;
}

std::string kept_name(const PastAccount& account, std::int64_t post, std::string_view member) {
  const std::string_view name = member.substr(member.rfind('/') + 1);
  const std::string lower = lower_ascii(name);
  const bool known =
      std::any_of(extensions.begin(), extensions.end(),
                  [&](std::string_view extension) { return lower.ends_with(extension); });
  const bool plain = std::all_of(name.begin(), name.end(), is_plain) && !name.starts_with('.');
  if (!known || !plain || name.size() > 200) return {};
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{past_time(post) / day}}};
  return fmt::format("{}/{}/{:04}/{:02}/{}", account.platform, plain_segment(account.handle),
                     int(date.year()), unsigned(date.month()), name);
}

Result<void> keep_media(ArchiveStore& store, const ArchiveFiles& files, const PastAccount& account,
                        std::int64_t number, const std::string& data_dir,
                        const ArchiveProgress& progress, std::vector<std::string>& warnings) {
  Keeper keeper(files, data_dir);
  TRY(const std::int64_t all, store.count_wanted(number));
  for (std::uint64_t done = 0;;) {
    TRY(auto rows, store.wanted_media(number, media_at_once));
    if (rows.empty()) return {};
    std::size_t settled = 0;
    for (; settled < rows.size() && keeper.bytes() < batch_bytes; ++settled) {
      CHECK_OK(keeper.keep(account, rows[settled], warnings));
      if (++done % 100 == 0) progress("pictures and videos", done, static_cast<std::uint64_t>(all));
    }
    rows.resize(settled);
    CHECK_OK(keeper.settle());
    CHECK_OK(store.settle_media(rows));
  }
}

}  // namespace carillon
