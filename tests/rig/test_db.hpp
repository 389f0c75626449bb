// A fresh, migrated database for one test: a SQLite file, or where CARILLON_TEST_DB holds a
// postgres:// URL, a schema of its own there. The whole suite so runs on either.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/db.hpp"

namespace carillon::rig {

// A folder that goes away with it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class TestDatabase {
 public:
  TestDatabase();
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  // Opened anew at each call, as another process would.
  [[nodiscard]] std::unique_ptr<Store> open(Store::Options options = {}) const;
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] bool is_postgres() const { return !schema_.empty(); }
  [[nodiscard]] const TempDir& dir() const { return dir_; }

 private:
  TempDir dir_;
  std::string schema_;
  std::string url_;
};

}  // namespace carillon::rig
