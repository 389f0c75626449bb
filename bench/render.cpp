#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/bytes.hpp"
#include "bench.hpp"
#include "text/adapt.hpp"
#include "text/length.hpp"

namespace carillon::bench {

namespace {

namespace fs = std::filesystem;

constexpr double seconds = 3;

Limits limits_of(const std::string& platform) {
  Limits out;
  out.platform = platform;
  if (platform == "x") {
    out.length = 280;
    out.count = x_weighted_length;
    out.entities = x_entities;
  } else if (platform == "mastodon") {
    out.length = 500;
    out.count = [](std::string_view text) { return mastodon_length(text); };
    out.entities = mastodon_entities;
  } else {
    out.length = 300;
    out.bytes = 3000;
    out.count = [](std::string_view text) { return bluesky_length(text).graphemes; };
    out.entities = bluesky_entities;
    out.card = true;
  }
  return out;
}

// A file whose front matter is another program's is a body as a whole.
Announcement announcement_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  Announcement out{"bench", 1, "https://example.org/posts/bench/", {}};
  if (auto draft = parse_post(text, file.filename().string())) {
    out.draft = std::move(*draft);
  } else {
    out.draft.body = text;
  }
  return out;
}

}  // namespace

int render(const std::string& dir, const std::string& bodies_file, std::uintmax_t bytes_max) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(dir)) {
    const std::string name = entry.path().filename().string();
    if (name != "README.md" && name != "INDEX.json" && entry.file_size() <= bytes_max)
      files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Announcement> announcements;
  json::array bodies;
  for (const fs::path& file : files) {
    announcements.push_back(announcement_of(file));
    bodies.push_back(json::string(announcements.back().draft.body));
  }
  std::ofstream(bodies_file, std::ios::binary) << json::serialize(bodies);

  std::vector<Limits> channels;
  for (const char* platform : {"x", "mastodon", "bluesky"}) channels.push_back(limits_of(platform));
  std::size_t rendered = 0;
  std::size_t parts = 0;
  const auto round = [&] {
    for (const Announcement& announcement : announcements) {
      for (const Limits& limits : channels)
        parts += adapt(announcement, limits.platform, limits).parts.size();
      ++rendered;
    }
  };
  round();  // warms the caches
  rendered = parts = 0;
  const auto start = Steady::now();
  while (seconds_since(start) < seconds) round();
  const double took = seconds_since(start);
  if (rendered == 0 || parts < rendered) {
    std::fputs("a text had no rendition\n", stderr);
    return 1;
  }
  fmt::print("{{\"texts\": {}, \"rate\": {:.1f}}}\n", files.size(), double(rendered) / took);
  return 0;
}

}  // namespace carillon::bench
