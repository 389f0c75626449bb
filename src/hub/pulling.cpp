#include "hub/pulling.hpp"

#include <fmt/format.h>

#include "retire/git_process.hpp"
#include "retire/git_push.hpp"

namespace carillon {

namespace {

Error needs_fork(const ForgePlace& place, const std::string& repository, const std::string& why,
                 const DelistPatched& patched) {
  return {Fault::denied,
          why.empty()
              ? fmt::format("the token may not push to {} at {}", repository, place.host)
              : fmt::format("the token may not push to {} at {} ({})", repository, place.host, why),
          fmt::format("Make a fork there, push the branch to it (`git push FORK {}`) and open the "
                      "pull request from the fork; or take a token with the rights. {}",
                      patched.branch, token_rights(place.kind))};
}

// What stands before the token where git sends it; each host takes any name.
std::string_view user_of(ForgeKind kind) {
  return kind == ForgeKind::github ? "x-access-token" : "oauth2";
}

Result<void> push(const PullPlan& plan, const ForgeRepository& repository,
                  const DelistPatchRequest& request, const DelistPatched& patched) {
  auto done = push_commit({.root = request.path,
                           .url = repository.push_url,
                           .commit = patched.commit,
                           .branch = patched.branch,
                           .user = std::string(user_of(plan.place.kind))},
                          plan.token);
  if (done || done.error().fault != Fault::denied) return done;
  if (!done.error().what.starts_with("git push"))
    return fail(Fault::denied, done.error().what, std::string(token_rights(plan.place.kind)));
  return tl::unexpected<Error>(needs_fork(plan.place, repository.name, done.error().what, patched));
}

// Fills the outcome as far as it comes.
Result<void> carry(HttpClient& http, const Clock& clock, const PullPlan& plan,
                   const Mandate& mandate, const DelistPatchRequest& request,
                   const DelistPatched& patched, PullOutcome& out) {
  Forge forge(http, clock, plan.place, plan.token);
  TRY(const ForgeRepository repository, forge.repository());
  TRY(const auto open, forge.find(repository, patched.branch));
  if (open && open->commit != patched.commit)
    return fail(
        Fault::conflict,
        fmt::format("a pull request of a branch {} is open already: {}", patched.branch, open->url),
        "It holds other commits: see it through first, or name another branch with "
        "--branch.");
  if (open) {
    out.pushed = true;
    out.existed = true;
    out.url = open->url;
    return {};
  }
  if (!repository.may_push)
    return tl::unexpected<Error>(needs_fork(plan.place, repository.name, {}, patched));
  const std::string& base = plan.base.empty() ? repository.default_branch : plan.base;
  if (base.empty())
    return fail(Fault::invalid,
                fmt::format("{} names no default branch of {}", plan.place.host, repository.name),
                "Say with --base which branch the change goes to.");
  CHECK_OK(push(plan, repository, request, patched));
  out.pushed = true;
  const std::string message = message_of(mandate, patched);
  TRY(const PullRequest made,
      forge.open(repository, {.branch = patched.branch,
                              .base = base,
                              .title = message.substr(0, message.find('\n')),
                              .text = pull_text(mandate, patched)}));
  out.url = made.url;
  out.existed = made.found;
  return {};
}

}  // namespace

Result<PullPlan> plan_pull(const DelistPatchRequest& request) {
  std::optional<ForgeKind> kind;
  if (!request.forge.empty()) {
    kind = from_word<ForgeKind>(request.forge);
    if (!kind)
      return fail(Fault::invalid, fmt::format("--forge {} is not known", request.forge),
                  "Say github, gitlab or forgejo (Gitea too).");
  }
  const std::string remote = request.remote.empty() ? "origin" : request.remote;
  auto address = run_git(request.path, {"remote", "get-url", "--end-of-options", remote});
  if (!address)
    return fail(Fault::not_found, fmt::format("{} has no remote {}", request.path, remote),
                "Name another with --remote; `git remote -v` lists them.");
  PullPlan out;
  TRY(out.place, forge_place(*address, kind, request.forge_api));
  if (request.token.empty())
    return fail(Fault::denied, fmt::format("a pull request at {} needs a token", out.place.host),
                fmt::format("Put it into CARILLON_FORGE_TOKEN, or give it with --secret-stdin. {}",
                            token_rights(out.place.kind)));
  if (request.token.find_first_of(" \t\r\n") != std::string::npos)
    return fail(Fault::invalid, "the token holds a space or a line break", "Give it alone.");
  out.token = Secret(request.token);
  out.base = request.base;
  return out;
}

PullOutcome pull(HttpClient& http, const Clock& clock, const PullPlan& plan, const Mandate& mandate,
                 const DelistPatchRequest& request, const DelistPatched& patched) {
  PullOutcome out;
  auto done = carry(http, clock, plan, mandate, request, patched, out);
  if (!done) {
    out.why = done.error().what;
    out.hint = done.error().hint;
  }
  return out;
}

}  // namespace carillon
