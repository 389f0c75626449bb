// One commit to one branch of another repository, over https with a token.
#pragma once

#include <string>

#include "base/crypto.hpp"
#include "base/result.hpp"

namespace carillon {

struct PushWish {
  std::string root;    // the folder of the repository, or one in it
  std::string url;     // "https://github.com/bells/site.git", as parse_url writes it
  std::string commit;  // its id
  std::string branch;  // made where it is not there; never forced
  std::string user;    // what stands before the token; hosts do not look at it
};

// Pushes with git, which gets the token in its environment alone (never an argument, a file or an
// address), asks nobody, runs no hook and no credential helper, and follows no redirect. Pushing
// again what is there is no error. Errors, in git's words without the token: denied (the host takes
// not the token or lets it not push), not_found, conflict (the branch holds other commits, the host
// refuses it), unavailable. https://git-scm.com/docs/git-config
[[nodiscard]] Result<void> push_commit(const PushWish& wish, const Secret& token);

}  // namespace carillon
