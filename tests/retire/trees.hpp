// Small trees that live for one test, and scans of them.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "retire/scan.hpp"

namespace carillon::testing {

class Tree {
 public:
  Tree() {
    std::string pattern = (std::filesystem::temp_directory_path() / "retire-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  Tree& put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
    return *this;
  }
  [[nodiscard]] std::string root() const { return root_.string(); }

 private:
  std::filesystem::path root_;
};

inline Scanner scanner_for(const std::vector<std::string>& handles) {
  std::vector<AccountName> accounts;
  for (const std::string& handle : handles) {
    const auto account = parse_account(handle);
    REQUIRE(account.has_value());
    accounts.push_back(*account);
  }
  return Scanner(accounts);
}

inline Scanner bells() {
  return scanner_for({"x:ringing_bells", "gplus:+RingingBells"});
}

// The actions of a file's lines in order: "delist 3, leave 5".
inline std::string said(const std::string& path, const std::string& text,
                        const Scanner& scanner = bells()) {
  std::string out;
  for (const Reference& finding : scanner.scan_text(path, text))
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", word_of(finding.action), finding.line);
  return out;
}

}  // namespace carillon::testing
