#include "hub/retiring.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

Fault fault_of(bool local, const DelistScanRequest& request) {
  const Actor actor{.name = "someone", .holds = Permission::admin, .local = local};
  const auto scanned = delist_scan_without_workspace(actor, request);
  REQUIRE_FALSE(scanned.has_value());
  return scanned.error().fault;
}

}  // namespace

TEST_CASE("only who is on this machine has its files scanned") {
  DelistScanRequest request;
  request.path = {CARILLON_SOURCE_DIR "/cmake"};
  request.handle = {"x:ringing_bells"};
  CHECK(fault_of(false, request) == Fault::denied);
  const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};
  const auto scanned = delist_scan_without_workspace(owner, request);
  REQUIRE(scanned.has_value());
  CHECK(scanned->files > 0);
  for (const auto& row : retiring_operations()) CHECK(row.spec.method.empty());
}

TEST_CASE("a scan says what it needs") {
  CHECK(fault_of(true, {}) == Fault::invalid);
  DelistScanRequest request;
  request.handle = {"x:ringing_bells"};
  request.path = {"http://127.0.0.1:1/"};
  request.commit = "HEAD";
  CHECK(fault_of(true, request) == Fault::invalid);
  request.commit = {};
  CHECK(fault_of(true, request) == Fault::unavailable);
  request.pages = "many";
  CHECK(fault_of(true, request) == Fault::invalid);
  request.path = {"/no/such/folder"};
  CHECK(fault_of(true, request) == Fault::not_found);
}
