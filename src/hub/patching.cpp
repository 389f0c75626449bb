#include "hub/patching.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "consult/decisions.hpp"
#include "hub/patch_words.hpp"
#include "hub/pulling.hpp"
#include "hub/retiring.hpp"
#include "hub/workspace.hpp"
#include "net/url.hpp"
#include "retire/patch_commit.hpp"
#include "retire/patch_diff.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

Result<void> check_request(const Actor& actor, const DelistPatchRequest& request) {
  if (!actor.local)
    return fail(Fault::denied, "a patch changes files of the machine it runs on",
                "Run `carillon delist patch` on the machine that has them.");
  const bool commit = request.commit || request.pull;
  if (request.write && commit)
    return fail(Fault::invalid, "--write and --commit do not go together",
                "--write changes the files, --commit makes a commit and leaves them alone.");
  const bool of_a_pull = !request.base.empty() || !request.remote.empty() ||
                         !request.forge.empty() || !request.forge_api.empty();
  if (of_a_pull && !request.pull)
    return fail(Fault::invalid, "--base, --remote, --forge and --forge-api go with --pull",
                "Add --pull.");
  if (!request.branch.empty() && !commit)
    return fail(Fault::invalid, "--branch names the branch of a --commit", "Add --commit.");
  if (request.replace.empty() != request.replace_name.empty())
    return fail(Fault::invalid, "what stands in its place needs an address and a name",
                "Say both: --replace https://fosstodon.org/@you --replace-name Mastodon.");
  if (request.replace.empty()) return {};
  // Somebody's "ttps://" went out to every page of a site.
  if (auto url = parse_url(request.replace); !url)
    return tl::unexpected<Error>(within("--replace", url.error()));
  const bool plain = request.replace_name.find_first_of("<>[]()\"'`|\n") == std::string::npos &&
                     request.replace.find_first_of("<>[]()\"'`| \n") == std::string::npos;
  if (!plain)
    return fail(Fault::invalid, "the name or address in its place holds brackets or quotes",
                "Files of many formats must take it: write it without.");
  return {};
}

Result<Decision> decision_for(Hub& hub, const DelistPatchRequest& request) {
  Decisions decisions(hub.store());
  if (!request.decision.empty()) {
    TRY(const Decision out, decisions.get(request.decision));
    if (out.channel != request.channel || !ends_a_channel(out.to))
      return fail(Fault::denied,
                  fmt::format("decision {} is about the channel {}, which becomes {}", out.id,
                              out.channel, word_of(out.to)),
                  "Name the decision by which this channel is left.");
    return out;
  }
  TRY(const auto all, decisions.list());
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Decision& one) {
    return one.channel == request.channel && ends_a_channel(one.to);
  });
  if (found != all.rend()) return *found;
  return fail(Fault::not_found,
              fmt::format("no decision says that the channel {} is left", request.channel),
              fmt::format("Enter it with `carillon decision add --channel {} --to reserved`: "
                          "consent is never assumed.",
                          request.channel));
}

// The decision as it is named on the command line.
Result<Decision> decision_named(const DelistPatchRequest& request) {
  if (request.record.empty())
    return fail(Fault::denied, "who decided this, and where can it be read? No record is named",
                "Say --record with the address of the vote or the minutes: consent is never "
                "assumed.");
  CHECK_OK(parse_url(request.record));
  Decision out;
  out.title = "Leave the account";
  out.body = "see the record";
  out.record = request.record;
  out.decided = "1970-01-01";
  out.scopes = request.scope;
  CHECK_OK(check_decision(out));
  return out;
}

Result<std::string> read_below(const fs::path& root, const std::string& path) {
  return read_file(root / path, limits::scan_piece_bytes);
}

