// carillon-conformance DIR: runs the conformance suites found below DIR.
#include <fmt/format.h>

#include <cstdio>

#include "report.hpp"
#include "text/graphemes.hpp"

int main(int argc, char** argv) {
  using namespace carillon::conformance;
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    fmt::print(stderr, "usage: carillon-conformance DIR (a directory of suites)\n");
    return 2;
  }
  const std::filesystem::path root = argv[1];
  fmt::print("graphemes of Unicode {}\n", carillon::grapheme_unicode_version);
  bool passed = true;
  for (const auto run : {run_unicode, run_twitter, run_bluesky, run_mastodon, run_atproto,
                         run_markdown, run_activitystreams, run_fields, run_signatures}) {
    passed = run(root) && passed;
  }
  fmt::print("{}\n", passed ? "all passed but the known misses" : "some failed");
  return passed ? 0 : 1;
}
