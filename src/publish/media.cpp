#include "publish/media.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/write_all.hpp"
#include "publish/image_header.hpp"
#include "publish/rows.hpp"
#include "text/home_image.hpp"

namespace carillon {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t master_quality = 90;
constexpr Micros forgotten_after = day;

// A row of the table media. The SQL of that table is in this file.
struct Master {
  std::string digest;
  std::string mime;
  std::int64_t width = 0;
  std::int64_t height = 0;
  Micros kept = 0;  // when it was last imported
  Blob bytes;
};
BOOST_DESCRIBE_STRUCT(Master, (), (digest, mime, width, height, kept, bytes))

struct Name {
  std::string digest;
};
BOOST_DESCRIBE_STRUCT(Name, (), (digest))

struct File {
  int fd = -1;
  File(const std::string& path, int flags, mode_t mode = 0)
      : fd(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd >= 0) ::close(fd);
  }
};

Result<std::string> read_picture(const std::string& name, const fs::path& path) {
  if (name.empty()) return fail(Fault::invalid, "no file is named", "Name a picture's file.");
  // A named pipe must not make us wait.
  const File file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  struct stat facts {};
  if (file.fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return fail(Fault::not_found, fmt::format("there is no file {}", name),
                "Its path starts at the post file's folder.");
  if (file.fd < 0 || ::fstat(file.fd, &facts) != 0)
    return fail(Fault::unavailable,
                fmt::format("{} cannot be read: {}", name, std::strerror(errno)));
  if (!S_ISREG(facts.st_mode))
    return fail(Fault::invalid, fmt::format("{} is not a file", name), "Name a picture's file.");
  std::string out;
  std::array<char, 64 * 1024> block{};
  while (true) {
    const ssize_t count = ::read(file.fd, block.data(), block.size());
    if (count < 0)
      return fail(Fault::unavailable,
                  fmt::format("{} cannot be read: {}", name, std::strerror(errno)));
    if (count == 0) return out;
    out.append(block.data(), static_cast<std::size_t>(count));
    if (out.size() > limits::media_file_bytes)
      return fail(
          Fault::too_large,
          fmt::format("{} is more than {} MB long", name, limits::media_file_bytes / 1024 / 1024),
          "Scale it down.");
  }
}

// The first bytes of a picture of our own: its header is among them.
std::string read_start(const std::string& path) {
  const File file(path, O_RDONLY);
  std::string out(4096, '\0');
  const ssize_t count = file.fd < 0 ? 0 : ::read(file.fd, out.data(), out.size());
  out.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return out;
}

// All at once: a reader sees the whole file or none.
Result<void> write_file(const std::string& path, std::string_view bytes) {
  const std::string beside = fmt::format("{}.{}.new", path, ::getpid());
  const File file(beside, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file.fd >= 0 && write_all(file.fd, bytes) && ::fsync(file.fd) == 0 &&
      ::rename(beside.c_str(), path.c_str()) == 0)
    return {};
  const int why = errno;
  ::unlink(beside.c_str());
  return fail(Fault::unavailable, fmt::format("{} cannot be written: {}", path, std::strerror(why)),
              "Check the disk and the permissions.");
}

bool fits(const Master& master, const ImageLimits& limits) {
  return (limits.side == 0 || std::max(master.width, master.height) <= limits.side) &&
         (limits.pixels == 0 || master.width <= limits.pixels / master.height) &&
         (limits.bytes == 0 || std::cmp_less_equal(master.bytes.bytes.size(), limits.bytes));
}

// Masters that nothing names any more, and that no import of the last day touched.
Result<std::vector<std::string>> forget(Db& db, const MediaOptions& options, Micros now) {
  TRY(const auto old,
      db.all<Name>("select digest from media where kept < $1", now - forgotten_after));
  if (old.empty()) return std::vector<std::string>{};
  std::set<std::string> used;
  if (options.in_use) {
    TRY(used, options.in_use(db));
  }
  TRY(const auto all, rows::announcements(db));
  for (const AnnouncementRow& row : all) {
    for (const Media& media : row.draft.media) used.insert(media.digest);
  }
  std::vector<std::string> out;
  for (const Name& name : old) {
    if (used.contains(name.digest)) continue;
    CHECK_OK(db.run("delete from media where digest = $1", name.digest));
    out.push_back(name.digest);
  }
  return out;
}

}  // namespace

