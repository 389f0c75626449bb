#include "retire/archive_output.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>

#include "base/bytes.hpp"

namespace carillon::past {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view list_name = ".carillon-archive";

tl::unexpected<Error> cannot_write(const fs::path& path) {
  return fail(Fault::unavailable, fmt::format("{} cannot be written", path.string()),
              "Is the disk full, or the folder not yours?");
}

bool has_bytes(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  if (fs::file_size(path, error) != bytes.size() || error) return false;
  std::ifstream in(path, std::ios::binary);
  std::string old(bytes.size(), '\0');
  in.read(old.data(), static_cast<std::streamsize>(old.size()));
  return in.gcount() == static_cast<std::streamsize>(bytes.size()) && old == bytes;
}

bool have_same_bytes(const fs::path& a, const fs::path& b) {
  std::error_code error;
  if (fs::file_size(a, error) != fs::file_size(b, error) || error) return false;
  std::ifstream first(a, std::ios::binary);
  std::ifstream second(b, std::ios::binary);
  std::array<char, 65536> ours;
  std::array<char, 65536> theirs;
  while (first && second) {
    first.read(ours.data(), ours.size());
    second.read(theirs.data(), theirs.size());
    const auto count = static_cast<std::size_t>(first.gcount());
    if (first.gcount() != second.gcount() ||
        std::string_view(ours.data(), count) != std::string_view(theirs.data(), count))
      return false;
  }
  return first.eof() && second.eof();
}

bool stays_inside(const std::string& file) {
  const fs::path path(file);
  bool inside = !file.empty() && path.is_relative();
  for (const auto& piece : path) inside = inside && piece != "..";
  return inside;
}

}  // namespace

Result<Output> Output::open(const std::string& dir) {
  Output out;
  out.dir_ = dir;
  std::error_code error;
  fs::create_directories(out.dir_, error);
  if (error) return cannot_write(out.dir_);
  std::ifstream in(out.dir_ / list_name);
  if (!in && !fs::is_empty(out.dir_, error))
    return fail(Fault::conflict, fmt::format("{} holds files that are not of an archive", dir),
                "Name a folder of its own for it.");
  for (std::string line; std::getline(in, line);)
    if (stays_inside(line)) out.before_.insert(line);
  // So that a build that is interrupted is known as ours.
  if (out.before_.empty() && !std::ofstream(out.dir_ / list_name, std::ios::app))
    return cannot_write(out.dir_ / list_name);
  return out;
}

Result<void> Output::folder_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  if (!folders_.insert(parent.string()).second) return {};
  std::error_code error;
  fs::create_directories(parent, error);
  return error ? cannot_write(parent) : Result<void>();
}

Result<void> Output::put(const std::string& file, std::string_view bytes) {
  now_.insert(file);
  const fs::path path = dir_ / file;
  if (before_.contains(file) && has_bytes(path, bytes)) {
    ++unchanged_;
    return {};
  }
  ++written_;
  CHECK_OK(folder_of(path));
  const fs::path beside = path.parent_path() / ("." + path.filename().string() + ".carillon-new");
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, path, error);
  if (out && !error) return {};
  fs::remove(beside, error);
  return cannot_write(path);
}

Result<void> Output::take(const std::string& file, const fs::path& from) {
  now_.insert(file);
  const fs::path path = dir_ / file;
  std::error_code error;
  if (before_.contains(file) && have_same_bytes(path, from)) {
    ++unchanged_;
    fs::remove(from, error);
    return {};
  }
  ++written_;
  CHECK_OK(folder_of(path));
  fs::rename(from, path, error);
  return error ? cannot_write(path) : Result<void>();
}

Result<void> Output::link(const std::string& file, const fs::path& from) {
  now_.insert(file);
  const fs::path path = dir_ / file;
  std::error_code error;
  if (before_.contains(file) && fs::equivalent(path, from, error)) return {};
  CHECK_OK(folder_of(path));
  fs::create_hard_link(from, path, error);
  if (!error) return {};
  fs::remove(path, error);
  fs::create_hard_link(from, path, error);
  if (error) fs::copy_file(from, path, fs::copy_options::overwrite_existing, error);
  return error ? cannot_write(path) : Result<void>();
}

Result<void> Output::finish() {
  for (const std::string& file : before_) {
    if (now_.contains(file)) continue;
    std::error_code error;
    const fs::path path = dir_ / file;
    if (!fs::remove(path, error)) continue;
    ++removed_;
    for (fs::path folder = path.parent_path(); folder != dir_ && fs::is_empty(folder, error);
         folder = folder.parent_path())
      fs::remove(folder, error);
  }
  std::ofstream list(dir_ / list_name, std::ios::trunc);
  for (const std::string& file : now_) list << file << "\n";
  list.close();
  return list ? Result<void>() : cannot_write(dir_ / list_name);
}

}  // namespace carillon::past
