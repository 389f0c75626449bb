// activitystreams2: documents that must be taken, and in fail/ those that must be refused.
#include <algorithm>

#include "federation/activity.hpp"
#include "report.hpp"

namespace carillon::conformance {

bool run_activitystreams(const std::filesystem::path& root) {
  const auto dir = root / "activitystreams2" / "test";
  if (!std::filesystem::is_directory(dir)) return true;
  Suite suite("activitystreams2");
  for (const bool valid : {true, false}) {
    const auto from = valid ? dir : dir / "fail";
    if (!std::filesystem::is_directory(from)) continue;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(from)) {
      const auto& path = entry.path();
      if (path.extension() == ".json" && path.filename() != "package.json") files.push_back(path);
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
      const auto document = parse_json(read_file(file).value_or(""));
      const auto read = document ? check_activity_streams(*document)
                                 : Result<void>(tl::unexpected(document.error()));
      suite.check((valid ? "" : "fail/") + file.filename().string(), read.has_value() == valid,
                  read ? "taken" : read.error().what);
    }
  }
  return suite.finish();
}

}  // namespace carillon::conformance
