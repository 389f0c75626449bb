#include "hub/workspace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/limits.hpp"

namespace carillon {

namespace fs = std::filesystem;

namespace {

constexpr const char* first_config =
    "# The organisation, its channels and rules. Never a secret.\n"
    "organisation:\n"
    "  name: Our project\n"
    "  url: http://127.0.0.1:8080   # where the home lives\n"
    "  description: What we do, in one line\n"
    "  language: en\n"
    "  time_zone: UTC\n"
    "\n"
    "channels:\n"
    "  home:\n"
    "    platform: home\n"
    "    use: home\n";

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  std::error_code error;
  if (!fs::exists(path, error))
    return fail(Fault::not_found, fmt::format("there is no file {}", path.string()),
                "Check the path.");
  if (fs::is_directory(path, error))
    return fail(Fault::invalid, fmt::format("{} is a folder", path.string()), "Name a file.");
  const auto size = fs::file_size(path, error);
  if (!error && size > bytes_max)
    return fail(Fault::too_large,
                fmt::format("{} is {} bytes long, more than {}", path.string(), size, bytes_max),
                "Is this the right file? An announcement is a text; link to the long version.");
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  if (!in)
    return fail(Fault::unavailable, fmt::format("{} cannot be read", path.string()),
                "Check its permissions.");
  return std::move(out).str();
}

namespace {

// Hints about a post file would lead astray here.
Result<std::string> read_config(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error))
    return fail(Fault::invalid, fmt::format("{} is a folder, not a file", path.string()),
                "Move it away and restore the file, or make a workspace with `carillon init`.");
  auto text = read_file(path, limits::yaml_bytes);
  if (!text && text.error().fault == Fault::too_large)
    text.error().hint = "Is this the right file? It holds settings, a few lines for each channel.";
  return text;
}

}  // namespace

Result<void> replace_file(const fs::path& path, std::string_view text) {
  const std::string beside = path.string() + ".new";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (written && ::rename(beside.c_str(), path.c_str()) == 0) return {};
  ::unlink(beside.c_str());
  return fail(Fault::unavailable,
              fmt::format("{} cannot be written: {}", path.string(), std::strerror(why)),
              "Check the disk and the permissions; the old file is as it was.");
}

Result<Workspace> init_workspace(const fs::path& dir) {
  std::error_code error;
  if (fs::exists(dir / "carillon.yaml", error))
    return fail(Fault::conflict, fmt::format("{} is a workspace already", dir.string()),
                "Use it as it is, or name another folder.");
  for (const char* folder : {"posts", "data"}) {
    fs::create_directories(dir / folder, error);
    if (error)
      return fail(
          Fault::unavailable,
          fmt::format("the folder {} cannot be made: {}", (dir / folder).string(), error.message()),
          "Name a folder in a place where you may write.");
  }
  fs::permissions(dir / "data", fs::perms::owner_all, error);
  CHECK_OK(replace_file(dir / "carillon.yaml", first_config));
  return open_workspace(dir.string());
}

Result<Workspace> open_workspace(const std::string& dir) {
  std::error_code error;
  fs::path at = dir.empty() ? fs::current_path(error) : fs::path(dir);
  while (dir.empty() && !fs::exists(at / "carillon.yaml", error) && at.has_relative_path())
    at = at.parent_path();
  if (!fs::exists(at / "carillon.yaml", error))
    return fail(Fault::not_found,
                dir.empty() ? "there is no workspace here or in any folder above"
                            : fmt::format("{} is not a workspace: it has no carillon.yaml", dir),
                "Make one with `carillon init`, or name one with --workspace DIR.");
  Workspace out;
  out.dir = fs::absolute(at, error);
  TRY(const std::string text, read_config(at / "carillon.yaml"));
  TRY(out.config, parse_config(text));
  TRY(out.channels, channels_of(out.config));
  fs::create_directories(out.dir / "data", error);
  if (!fs::is_directory(out.dir / "data", error))
    return fail(Fault::unavailable,
                fmt::format("{} is no folder, and none can be made there", out.data_dir()),
                "It holds the database: give this user write permission to the workspace, and move "
                "away what stands in its place.");
  return out;
}

Result<Workspace> set_channel_keys(const Workspace& workspace, const std::string& channel,
                                   const std::vector<std::pair<std::string, json::value>>& pairs) {
  const fs::path path = workspace.dir / "carillon.yaml";
  TRY(std::string text, read_file(path, limits::yaml_bytes));
  for (const auto& [key, value] : pairs) {
    TRY(text, with_channel_key(text, channel, key, value));
  }
  CHECK_OK(replace_file(path, text));
  return open_workspace(workspace.dir.string());
}

}  // namespace carillon
