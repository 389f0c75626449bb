// Archives of the generator beside this repository, where it is: counts against its truth.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/describe.hpp"
#include "retire/archive_build.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

fs::path generator() {
  const char* shared = std::getenv("CARILLON_SHARED");  // NOLINT: no other thread is there
  const fs::path folder =
      shared != nullptr ? fs::path(shared) : fs::path(CARILLON_SOURCE_DIR).parent_path() / "shared";
  return folder / "delist/make_archive.py";
}

std::string read_all(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string names_and_bytes(const fs::path& dir) {
  std::string out;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    out += entry.path().string() + "\n";
    CHECK_FALSE(entry.is_symlink());
    if (entry.is_regular_file()) out += read_all(entry.path());
  }
  return out;
}

struct Run {
  json::object truth;
  ArchiveImported imported;
  rig::TempDir dir;
};

void run(Run& out, const std::string& options, bool zip) {
  const std::string command =
      fmt::format("python3 '{}' --tweets 1500 {} --out '{}' --zip '{}' --truth '{}' >/dev/null",
                  generator().string(), options, out.dir.file("in"), out.dir.file("in.zip"),
                  out.dir.file("truth.json"));
  REQUIRE(std::system(command.c_str()) == 0);  // NOLINT: a command of this test
  const auto truth = parse_json(read_all(out.dir.path() / "truth.json"));
  REQUIRE(truth.has_value());
  out.truth = truth->get_object();
  fs::create_directories(out.dir.path() / "w/data");
  const auto done = import_archive(out.dir.file(zip ? "in.zip" : "in"), out.dir.file("w/data"),
                                   [](std::string_view, std::uint64_t, std::uint64_t) {});
  REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().what));
  out.imported = *done;
}

void check_counts(const Run& run) {
  const ArchiveCounts& c = run.imported.counts;
  const auto truth = [&](const char* key) { return run.truth.at(key).as_int64(); };
  CHECK(c.posts == truth("tweets"));
  CHECK(c.threads == truth("threads"));
  CHECK(c.longest_thread == truth("longest_thread"));
  CHECK(c.follow_ups == truth("replies_to_self"));
  CHECK(c.replies == truth("replies_to_others"));
  CHECK(c.reposts == truth("retweets"));
  CHECK(c.quotes == truth("quotes"));
  CHECK(c.pictures == truth("photos"));
  CHECK(c.videos == truth("videos"));
  CHECK(c.animations == truth("gifs"));
  CHECK(c.missing_media == truth("missing_media"));
  CHECK(c.alt_texts == truth("alt_texts"));
  CHECK(c.edited == truth("edited"));
  CHECK(c.long_texts * 100 >= truth("notes") * 99);
  // The truth counts some without a target that the generator gives one later, where they quote.
  CHECK(c.short_links + c.short_links_left == truth("tco"));
  CHECK(c.short_links_left <= truth("tco_without_expanded"));
  CHECK(c.short_links_left + truth("quotes") >= truth("tco_without_expanded"));
}

void check_output(const Run& run) {
  const auto built = build_archive(
      run.dir.file("w/data"), run.dir.file("w/out"),
      {"https://example.org", "", "/past/", "Example"},
      [](const PastPage& page) { return page.main; },
      [](std::string_view, std::uint64_t, std::uint64_t) {});
  REQUIRE_MESSAGE(built.has_value(), (built ? "" : built.error().what));
  CHECK(built->posts == run.truth.at("tweets").as_int64());
  const std::string all = names_and_bytes(run.dir.path() / "w");
  for (const char* secret : {"SECRET-", "192.0.2.", "evil.txt", "root:x:"})
    CHECK_MESSAGE(all.find(secret) == std::string::npos, secret);
}

}  // namespace

TEST_CASE("counts equal the generator's truth, in every era and form") {
  if (!fs::exists(generator())) {
    MESSAGE("skipped: " << generator().string() << " is not there");
    return;
  }
  struct Form {
    const char* options;
    bool zip;
  };
  for (const Form& form :
       {Form{"--seed 1", false}, Form{"--seed 2 --zip64", true}, Form{"--seed 3 --era 2020", true},
        Form{"--seed 4 --part-bytes 400000", true}, Form{"--seed 5 --hostile", true}}) {
    CAPTURE(form.options);
    Run one;
    run(one, form.options, form.zip);
    check_counts(one);
    check_output(one);
  }
}
