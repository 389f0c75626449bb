#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/bytes.hpp"

namespace carillon::conformance {

// Made from known-misses.txt when the program is built.
extern const char* const known_misses_text;

Misses known_misses(std::string_view suite) {
  Misses out;
  for (const std::string& line : split(known_misses_text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto fields = split(line, '\t');
    if (fields.size() != 3) {
      fmt::print(stderr, "known-misses.txt: not three fields: {}\n", line);
      std::exit(2);
    }
    if (fields[0] == suite) out[fields[1]] = fields[2];
  }
  return out;
}

Suite::Suite(std::string name) : name_(std::move(name)), misses_(known_misses(name_)) {}

// A listed key that ends with "*" stands for all that begin so.
Misses::const_iterator Suite::find_miss(std::string_view key) const {
  const auto exact = misses_.find(key);
  if (exact != misses_.end()) return exact;
  return std::find_if(misses_.begin(), misses_.end(), [&](const auto& miss) {
    const std::string_view listed = miss.first;
    return listed.ends_with('*') && key.starts_with(listed.substr(0, listed.size() - 1));
  });
}

void Suite::check(std::string_view key, bool passed, std::string_view detail) {
  ++total_;
  const auto miss = find_miss(key);
  if (passed) {
    ++passed_;
    if (miss != misses_.end() && miss->first == key)
      healed_ += fmt::format("  passes though listed: {}\n", key);
  } else if (miss != misses_.end()) {
    expected_ += fmt::format("  known: {}: {}\n", key, miss->second);
  } else {
    unexpected_ += fmt::format("  FAILED: {}{}{}\n", key, detail.empty() ? "" : ": ", detail);
  }
}

bool Suite::finish() const {
  if (total_ == 0) return true;
  fmt::print("{} {}/{}\n{}{}{}", name_, passed_, total_, unexpected_, expected_, healed_);
  return unexpected_.empty();
}

std::string shown(std::string_view text) {
  std::string line(text.substr(0, 60));
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

boost::json::value read_json(const std::filesystem::path& path) {
  const auto text = read_file(path);
  boost::json::error_code error;
  boost::json::value out = boost::json::parse(text.value_or(""), error);
  if (!text || error) {
    fmt::print(stderr, "{}: {}\n", path.string(), text ? error.message() : "cannot read it");
    std::exit(2);
  }
  return out;
}

}  // namespace carillon::conformance