struct MediaStore::Found {
  std::string digest;
  bool animated = false;
  std::optional<WorkedImage> made;  // nothing: its master is kept already
};

MediaStore::MediaStore(Store& store, const Clock& clock, MediaOptions options)
    : store_(store), clock_(clock), options_(std::move(options)), worker_(options_.worker) {}

Result<MediaStore::Found> MediaStore::look_at(const std::string& name, const std::string& bytes) {
  const auto named = [&](Error error) {
    return tl::unexpected<Error>(within(name, std::move(error)));
  };
  const auto header = read_image_header(bytes);
  if (!header) return named(header.error());
  Found out{to_hex(sha256(bytes)), header->animated, {}};
  TRY(const auto known, store_.read([&](Db& db) {
    return db.first<Name>("select digest from media where digest = $1", out.digest);
  }));
  if (known) return out;
  auto made = worker_.run(bytes, {.side = limits::media_master_side,
                                  .pixels = 0,
                                  .bytes = limits::media_master_bytes,
                                  .quality = master_quality});
  if (!made) return named(std::move(made).error());
  out.made = std::move(*made);
  return out;
}

Result<void> MediaStore::keep(const std::vector<Found>& found) {
  const Micros now = clock_.now();
  auto forgotten = store_.write([&](Db& db) -> Result<std::vector<std::string>> {
    bool grew = false;
    for (const Found& one : found) {
      TRY(const auto touched,
          db.run("update media set kept = $2 where digest = $1", one.digest, now));
      if (touched > 0) continue;
      if (!one.made)
        return fail(Fault::conflict, "a picture was taken away just now", "Publish it again.");
      // Another process may have kept it meanwhile.
      CHECK_OK(
          db.run("insert into media (digest, mime, width, height, kept, bytes) "
                 "values ($1, $2, $3, $4, $5, $6) on conflict (digest) do nothing",
                 one.digest, one.made->mime, one.made->width, one.made->height, now,
                 Blob{one.made->bytes}));
      grew = true;
    }
    if (!grew) return std::vector<std::string>{};
    return forget(db, options_, now);
  });
  if (!forgotten) return tl::unexpected<Error>(std::move(forgotten).error());
  for (const std::string& digest : *forgotten) {
    for (const char* mime : {"image/jpeg", "image/png"})
      ::unlink(file_of({home_image_path({{}, {}, digest}, mime), mime, 0, 0, 0}).c_str());
    const std::lock_guard lock(mutex_);
    at_home_.erase(digest);
  }
  return {};
}

Result<std::vector<std::string>> MediaStore::import(Draft& draft, const fs::path& post,
                                                    std::string_view text, Keep keep_it) {
  std::vector<std::string> told;
  std::vector<Found> found;
  for (std::size_t i = 0; i < draft.media.size(); ++i) {
    Media& media = draft.media[i];
    auto one = read_picture(media.file, post.parent_path() / media.file)
                   .and_then([&](const std::string& bytes) { return look_at(media.file, bytes); });
    if (!one) {
      const std::string path = fmt::format("/media/{}/file", i);
      return tl::unexpected<Error>(
          within(fmt::format("{}: line {}: {}", post.string(), post_line(text, path), path),
                 std::move(one).error()));
    }
    media.digest = one->digest;
    if (one->animated)
      told.push_back(fmt::format("{} moves; its first frame is published", media.file));
    found.push_back(std::move(*one));
  }
  if (keep_it == Keep::yes && !found.empty()) CHECK_OK(keep(found));
  return told;
}

