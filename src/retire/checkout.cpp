#include "retire/checkout.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <system_error>

#include "net/url.hpp"
#include "retire/git_process.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

constexpr int look_ms = 250;  // between two looks at how much there is

// git may be writing there: what vanishes meanwhile is not counted.
std::uintmax_t bytes_below(const fs::path& folder) {
  std::uintmax_t out = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code gone;
    const auto size = at->is_regular_file(gone) ? at->file_size(gone) : 0;
    if (!gone) out += size;
  }
  return out;
}

// A repository is a stranger's: no other way of fetching, no question, nothing of ours beside it.
const std::vector<std::string>& settings() {
  static const std::vector<std::string> all{"GIT_ALLOW_PROTOCOL=http:https",
                                            "GIT_TERMINAL_PROMPT=0",
                                            "GIT_ASKPASS=true",
                                            "GIT_LFS_SKIP_SMUDGE=1",
                                            "GIT_DIR",
                                            "GIT_WORK_TREE",
                                            "GIT_INDEX_FILE"};
  return all;
}

Result<fs::path> new_folder() {
  std::error_code error;
  fs::path base = fs::temp_directory_path(error);
  if (error) base = "/tmp";
  std::string name = (base / "carillon-checkout-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    return fail(Fault::unavailable,
                fmt::format("no room for a copy of the repository: {}", std::strerror(errno)));
  return fs::path(name);
}

Result<void> check_size(const fs::path& folder, const CheckoutLimits& limits) {
  if (bytes_below(folder) <= limits.bytes) return {};
  return fail(Fault::conflict,
              fmt::format("the repository is larger than {} MB", limits.bytes / 1024 / 1024),
              "Look through a checkout of it with `carillon delist scan`.");
}

// Waits for git to end by itself; says which limit it reached.
Result<void> watch(Git& git, const fs::path& folder, const CheckoutLimits& limits) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(limits.at_most);
  while (!git.ended_within(look_ms)) {
    if (std::chrono::steady_clock::now() >= until) {
      git.stop();
      return fail(
          Fault::conflict,
          fmt::format("the repository was not there after {} seconds", limits.at_most / second),
          "Look through a checkout of it with `carillon delist scan`.");
    }
    if (auto fits = check_size(folder, limits); !fits) {
      git.stop();
      return fits;
    }
  }
  return {};
}

}  // namespace

Result<Checkout> Checkout::of(const std::string& address, const CheckoutLimits& limits) {
  TRY(const Url url, parse_url(address));
  TRY(auto folder, new_folder());
  Checkout out(std::move(folder));
  Git git;
  CHECK_OK(git.start(
      out.folder_.string(),
      {"-c", "core.symlinks=false", "-c", "http.followRedirects=false", "clone", "--quiet",
       "--depth=1", "--single-branch", "--no-tags", "--template=", "--", url.str(), "tree"},
      settings()));
  git.close_input();
  CHECK_OK(watch(git, out.folder_, limits));
  if (git.wait() != 0)
    return fail(Fault::conflict, fmt::format("git cannot copy {}: {}", url.origin(), git.said()),
                "The address is the one that `git clone` takes; nobody is asked for a password.");
  CHECK_OK(check_size(out.folder_, limits));
  return out;
}

Checkout::~Checkout() {
  if (folder_.empty()) return;
  std::error_code error;
  fs::remove_all(folder_, error);
}

}  // namespace carillon