// The folder that the paths of a patch are below.
fs::path base_of(const std::string& root) {
  std::error_code error;
  if (fs::is_directory(root, error)) return root;
  const fs::path parent = fs::path(root).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

// Beside the folder, so that no scan of it finds what was removed.
fs::path kept_beside(const std::string& root) {
  std::error_code error;
  fs::path whole = fs::weakly_canonical(root, error);
  if (whole.filename().empty()) whole = whole.parent_path();
  fs::path out = whole;
  out += "-delist.diff";
  for (int number = 2; fs::exists(out, error); ++number) {
    out = whole;
    out += fmt::format("-delist-{}.diff", number);
  }
  return out;
}

// Puts the text in the file's place with the file's own permissions.
Result<void> put_back(const fs::path& path, std::string_view text) {
  std::error_code error;
  const fs::perms mode = fs::status(path, error).permissions();
  CHECK_OK(replace_file(path, text));
  fs::permissions(path, mode, error);
  return {};
}

Result<void> write_all(const fs::path& base, const std::vector<FilePatch>& patches) {
  for (const FilePatch& patch : patches) {
    TRY(const std::string now, read_below(base, patch.path));
    if (now != patch.before)
      return fail(Fault::conflict, fmt::format("{} changed meanwhile", patch.path),
                  "Run the patch again.");
  }
  for (std::size_t i = 0; i < patches.size(); ++i) {
    auto done = put_back(base / patches[i].path, patches[i].after);
    if (done) continue;
    // All or none: half a patch could not be taken back as a whole.
    for (std::size_t j = 0; j < i; ++j)
      CHECK_OK(put_back(base / patches[j].path, patches[j].before));
    return done;
  }
  return {};
}

// What a patch needs of the world around it.
struct Tools {
  HttpClient& http;
  const Clock& clock;
};

Result<void> carry_out(const Mandate& mandate, const DelistPatchRequest& request,
                       const std::vector<FilePatch>& patches, const Tools& tools,
                       DelistPatched& out) {
  if (request.write && !patches.empty()) {
    const fs::path kept = request.diff.empty() ? kept_beside(request.path) : fs::path(request.diff);
    // First what undoes it, then the deed.
    CHECK_OK(replace_file(kept, out.diff));
    CHECK_OK(write_all(base_of(request.path), patches));
    out.kept = kept.string();
    return {};
  }
  if (!request.diff.empty()) CHECK_OK(replace_file(request.diff, out.diff));
  if ((!request.commit && !request.pull) || patches.empty()) return {};
  PullPlan plan;
  if (request.pull) {
    TRY(plan, plan_pull(request));
  }
  TRY(PatchCommit made,
      commit_patch({.root = request.path,
                    .branch = request.branch,
                    .otherwise = "delist-" + platforms_of(mandate.accounts, false),
                    // A second pull request for the same lines would help nobody.
                    .numbered = !request.pull,
                    .message = message_of(mandate, out)},
                   patches));
  out.branch = std::move(made.branch);
  out.commit = std::move(made.id);
  if (request.pull) out.pull = pull(tools.http, tools.clock, plan, mandate, request, out);
  return {};
}

Result<DelistPatched> patch(const Mandate& mandate, const DelistPatchRequest& request,
                            std::string_view today, const Tools& tools) {
  const Decision& decision = mandate.decision;
  if (mandate.accounts.empty())
    return fail(Fault::invalid, "whose references? No account is named",
                "Say --handle x:NAME, or --channel NAME in a workspace.");
  if (decision.scopes.empty())
    return fail(Fault::denied,
                decision.id.empty()
                    ? std::string("where may lines be removed? No scope is named")
                    : fmt::format("decision {} reaches no files: it names no scope", decision.id),
                "A decision says where: page_furniture, current_text, history.");
  const bool commit = request.commit || request.pull;
  if (request.write || commit) CHECK_OK(in_force(decision, today));
  const Scanner scanner(mandate.accounts, true);
  const PatchOptions options{decision.scopes, request.replace, request.replace_name};
  const fs::path base = base_of(request.path);
  ReadText read = [&](const std::string& path) { return read_below(base, path); };
  if (commit) {
    TRY(read, files_of_head(request.path));
  }
  TRY(const Scanned scanned,
      commit ? scan_commit(scanner, request.path, "HEAD") : scan_tree(scanner, request.path));
  TRY(TreePatch tree, patch_scanned(scanner, scanned, options, read));
  DelistPatched out{.decision = decision.id,
                    .record = decision.record,
                    .files_read = tree.files,
                    .files = {},
                    .tasks = std::move(tree.tasks),
                    .remaining = std::move(tree.remaining),
                    .beyond = std::move(tree.beyond),
                    .unread = std::move(tree.unread),
                    .diff = {},
                    .kept = {},
                    .branch = {},
                    .commit = {},
                    .pull = {}};
  for (const FilePatch& one : tree.patches) {
    out.files.push_back({one.path, one.changed});
    out.diff += unified_diff(one.path, one.before, one.after);
  }
  CHECK_OK(carry_out(mandate, request, tree.patches, tools, out));
  return out;
}

// A path that leaves the folder would let a diff change any file.
bool stays_inside(const std::string& path) {
  if (path.empty() || path.starts_with("/")) return false;
  for (const fs::path& part : fs::path(path))
    if (part == "..") return false;
  return true;
}

Result<DelistPatched> undo(const DelistPatchRequest& request) {
  TRY(const std::string text, read_file(request.undo, limits::scan_blob_bytes));
  auto hunks = read_diff(text);
  if (!hunks) return tl::unexpected<Error>(within(request.undo, hunks.error()));
  const fs::path base = base_of(request.path);
  std::vector<FilePatch> patches;
  for (const auto& [path, changes] : *hunks) {
    if (!stays_inside(path))
      return fail(Fault::invalid, fmt::format("{}: {} is outside the folder", request.undo, path));
    TRY(std::string now, read_below(base, path));
    auto before = undone(now, changes);
    if (!before) return tl::unexpected<Error>(within(path, before.error()));
    patches.push_back({path, std::move(now), std::move(*before), {}});
  }
  CHECK_OK(write_all(base, patches));
  DelistPatched out;
  for (const FilePatch& one : patches) out.files.push_back({one.path, {}});
  return out;
}

std::string tasks_in_words(const DelistPatched& patched) {
  std::string out;
  for (const auto& [owner, count] : by_owner(patched.tasks)) {
    out += fmt::format("For {} ({})\n", owner, plural(count, "line"));
    std::map<std::string_view, std::vector<const PatchTask*>> reasons;
    for (const PatchTask& task : patched.tasks)
      if (task.owner == owner) reasons[task.reason].push_back(&task);
    for (const auto& [reason, tasks] : reasons) {
      out += fmt::format("  {}\n", reason);
      for (const PatchTask* task : tasks) out += fmt::format("    {}:{}\n", task->path, task->line);
    }
    out += '\n';
  }
  return out;
}

std::string pull_in_words(const DelistPatched& patched) {
  const PullOutcome& pull = patched.pull;
  if (!pull.url.empty())
    return fmt::format(
        "{}{}\n", pull.existed ? "Its pull request is open already: " : "Pull request: ", pull.url);
  if (pull.why.empty()) return {};
  std::string out = fmt::format("No pull request: {}\n", pull.why);
  if (!pull.hint.empty()) out += fmt::format("  {}\n", pull.hint);
  return out + (pull.pushed ? "The branch is at the host.\n"
                            : "The commit is kept on the branch here.\n");
}

}  // namespace