Result<std::pair<Media, bool>> MediaStore::add(const std::string& name, const std::string& bytes) {
  TRY(Found found, look_at(name, bytes));
  Media media{name, {}, found.digest};
  const bool animated = found.animated;
  std::vector<Found> all;
  all.push_back(std::move(found));
  CHECK_OK(keep(all));
  return std::pair{std::move(media), animated};
}

Result<void> MediaStore::check_kept(const Draft& draft) {
  for (std::size_t i = 0; i < draft.media.size(); ++i) {
    const Media& media = draft.media[i];
    if (media.digest.empty()) continue;
    TRY(const auto known, store_.read([&](Db& db) {
      return db.first<Name>("select digest from media where digest = $1", media.digest);
    }));
    if (!known)
      return fail(Fault::not_found,
                  fmt::format("/media/{}: the picture {} is not kept here", i, media.file),
                  "Add it again.");
  }
  return {};
}

Result<void> MediaStore::check() {
  // A GIF of one pixel.
  constexpr std::string_view smallest(
      "GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF\x2C\0\0\0\0\1\0\1\0\0\2\2\x44\1\0\x3B", 35);
  CHECK_OK(worker_.run(smallest, {}));
  return {};
}

Result<Image> MediaStore::picture(const Media& media, const ImageLimits& limits) {
  TRY(const auto master, store_.read([&](Db& db) {
    return db.first<Master>("select * from media where digest = $1", media.digest);
  }));
  if (!master)
    return fail(Fault::not_found, fmt::format("the picture {} is not kept here", media.file),
                "Publish its post file again.");
  if (fits(*master, limits))
    return Image{master->bytes.bytes, master->mime, master->width, master->height, media.alt};
  auto made = worker_.run(master->bytes.bytes,
                          {.side = limits.side, .pixels = limits.pixels, .bytes = limits.bytes});
  if (!made) return tl::unexpected<Error>(within(media.file, std::move(made).error()));
  return Image{std::move(made->bytes), std::move(made->mime), made->width, made->height, media.alt};
}

Result<Image> MediaStore::reencode(std::string_view bytes, const std::string& alt,
                                   const ImageLimits& limits) {
  TRY(auto made,
      worker_.run(bytes, {.side = limits.side, .pixels = limits.pixels, .bytes = limits.bytes}));
  return Image{std::move(made.bytes), std::move(made.mime), made.width, made.height, alt};
}

std::string MediaStore::file_of(const HomePicture& picture) const {
  return options_.cache_dir + picture.path.substr(picture.path.rfind('/'));
}

Result<HomePicture> MediaStore::at_home(const Media& media) {
  const std::lock_guard lock(mutex_);
  const auto known = at_home_.find(media.digest);
  if (known != at_home_.end() && ::access(file_of(known->second).c_str(), R_OK) == 0)
    return known->second;
  for (const char* mime : {"image/jpeg", "image/png"}) {
    HomePicture out{home_image_path(media, mime), mime, 0, 0, 0};
    const auto header = read_image_header(read_start(file_of(out)));
    std::error_code error;
    const auto bytes = fs::file_size(file_of(out), error);
    if (!header || error) continue;
    out.width = header->width;
    out.height = header->height;
    out.bytes = static_cast<std::int64_t>(bytes);
    return at_home_[media.digest] = out;
  }
  TRY(const Image made, picture(media, home_image_limits()));
  HomePicture out{home_image_path(media, made.mime), made.mime, made.width, made.height,
                  static_cast<std::int64_t>(made.bytes.size())};
  std::error_code error;
  fs::create_directories(options_.cache_dir, error);
  CHECK_OK(write_file(file_of(out), made.bytes));
  return at_home_[media.digest] = out;
}

}  // namespace carillon
