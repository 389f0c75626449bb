// A stranger's repository, copied within bounds and taken away again.
#include "retire/checkout.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "retire/git_host.hpp"
#include "rig/test_db.hpp"

using namespace carillon;
using testing::git_in;
using testing::GitHost;
namespace fs = std::filesystem;

namespace {

fs::path made_in(const fs::path& folder) {
  const fs::path root = folder / "bells";
  fs::create_directories(root);
  std::ofstream(root / "README.md") << "first\n";
  fs::create_symlink("/etc/hostname", root / "link");
  git_in(root, "init -q");
  git_in(root, "add .");
  git_in(root, "commit -q -m first");
  std::ofstream(root / "README.md") << "[X](https://x.com/ringing_bells)\n";
  git_in(root, "commit -q -a -m second");
  return root;
}

}  // namespace

TEST_CASE("the last commit is copied, and taken away again") {
  const rig::TempDir dir;
  const GitHost host(made_in(dir.path()));
  std::string path;
  {
    const auto copy = Checkout::of(host.url());
    REQUIRE_MESSAGE(copy.has_value(), (copy ? "" : copy.error().what));
    path = copy->path();
    std::ifstream read(fs::path(path) / "README.md");
    CHECK(std::string(std::istreambuf_iterator<char>(read), {}) ==
          "[X](https://x.com/ringing_bells)\n");
    CHECK_FALSE(fs::is_symlink(fs::path(path) / "link"));
    CHECK(run_git(path, {"rev-list", "--count", "HEAD"}).value() == "1");
  }
  CHECK_FALSE(fs::exists(path));
  CHECK_FALSE(fs::exists(fs::path(path).parent_path()));
}

TEST_CASE("only http and https are taken, and no password") {
  const rig::TempDir dir;
  const fs::path root = made_in(dir.path());
  for (const std::string& address :
       {root.string(), "file://" + root.string(), std::string("ssh://git@127.0.0.1/bells.git"),
        std::string("ext::touch /tmp/x"), std::string("--upload-pack=x"),
        std::string("http://kim:secret@127.0.0.1/bells.git")}) {
    const auto copy = Checkout::of(address);
    REQUIRE_MESSAGE(!copy.has_value(), address);
    CHECK_MESSAGE(copy.error().fault == Fault::invalid, address);
    CHECK(copy.error().what.find("secret") == std::string::npos);
  }
}

TEST_CASE("what git says of a place without a repository is told") {
  const rig::TempDir dir;
  const GitHost host(dir.path());
  const auto copy = Checkout::of(host.url());
  REQUIRE_FALSE(copy.has_value());
  CHECK(copy.error().fault == Fault::conflict);
  CHECK(copy.error().what.starts_with("git cannot copy http://127.0.0.1:"));
}

TEST_CASE("neither a slow nor a large repository holds the server for long") {
  const rig::TempDir dir;
  const fs::path root = made_in(dir.path());
  GitHost host(root);
  CheckoutLimits limits;
  limits.at_most = second / 2;
  host.silent = true;
  const auto slow = Checkout::of(host.url(), limits);
  host.silent = false;
  REQUIRE_FALSE(slow.has_value());
  CHECK(slow.error().what.starts_with("the repository was not there after"));
  // It is seen while git writes, or when it has ended.
  limits = {};
  limits.bytes = 1;
  const auto large = Checkout::of(host.url(), limits);
  REQUIRE_FALSE(large.has_value());
  CHECK(large.error().what.starts_with("the repository is larger than"));
}
