// Patches a tree of files, or one commit of a repository.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "retire/patch.hpp"

namespace carillon {

struct FilePatch {
  std::string path;  // relative to the root
  std::string before;
  std::string after;
  std::vector<std::int64_t> changed;  // lines of `before` that are gone or different
};

// Delistable lines that stand where the decision does not reach.
struct BeyondScope {
  Scope scope = Scope::history;
  std::int64_t lines = 0;
};
BOOST_DESCRIBE_STRUCT(BeyondScope, (), (scope, lines))

struct TreePatch {
  std::int64_t files = 0;  // read
  std::vector<FilePatch> patches;
  std::vector<PatchTask> tasks;
  std::vector<Reference> remaining;  // to be removed, in scope, and still there: each has a task
  std::vector<BeyondScope> beyond;
  std::vector<std::string> unread;
};

// Gives the whole text of a file below the root.
using ReadText = std::function<Result<std::string>(const std::string& path)>;

// Makes the patch for what a scan with `with_history` found. Changes nothing. Errors: those of
// `read`.
[[nodiscard]] Result<TreePatch> patch_scanned(const Scanner& scanner, const Scanned& scanned,
                                              const PatchOptions& options, const ReadText& read);

// Which paths a translation service fills, as its settings say: crowdin.yml, .tx/config. What
// stands there is translators' work, which a patch of the source reaches by itself.
class TranslatedPaths {
 public:
  // From the text of such a file; may be called for several. Pure.
  void learn(std::string_view settings);
  [[nodiscard]] bool hold(std::string_view path) const;

 private:
  std::vector<std::string> sources_;
  std::vector<std::string> translations_;
};

}  // namespace carillon
