// A workspace on the disk: carillon.yaml, posts/, data/.
#pragma once

#include <filesystem>
#include <string>

#include "core/config.hpp"

namespace carillon {

struct Workspace {
  std::filesystem::path dir;
  Config config;
  std::vector<Channel> channels;
  [[nodiscard]] std::string data_dir() const { return dir / "data"; }
};

// A whole file. Errors: not_found, unavailable, too_large (over `bytes_max`), each with the path.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t bytes_max);

// Replaces a file at once: a crash leaves the old or the new one. Errors: unavailable.
[[nodiscard]] Result<void> replace_file(const std::filesystem::path& path, std::string_view text);

// Makes a workspace with a home channel. Errors: conflict when there is one already.
[[nodiscard]] Result<Workspace> init_workspace(const std::filesystem::path& dir);

// Opens the workspace at `dir`, or when empty the nearest folder upwards from the current one.
[[nodiscard]] Result<Workspace> open_workspace(const std::string& dir);

// Sets keys of one channel in carillon.yaml (the channel is added when new), all or none, and reads
// it anew. Errors: invalid when the file would not be read again; it is then as it was.
[[nodiscard]] Result<Workspace> set_channel_keys(
    const Workspace& workspace, const std::string& channel,
    const std::vector<std::pair<std::string, json::value>>& pairs);

}  // namespace carillon
