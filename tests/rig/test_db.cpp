#include "rig/test_db.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "base/bytes.hpp"
#include "base/crypto.hpp"

namespace carillon::rig {

namespace {

std::string base_url() {
  const char* url = std::getenv("CARILLON_TEST_DB");
  return url != nullptr ? url : "";
}

void administer(const std::string& sql) {
  auto db = store_detail::open_postgres(base_url(), {});
  REQUIRE_MESSAGE(db.has_value(), "CARILLON_TEST_DB does not answer");
  REQUIRE((*db)->script(sql).has_value());
}

}  // namespace

TempDir::TempDir()
    : path_(std::filesystem::temp_directory_path() / ("carillon-" + to_hex(random_bytes(8)))) {
  std::filesystem::create_directories(path_);
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

TestDatabase::TestDatabase() {
  if (base_url().empty()) {
    url_ = dir_.file("carillon.db");
    return;
  }
  schema_ = "t" + to_hex(random_bytes(8));
  administer("create schema " + schema_);
  url_ = base_url() + (base_url().find('?') == std::string::npos ? "?" : "&") +
         "options=-csearch_path%3D" + schema_;
}

TestDatabase::~TestDatabase() {
  if (!schema_.empty()) administer("drop schema " + schema_ + " cascade");
}

std::unique_ptr<Store> TestDatabase::open(Store::Options options) const {
  auto store = Store::open(url_, options);
  REQUIRE_MESSAGE(store.has_value(), store.error().what);
  return std::move(*store);
}

}  // namespace carillon::rig
