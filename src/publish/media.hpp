// The pictures of announcements: read from beside a post file once, kept in the database as masters
// without metadata, given to each channel within its limits.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "channel/channel.hpp"
#include "publish/image_worker.hpp"
#include "store/db.hpp"

namespace carillon {

// A picture as the home shows it, a file of the cache.
struct HomePicture {
  std::string path;  // on the home: "/media/<digest>-1600.jpg"
  std::string mime;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t bytes = 0;
};

// Is what is read also kept? A preview looks at everything and keeps nothing.
enum class Keep { no, yes };

struct MediaOptions {
  std::string cache_dir;                  // the files of /media/; made when it is missing
  std::string worker = "/proc/self/exe";  // the carillon binary
  // The digests of pictures that others than announcements still need: none is forgotten.
  std::function<Result<std::set<std::string>>(Db&)> in_use = {};
};

// Thread-safe. `store` and `clock` must outlive it.
class MediaStore {
 public:
  MediaStore(Store& store, const Clock& clock, MediaOptions options);

  // Reads the pictures of `draft`, whose post file `post` holds `text`; their paths are relative to
  // its folder. Fills each digest, the SHA-256 of the file as a person has it, so that the same
  // file stays the same picture whatever encoder is installed. Each file is decoded, once: a
  // picture whose master is kept already is not decoded again. Returns what a person should know
  // (only the first frame of an animation is shown). Errors, as "post.md: line 9: /media/0/file:
  // …": not_found, too_large, invalid, corrupt, those of ImageWorker::run and of the store.
  Result<std::vector<std::string>> import(Draft& draft, const std::filesystem::path& post,
                                          std::string_view text, Keep keep);

  // Keeps a picture that no post names yet, and says whether it moves (its first frame is shown). A
  // day later it is forgotten unless a draft or an announcement names its digest. Errors: those of
  // import.
  Result<std::pair<Media, bool>> add(const std::string& name, const std::string& bytes);

  // Errors: not_found for a picture of `draft` whose digest is not kept.
  Result<void> check_kept(const Draft& draft);

  // Can pictures be decoded here? Errors: those of ImageWorker::run.
  Result<void> check();

  // The master, re-encoded where it does not fit `limits`. Errors: not_found when it is not kept,
  // those of ImageWorker::run and of the store.
  Result<Image> picture(const Media& media, const ImageLimits& limits);

  // A picture that is not ours, kept nowhere. Errors: those of ImageWorker::run.
  Result<Image> reencode(std::string_view bytes, const std::string& alt, const ImageLimits& limits);

  // The picture as the home shows it; its file in the cache is made when it is missing. Errors:
  // those of picture(), unavailable when the file cannot be written.
  Result<HomePicture> at_home(const Media& media);

 private:
  struct Found;
  Result<Found> look_at(const std::string& name, const std::string& bytes);
  Result<void> keep(const std::vector<Found>& found);
  [[nodiscard]] std::string file_of(const HomePicture& picture) const;

  Store& store_;
  const Clock& clock_;
  const MediaOptions options_;
  ImageWorker worker_;
  std::mutex mutex_;
  std::map<std::string, HomePicture> at_home_;  // by digest
};

}  // namespace carillon
