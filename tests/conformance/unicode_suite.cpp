// GraphemeBreakTest.txt and emoji-test.txt of each version's folder, NormalizationTest.txt of X's
// count.
#include <fmt/format.h>

#include <charconv>
#include <set>
#include <vector>

#include "base/bytes.hpp"
#include "report.hpp"
#include "text/codepoints.hpp"
#include "text/graphemes.hpp"
#include "text/length.hpp"

namespace carillon::conformance {

namespace {

namespace fs = std::filesystem;

char32_t hex(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

std::string from_hex_points(std::string_view points) {
  std::string out;
  for (const std::string& point : split(trim(points), ' ')) {
    if (!point.empty()) append_utf8(hex(point), out);
  }
  return out;
}

void run_breaks(Suite& suite, const fs::path& file, const std::string& version) {
  for (const std::string& line : split(read_file(file).value_or(""), '\n')) {
    const std::string rule(trim(line.substr(0, line.find('#'))));
    if (rule.empty()) continue;
    std::string text;
    std::vector<std::size_t> wanted;
    for (const std::string& word : split(rule, ' ')) {
      if (word == "÷") {
        if (!text.empty()) wanted.push_back(text.size());
      } else if (word != "×" && !word.empty()) {
        append_utf8(hex(word), text);
      }
    }
    const auto got = grapheme_ends(text);
    suite.check(fmt::format("{} {}", version, rule),
                got == wanted && count_graphemes(text) == wanted.size(),
                fmt::format("{} clusters instead of {}", got.size(), wanted.size()));
  }
}

void run_emoji(Suite& graphemes, Suite& weights, const fs::path& file) {
  for (const std::string& line : split(read_file(file).value_or(""), '\n')) {
    const std::size_t mark = line.find("; fully-qualified");
    if (line.starts_with('#') || mark == std::string::npos) continue;
    const std::string key(trim(line.substr(0, mark)));
    const std::string emoji = from_hex_points(key);
    graphemes.equal(key, static_cast<std::int64_t>(count_graphemes(emoji)), std::int64_t{1});
    weights.equal(key, x_weighted_length(emoji), std::int64_t{2});
  }
}

void run_normalization(Suite& suite, const fs::path& file) {
  for (const std::string& line : split(read_file(file).value_or(""), '\n')) {
    const auto fields = split(line.substr(0, line.find('#')), ';');
    if (fields.size() < 5) continue;
    const std::string wanted = from_hex_points(fields[1]);
    bool passed = true;
    for (std::size_t i = 0; i < 3; ++i)
      passed = passed && to_nfc(from_hex_points(fields[i])) == wanted;
    suite.check(fields[0], passed);
  }
}

}  // namespace

bool run_unicode(const fs::path& root) {
  const fs::path dir = root / "unicode";
  if (!fs::is_directory(dir)) return true;
  Suite breaks("unicode/graphemes");
  Suite emoji("unicode/emoji");
  Suite weights("unicode/emoji-weight");
  Suite normal("unicode/nfc");
  std::set<fs::path> versions;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (entry.is_directory()) versions.insert(entry.path());
  }
  for (const fs::path& version : versions) {
    run_breaks(breaks, version / "GraphemeBreakTest.txt", version.filename().string());
    run_emoji(emoji, weights, version / "emoji-test.txt");
    run_normalization(normal, version / "NormalizationTest.txt");
  }
  bool passed = true;
  for (const Suite* suite : {&breaks, &emoji, &weights, &normal}) {
    passed = suite->finish() && passed;
  }
  return passed;
}

}  // namespace carillon::conformance
