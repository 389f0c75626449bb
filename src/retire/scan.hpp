// Looks through a tree for every reference to some accounts, and says of each what it is and what
// is to be done with it. See docs/adr/0007-scan.md.
#pragma once

#include <string>
#include <vector>

#include "retire/accounts.hpp"
#include "retire/literals.hpp"
#include "retire/reference.hpp"
#include "retire/scan_page.hpp"

namespace carillon {

// Everything about the accounts that does not depend on a file: made once, read by all threads.
class Scanner {
 public:
  // With `with_history` what stands in posts and changelogs is judged as text of today: for those
  // whose decision reaches there.
  explicit Scanner(const std::vector<AccountName>& accounts, bool with_history = false);

  // The findings of one file's text, by line. `first_line` is the number of its first line. Pure.
  [[nodiscard]] std::vector<Reference> scan_text(std::string_view path, std::string_view text,
                                                 std::int64_t first_line = 1,
                                                 Held held = Held::tree) const;
  // The finding for a picture file of the platform's logo, by its name; or none. Pure.
  [[nodiscard]] std::vector<Reference> scan_name(std::string_view path) const;

  // The accounts of that platform that are looked for; null: none, and it is not dead either.
  [[nodiscard]] const WatchedNetwork* watched(std::string_view platform) const;

 private:
  std::vector<WatchedNetwork> watched_;
  LiteralSet literals_;
  bool with_history_;
};

// Adds one file's findings to `all`, with that of its name, which takes the place of what its first
// line has to say unless that is to be acted on.
void add_findings(const Scanner& scanner, std::string_view path, std::vector<Reference> found,
                  std::vector<Reference>& all);

struct Scanned {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::vector<std::string> unread;  // files that could not be read
  std::vector<Reference> findings;  // by path and line
};

// All files below `root`, or `root` itself when it is a file; links are not followed, `.git` and
// its like are left out. Errors: not_found when there is no such path.
[[nodiscard]] Result<Scanned> scan_tree(const Scanner& scanner, const std::string& root);

// All files of one commit of the repository at `root`. Errors: not_found when there is no such
// commit, unavailable when git cannot be run; each with what git said.
[[nodiscard]] Result<Scanned> scan_commit(const Scanner& scanner, const std::string& root,
                                          const std::string& commit);

}  // namespace carillon
