// From a commit on a branch to a pull request at the code host.
#pragma once

#include <string>

#include "hub/patch_words.hpp"
#include "retire/forge.hpp"

namespace carillon {

// What is known before anything is made: where the pull request goes, and with what.
struct PullPlan {
  ForgePlace place;
  Secret token;
  std::string base;  // empty: the default branch
};

// Reads the remote's address and what was said of its host. Sends nothing. Errors: denied without a
// token, with the rights it needs; those of git and of forge_place.
[[nodiscard]] Result<PullPlan> plan_pull(const DelistPatchRequest& request);

// Pushes the commit of `patched` to a branch of that name, and opens a pull request for it where
// none is open. What is done already is not done again. Errors are not returned but stand in the
// outcome, since the commit was made.
[[nodiscard]] PullOutcome pull(HttpClient& http, const Clock& clock, const PullPlan& plan,
                               const Mandate& mandate, const DelistPatchRequest& request,
                               const DelistPatched& patched);

}  // namespace carillon
