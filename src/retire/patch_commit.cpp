#include "retire/patch_commit.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/git_process.hpp"

namespace carillon {

namespace {

// A file that lives as long as this does.
class Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    ::unlink(path_.c_str());
    ::unlink((path_ + ".lock").c_str());
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The index entry of a path at HEAD: `MODE BLOB ID<tab>PATH`.
Result<std::string> mode_of(const std::string& root, const std::string& path) {
  TRY(const std::string entry, run_git(root, {"ls-tree", "HEAD", "--", path}));
  const auto words = split(entry, ' ');
  if (words.size() < 3 || words[1] != "blob")
    return fail(Fault::conflict, fmt::format("{}: not a file at HEAD", path));
  return words[0];
}

// The tree that HEAD becomes by the patches.
Result<std::string> tree_with(const std::string& root, const std::string& head,
                              const std::vector<FilePatch>& patches) {
  TRY(const std::string folder, run_git(root, {"rev-parse", "--absolute-git-dir"}));
  TRY(const std::string prefix, run_git(root, {"rev-parse", "--show-prefix"}));
  const Scratch index(fmt::format("{}/carillon-index-{}", folder, ::getpid()));
  const std::vector<std::string> own_index{"GIT_INDEX_FILE=" + index.path()};
  CHECK_OK(run_git(root, {"read-tree", head}, {}, own_index));
  std::string entries;
  for (const FilePatch& patch : patches) {
    TRY(const std::string mode, mode_of(root, patch.path));
    // The bytes are the repository's own: no filter of a checkout applies.
    TRY(const std::string id,
        run_git(root, {"hash-object", "-w", "--no-filters", "--stdin"}, patch.after));
    entries += fmt::format("{} {}\t{}{}", mode, id, prefix, patch.path) + '\0';
  }
  CHECK_OK(run_git(root, {"update-index", "-z", "--index-info"}, entries, own_index));
  return run_git(root, {"write-tree"}, {}, own_index);
}

enum class OnBranch { nothing, this_change, other };

// What the branch holds, against the change from `head` to `tree`.
OnBranch held_by(const std::string& root, const std::string& branch, const std::string& head,
                 const std::string& tree) {
  const std::string ref = "refs/heads/" + branch;
  const auto shown = run_git(root, {"rev-parse", ref + "^{tree}", ref + "^@"});
  if (!shown) return OnBranch::nothing;
  return *shown == tree + "\n" + head ? OnBranch::this_change : OnBranch::other;
}

struct BranchChoice {
  std::string branch;
  OnBranch held = OnBranch::nothing;
};

// Where the change goes: a branch that is free or holds it.
Result<BranchChoice> choose_branch(const CommitWish& wish, const std::string& head,
                                   const std::string& tree) {
  const std::string& base = wish.branch.empty() ? wish.otherwise : wish.branch;
  if (!run_git(wish.root, {"check-ref-format", "--branch", base}))
    return fail(Fault::invalid, fmt::format("\"{}\" is no name for a branch", base),
                "Name one with --branch, such as leave-x.");
  BranchChoice out{base, held_by(wish.root, base, head, tree)};
  if (out.held == OnBranch::other && (!wish.branch.empty() || !wish.numbered))
    return fail(Fault::conflict, fmt::format("the branch {} is there already", base),
                fmt::format("It holds something else: name another with --branch, or delete it "
                            "with `git branch -D {}`.",
                            base));
  for (int number = 2; out.held == OnBranch::other; ++number) {
    out.branch = fmt::format("{}-{}", base, number);
    out.held = held_by(wish.root, out.branch, head, tree);
  }
  return out;
}

}  // namespace

Result<ReadText> files_of_head(const std::string& root) {
  CHECK_OK(run_git(root, {"rev-parse", "--verify", "--quiet", "HEAD^{commit}"}));
  return ReadText([root](const std::string& path) -> Result<std::string> {
    Git git;
    CHECK_OK(git.start(root, {"cat-file", "--batch"}));
    std::string head;
    std::string text;
    if (path.find('\n') != std::string::npos)
      return fail(Fault::invalid, fmt::format("{}: a name with a line break", path));
    git.write(fmt::format("HEAD:./{}\n", path));
    git.close_input();
    git.read_until('\n', head);
    const auto words = split(head, ' ');
    const std::size_t size = words.size() == 3 && words[1] == "blob"
                                 ? std::strtoull(words[2].c_str(), nullptr, 10)
                                 : limits::scan_blob_bytes + 1;
    if (size > limits::scan_blob_bytes || !git.read_exactly(size, text))
      return fail(Fault::not_found, fmt::format("{}: no file at HEAD", path));
    return text;
  });
}

Result<PatchCommit> commit_patch(const CommitWish& wish, const std::vector<FilePatch>& patches) {
  const std::string& root = wish.root;
  TRY(const std::string head, run_git(root, {"rev-parse", "HEAD"}));
  TRY(const std::string tree, tree_with(root, head, patches));
  TRY(const BranchChoice place, choose_branch(wish, head, tree));
  if (place.held == OnBranch::this_change) {
    TRY(const std::string id, run_git(root, {"rev-parse", "refs/heads/" + place.branch}));
    return PatchCommit{place.branch, id};
  }
  auto commit = run_git(root, {"commit-tree", tree, "-p", head, "-F", "-"}, wish.message);
  if (!commit) {
    commit.error().hint = "Tell git who you are: git config user.name and user.email.";
    return tl::unexpected<Error>(std::move(commit).error());
  }
  CHECK_OK(run_git(root, {"update-ref", "--stdin"},
                   fmt::format("create refs/heads/{} {}\n", place.branch, *commit)));
  return PatchCommit{place.branch, *commit};
}

}  // namespace carillon
