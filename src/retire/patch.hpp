// Takes the references to an account out of a file: whole items at a time, so that what is left is
// still a list, a sentence, a file of its format. See docs/adr/0009-patches.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retire/scan.hpp"

namespace carillon {

// How far a patch may go, and what takes the place of what it removes.
struct PatchOptions {
  std::vector<Scope> scopes;  // where lines may be changed; empty: nowhere
  std::string replace_url;    // the channel that is named instead; empty: nothing is
  std::string replace_name;   // what readers call it: "Mastodon"
};

// What a person must do, since a program could not do it safely or may not.
struct PatchTask {
  std::string path;
  std::int64_t line = 0;  // of the file as it was
  std::string owner;      // who can do it: "translators", "whoever made the promise"
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(PatchTask, (), (path, line, owner, reason))

struct Patched {
  std::string text;
  std::vector<PatchTask> tasks;       // by line
  std::vector<std::int64_t> changed;  // lines of the file as it was that are gone or different
};

// The text without the references that a scan says are to be removed and that stand in one of
// `options.scopes`, and without the account's name in a page's cards. Bytes that belong to no such
// reference stay as they are, whatever their encoding or line ends. A text that a program could
// read in its format before (JSON, YAML, TOML, balanced HTML) can be read after; where it could
// not, nothing is changed and the task says so. A patched text has nothing more to be patched.
// Pure.
[[nodiscard]] Patched patch_text(const Scanner& scanner, std::string_view path,
                                 std::string_view text, const PatchOptions& options);

// Who must see to a finding that no program may settle. Pure.
[[nodiscard]] std::string owner_of_task(const Reference& finding);

}  // namespace carillon
