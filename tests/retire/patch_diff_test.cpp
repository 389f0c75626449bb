#include "retire/patch_diff.hpp"

#include <doctest/doctest.h>

#include <random>

#include "retire/patch_tree.hpp"

using namespace carillon;

TEST_CASE("a diff takes back every change it tells") {
  std::mt19937 dice(7);  // NOLINT: the same texts each time
  for (int round = 0; round < 400; ++round) {
    std::string before;
    std::string after;
    const auto lines = static_cast<int>(dice() % 60);
    for (int i = 0; i < lines; ++i) {
      const std::string line = "line " + std::to_string(dice() % 8) + (dice() % 9 == 0 ? "\r" : "");
      const auto what = dice() % 10;
      if (what != 0) before += line + "\n";
      if (what > 1) after += (what == 2 ? "other" : line) + "\n";
    }
    if (dice() % 3 == 0 && !before.empty()) before.pop_back();
    if (dice() % 3 == 0 && !after.empty()) after.pop_back();
    const std::string diff = unified_diff("a \"b\"\n.md", before, after);
    if (before == after) CHECK(diff.empty());
    if (before == after) continue;
    const auto hunks = read_diff(diff);
    REQUIRE_MESSAGE(hunks.has_value(), diff);
    REQUIRE(hunks->contains("a \"b\"\n.md"));
    const auto back = undone(after, hunks->at("a \"b\"\n.md"));
    REQUIRE_MESSAGE(back.has_value(), diff);
    REQUIRE(*back == before);
  }
}

TEST_CASE("a file that is no diff, or a text that changed since, is refused") {
  CHECK(read_diff("hello\n").error().fault == Fault::corrupt);
  const auto hunks = read_diff(unified_diff("a", "1\n2\n3\n", "1\n3\n"));
  REQUIRE(hunks.has_value());
  CHECK(undone("1\n4\n", hunks->at("a")).error().fault == Fault::conflict);
  CHECK(undone("", hunks->at("a")).error().fault == Fault::conflict);
}

TEST_CASE("the settings of a translation service say which files are translators'") {
  TranslatedPaths crowdin;
  crowdin.learn(
      "files:\n  - source: /content/en/*.md\n    translation: "
      "/content/%two_letters_code%/%original_file_name%\n");
  CHECK(crowdin.hold("content/pt/about.md"));
  CHECK_FALSE(crowdin.hold("content/en/about.md"));
  CHECK_FALSE(crowdin.hold("content/case-studies/about.md"));
  CHECK_FALSE(crowdin.hold("about.md"));
  TranslatedPaths transifex;
  transifex.learn(
      "[a.b]\nfile_filter = locale/<lang>/LC_MESSAGES/a.po\nsource_file = "
      "locale/en/LC_MESSAGES/a.po\n");
  CHECK(transifex.hold("locale/pt_BR/LC_MESSAGES/a.po"));
  CHECK_FALSE(transifex.hold("locale/en/LC_MESSAGES/a.po"));
}