Result<DelistPatched> delist_patch(Hub& hub, const Actor& actor,
                                   const DelistPatchRequest& request) {
  CHECK_OK(check_request(actor, request));
  if (!request.undo.empty()) return undo(request);
  if (request.channel.empty())
    return fail(Fault::invalid, "which channel is left? None is named", "Say --channel NAME.");
  if (!request.scope.empty() || !request.record.empty())
    return fail(Fault::invalid, "in a workspace the decision says how far a patch may go",
                "Leave --scope and --record out, or --channel and name accounts with --handle.");
  TRY(const Channel channel, hub.channel(request.channel));
  Mandate mandate;
  TRY(mandate.decision, decision_for(hub, request));
  TRY(mandate.accounts, named_accounts(request.handle));
  TRY(const auto own, accounts_of(channel));
  mandate.accounts.insert(mandate.accounts.end(), own.begin(), own.end());
  TRY(DelistPatched out,
      patch(mandate, request, day_of(hub.clock().now()), {hub.http(), hub.clock()}));
  if (!out.kept.empty() || !out.commit.empty())
    CHECK_OK(hub.audit("delist patch", actor.name, request.channel,
                       {{"branch", out.branch}, {"pull", out.pull.url}}));
  return out;
}

Result<DelistPatched> delist_patch_without_workspace(const Actor& actor,
                                                     const DelistPatchRequest& request) {
  CHECK_OK(check_request(actor, request));
  if (!request.undo.empty()) return undo(request);
  Mandate mandate;
  TRY(mandate.accounts, named_accounts(request.handle));
  TRY(mandate.decision, decision_named(request));
  HttpClient http;
  const SystemClock clock;
  return patch(mandate, request, "9999-12-31", {http, clock});
}

