// Carrying a decision out in files: what points to an account is taken away, as a diff, in place or
// as a commit.
#pragma once

#include <string>
#include <vector>

#include "core/decision.hpp"
#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "retire/patch_tree.hpp"

namespace carillon {

struct DelistPatchRequest {
  static constexpr std::array<std::string_view, 1> required{"path"};
  std::string path;
  std::string channel = {};
  std::string decision = {};
  std::vector<std::string> handle = {};
  std::vector<Scope> scope = {};
  std::string record = {};
  std::string replace = {};
  std::string replace_name = {};
  std::string diff = {};
  bool write = false;
  bool commit = false;
  std::string branch = {};
  bool pull = false;
  std::string base = {};
  std::string remote = {};
  std::string forge = {};
  std::string forge_api = {};
  std::string token = {};
  std::string undo = {};
  static constexpr std::array<std::array<std::string_view, 2>, 19> notes{{
      {"path", "a folder, file or repository"},
      {"channel", "the channel of the workspace that is left"},
      {"decision", "the decision that is carried out; default: the latest about the channel"},
      {"handle", "an account, as x:ProjectJupyter; needs no workspace"},
      {"scope",
       "where lines may be removed, without a workspace: page_furniture, current_text "
       "or history"},
      {"record", "without a workspace: the address where the decision can be read"},
      {"replace", "the address that stands in its place where a link is shown"},
      {"replace_name", "what readers call that: Mastodon"},
      {"diff", "write the changes to this file, not to standard output"},
      {"write", "change the files; what was done is kept for --undo"},
      {"commit", "make one commit on a new branch; the files on the disk stay as they are"},
      {"branch", "the name of that branch; default: delist-PLATFORM"},
      {"pull", "push that branch and open a pull request; the commit comes with it"},
      {"base", "the branch it shall go into; default: the default branch at the host"},
      {"remote", "the remote that is pushed to; default: origin"},
      {"forge", "what a host of your own speaks: github, gitlab or forgejo (Gitea too)"},
      {"forge_api", "the address of its interface, where it is not the usual one"},
      {"token", "of the host; by CARILLON_FORGE_TOKEN, a prompt or standard input"},
      {"undo", "take back the changes that stand in this file, byte for byte"},
  }};
};
BOOST_DESCRIBE_STRUCT(DelistPatchRequest, (),
                      (path, channel, decision, handle, scope, record, replace, replace_name, diff,
                       write, commit, branch, pull, base, remote, forge, forge_api, token, undo))

struct PatchedFile {
  std::string path;
  std::vector<std::int64_t> lines;  // of the file as it was: gone or different
};
BOOST_DESCRIBE_STRUCT(PatchedFile, (), (path, lines))

struct PullOutcome {
  std::string url;       // of the pull request; empty: none
  bool existed = false;  // it was open before
  bool pushed = false;   // the branch is at the host
  std::string why;       // why there is none
  std::string hint;      // what to do about it
};
BOOST_DESCRIBE_STRUCT(PullOutcome, (), (url, existed, pushed, why, hint))

struct DelistPatched {
  std::string decision;  // its id; empty without a workspace
  std::string record;
  std::int64_t files_read = 0;
  std::vector<PatchedFile> files;
  std::vector<PatchTask> tasks;      // by path and line
  std::vector<Reference> remaining;  // in scope and still to be removed: each has its task
  std::vector<BeyondScope> beyond;   // where the decision does not reach
  std::vector<std::string> unread;
  std::string diff;  // in the unified format
  std::string kept;  // the file that undoes what was written
  std::string branch;
  std::string commit;
  PullOutcome pull;
};
BOOST_DESCRIBE_STRUCT(DelistPatched, (),
                      (decision, record, files_read, files, tasks, remaining, beyond, unread, diff,
                       kept, branch, commit, pull))

// Removes what points to the accounts of the channel, as far as the decision reaches; a dry run
// unless `write`, `commit` or `pull` is said. A pull request that could not be opened is no error,
// since its commit was made: the reply says why. Errors: denied for an actor elsewhere and before
// the decision's first day; not_found without a decision; invalid for an account or an address that
// is none; those of the scan, of git and of the disk. Where one is returned nothing was changed.
Result<DelistPatched> delist_patch(Hub& hub, const Actor& actor, const DelistPatchRequest& request);

// The same where accounts, scopes and the record of the decision are named: needs no workspace.
Result<DelistPatched> delist_patch_without_workspace(const Actor& actor,
                                                     const DelistPatchRequest& request);

// What was done or would be, for people. Pure.
[[nodiscard]] std::string patched_in_words(const DelistPatchRequest& request,
                                           const DelistPatched& patched);

// 3 where something in scope is left after the change, or the pull request is missing. Pure.
[[nodiscard]] int patched_exit_code(const DelistPatched& patched);

[[nodiscard]] std::vector<Operation<Hub>> patching_operations();

}  // namespace carillon
