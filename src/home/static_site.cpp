#include "home/static_site.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "home/cache.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view manifest_name = ".carillon-site";

using Manifest = std::map<std::string, std::string>;  // file -> hex SHA-256 of its bytes

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string out((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return std::nullopt;
  return out;
}

Result<void> replace_file(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error)
    return fail(Fault::unavailable, fmt::format("{}: the folder cannot be made: {}",
                                                path.parent_path().string(), error.message()));
  const fs::path beside = path.parent_path() / ("." + path.filename().string() + ".carillon-new");
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    if (!out) {
      fs::remove(beside, error);
      return fail(Fault::unavailable, fmt::format("{}: cannot be written", path.string()),
                  "Is the disk full, or the folder not yours?");
    }
  }
  fs::rename(beside, path, error);
  if (!error) return {};
  const std::string why = error.message();
  fs::remove(beside, error);
  return fail(Fault::unavailable, fmt::format("{}: cannot be replaced: {}", path.string(), why));
}

// Lines "<sha256>  <file>"; anything else is not ours to trust, so it is left out.
Manifest read_manifest(const fs::path& dir) {
  Manifest out;
  const auto text = read_file(dir / manifest_name);
  if (!text) return out;
  for (const std::string& line : split(*text, '\n')) {
    if (line.size() < 67 || line.substr(64, 2) != "  ") continue;
    const std::string file = line.substr(66);
    const fs::path path(file);
    bool inside = path.is_relative();
    for (const auto& piece : path) inside = inside && piece != "..";
    if (inside) out[file] = line.substr(0, 64);
  }
  return out;
}

std::string write_manifest(const Manifest& manifest) {
  std::string out;
  for (const auto& [file, digest] : manifest) out += digest + "  " + file + "\n";
  return out;
}

class Writer {
 public:
  Writer(fs::path dir, Manifest before) : dir_(std::move(dir)), before_(std::move(before)) {}

  // Refuses to replace what no build of ours has written, unless it has these bytes already.
  [[nodiscard]] Result<void> may_put(const std::string& file, std::string_view bytes) const {
    const fs::path path = dir_ / file;
    std::error_code error;
    if (before_.contains(file) || !fs::exists(fs::symlink_status(path, error))) return {};
    if (const auto old = read_file(path); old && *old == bytes) return {};
    return fail(Fault::conflict,
                fmt::format("{}: a file that is not ours stands here", path.string()),
                "Move it away, or build into another folder.");
  }

  Result<void> put(const std::string& file, std::string_view bytes) {
    const std::string digest = to_hex(sha256(bytes));
    const fs::path path = dir_ / file;
    const auto old = read_file(path);
    now_[file] = digest;
    if (old && *old == bytes) {
      ++report_.unchanged;
      return {};
    }
    ++report_.written;
    return replace_file(path, bytes);
  }

  // Takes away what an earlier build wrote and this one did not, unless somebody changed it since.
  void sweep() {
    for (const auto& [file, digest] : before_) {
      if (now_.contains(file)) continue;
      const fs::path path = dir_ / file;
      const auto bytes = read_file(path);
      if (!bytes || to_hex(sha256(*bytes)) != digest) continue;
      std::error_code error;
      if (!fs::remove(path, error)) continue;
      ++report_.removed;
      for (fs::path folder = path.parent_path(); folder != dir_ && fs::is_empty(folder, error);
           folder = folder.parent_path())
        fs::remove(folder, error);
    }
  }

  [[nodiscard]] const Manifest& manifest() const { return now_; }
  [[nodiscard]] const StaticReport& report() const { return report_; }

  // What this build or the one before wrote: listed before the first change, so that a build that
  // is interrupted leaves no file nobody knows.
  [[nodiscard]] Manifest either(const Manifest& planned) const {
    Manifest out = planned;
    for (const auto& [file, digest] : before_) out.try_emplace(file, digest);
    return out;
  }

 private:
  fs::path dir_;
  Manifest before_;
  Manifest now_;
  StaticReport report_;
};

}  // namespace

Result<StaticReport> write_static_site(const SiteView& view, const std::string& dir,
                                       const std::string& media_dir) {
  const fs::path root(dir);
  std::error_code error;
  fs::create_directories(root, error);
  if (error)
    return fail(Fault::unavailable, fmt::format("{}: cannot be made: {}", dir, error.message()));
  Writer writer(root, read_manifest(root));
  std::map<std::string, std::string> files;
  for (Page& page : render_all(view)) files[file_of(page.path)] = std::move(page.body);
  for (const std::string& name : media_of(view)) {
    auto bytes = read_file(fs::path(media_dir) / name);
    if (!bytes)
      return fail(Fault::not_found, fmt::format("{}/{}: the picture is missing", media_dir, name),
                  "Publish the announcement that shows it again.");
    files["media/" + name] = std::move(*bytes);
  }
  Manifest planned;
  for (const auto& [file, bytes] : files) {
    CHECK_OK(writer.may_put(file, bytes));
    planned[file] = to_hex(sha256(bytes));
  }
  CHECK_OK(replace_file(root / manifest_name, write_manifest(writer.either(planned))));
  for (const auto& [file, bytes] : files) CHECK_OK(writer.put(file, bytes));
  writer.sweep();
  CHECK_OK(replace_file(root / manifest_name, write_manifest(writer.manifest())));
  return writer.report();
}

}  // namespace carillon
