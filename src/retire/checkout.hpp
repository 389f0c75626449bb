// A copy of a repository that somebody names by its address, for as long as it is looked at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace carillon {

// What a copy may take. git has no end of its own.
struct CheckoutLimits {
  Micros at_most = 60 * second;
  std::uintmax_t bytes = std::uintmax_t{512} * 1024 * 1024;  // on the disk
};

class Checkout {
 public:
  Checkout(const Checkout&) = delete;
  Checkout& operator=(const Checkout&) = delete;
  Checkout(Checkout&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
  Checkout& operator=(Checkout&&) = delete;
  ~Checkout();  // takes the copy away

  // Copies the last commit of the default branch, by http or https, without its history, its
  // submodules and its hooks; links in it become plain files. Asks nobody for a password. Errors:
  // invalid for another address, or one with a name or password in it; unavailable where git
  // cannot be run; conflict with what git said, or where a limit was reached.
  [[nodiscard]] static Result<Checkout> of(const std::string& address,
                                           const CheckoutLimits& limits = {});

  // The folder with its files.
  [[nodiscard]] std::string path() const { return (folder_ / "tree").string(); }

 private:
  explicit Checkout(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
};

}  // namespace carillon
