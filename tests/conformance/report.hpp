// Counts the cases of one suite and says which failed.
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace carillon::conformance {

// Key -> reason, of the cases that are known to fail.
using Misses = std::map<std::string, std::string, std::less<>>;
// The lines of known-misses.txt that concern `suite`; the file is part of the program.
[[nodiscard]] Misses known_misses(std::string_view suite);

class Suite {
 public:
  explicit Suite(std::string name);

  // `key` names the case whatever part of the suite is run. `detail`: wanted and got.
  void check(std::string_view key, bool passed, std::string_view detail = {});
  template <typename Value>
  void equal(std::string_view key, const Value& got, const Value& wanted);

  // Prints "SUITE passed/total" and the failing cases. True when none failed unexpectedly.
  bool finish() const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  [[nodiscard]] Misses::const_iterator find_miss(std::string_view key) const;

  std::string name_;
  Misses misses_;
  std::size_t passed_ = 0;
  std::size_t total_ = 0;
  std::string unexpected_;
  std::string expected_;
  std::string healed_;
};

// The first line of a text, short enough for a report.
[[nodiscard]] std::string shown(std::string_view text);
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path);
// The JSON document at `path`; exits the program with a message when it is not JSON.
[[nodiscard]] boost::json::value read_json(const std::filesystem::path& path);

template <typename Value>
void Suite::equal(std::string_view key, const Value& got, const Value& wanted) {
  if (got == wanted) {
    check(key, true);
  } else {
    check(key, false,
          "wanted " + boost::json::serialize(boost::json::value_from(wanted)) + ", got " +
              boost::json::serialize(boost::json::value_from(got)));
  }
}

// Each runs what it finds below `root` and returns whether nothing failed unexpectedly; a suite
// that is absent is passed over.
bool run_unicode(const std::filesystem::path& root);
bool run_twitter(const std::filesystem::path& root);
bool run_bluesky(const std::filesystem::path& root);
bool run_mastodon(const std::filesystem::path& root);
bool run_atproto(const std::filesystem::path& root);
bool run_markdown(const std::filesystem::path& root);
bool run_activitystreams(const std::filesystem::path& root);
bool run_fields(const std::filesystem::path& root);
bool run_signatures(const std::filesystem::path& root);

}  // namespace carillon::conformance