std::string patched_in_words(const DelistPatchRequest& request, const DelistPatched& patched) {
  if (!request.undo.empty())
    return fmt::format("{} as before.\n", plural(patched.files.size(), "file"));
  std::string out = tasks_in_words(patched);
  for (const BeyondScope& beyond : patched.beyond)
    out += fmt::format("{} stand{} in {}; {} does not reach there.\n",
                       plural(static_cast<std::size_t>(beyond.lines), "line"),
                       beyond.lines == 1 ? "s" : "", word_of(beyond.scope),
                       patched.decision.empty() ? "the decision" : "decision " + patched.decision);
  if (!patched.unread.empty())
    out += fmt::format("Not read, so not known: {}\n", fmt::join(patched.unread, ", "));
  const std::string what = fmt::format("{} in {}", plural(lines_of(patched), "line"),
                                       plural(patched.files.size(), "file"));
  if (patched.files.empty()) return out + "Nothing is left that this patch could take away.\n";
  if (!patched.commit.empty())
    return out +
           fmt::format("{} changed, as one commit on the branch {}.\n", what, patched.branch) +
           pull_in_words(patched);
  if (!patched.kept.empty())
    return out + fmt::format("{} changed. To take it back: carillon delist patch {} --undo {}\n",
                             what, request.path, patched.kept);
  return out + fmt::format(
                   "{} would change. Add --write to change the files, --commit or --pull.\n", what);
}

int patched_exit_code(const DelistPatched& patched) {
  const bool done = !patched.kept.empty() || !patched.commit.empty();
  return done && (!patched.remaining.empty() || !patched.pull.why.empty()) ? 3 : 0;
}

std::vector<Operation<Hub>> patching_operations() {
  return {operation<Hub>(
      {.name = "delist patch",
       .method = "",
       .path = "",
       .needs = Permission::admin,
       .summary = "remove what points to an account, as far as a decision reaches",
       .help = "Takes out whole items: a link with its icon and list item, an entry of a "
               "configuration, a badge, a widget with its script. What cannot be taken out safely "
               "becomes a task with its reason and its owner; translations, promises and keys are "
               "never touched. Prints what it would do as a diff for `git apply`; with --write it "
               "does it, with --commit it makes a commit on a branch of its own, and with --pull "
               "it pushes that branch and opens a pull request (at GitLab a merge request) with a "
               "token, which comes from CARILLON_FORGE_TOKEN, a prompt or --secret-stdin.",
       .positional = {"path"},
       .hidden = {"token"},
       .valued = {{"channel", "NAME"},
                  {"decision", "ID"},
                  {"handle", "PLATFORM:NAME"},
                  {"scope", "SCOPE"},
                  {"record", "URL"},
                  {"replace", "URL"},
                  {"replace_name", "TEXT"},
                  {"diff", "FILE"},
                  {"branch", "NAME"},
                  {"base", "BRANCH"},
                  {"remote", "NAME"},
                  {"forge", "KIND"},
                  {"forge_api", "URL"},
                  {"undo", "FILE"}}},
      &delist_patch, &patched_exit_code)};
}

}  // namespace carillon
