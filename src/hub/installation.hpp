// The installation itself: writing the site, and what is wrong here.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "home/static_site.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct SiteBuildRequest {
  std::string out;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"out", "the folder to write to; default: site, in the workspace"},
  }};
};
BOOST_DESCRIBE_STRUCT(SiteBuildRequest, (), (out))

struct SiteBuilt {
  std::string out;
  std::int64_t written = 0;
  std::int64_t unchanged = 0;
  std::int64_t removed = 0;
};
BOOST_DESCRIBE_STRUCT(SiteBuilt, (), (out, written, unchanged, removed))

struct DoctorRequest {};
BOOST_DESCRIBE_STRUCT(DoctorRequest, (), ())

enum class Health { good, warning, bad };
BOOST_DESCRIBE_ENUM(Health, good, warning, bad)

struct Diagnosis {
  std::string part;  // "database", "channel toots"
  Health health = Health::good;
  std::string message;
  std::string hint;  // what to do; empty when it is good
};
BOOST_DESCRIBE_STRUCT(Diagnosis, (), (part, health, message, hint))

// Writes the home as static files. Errors: those of write_static_site.
Result<SiteBuilt> site_build(Hub& hub, const Actor& actor, const SiteBuildRequest& request);

// Looks at everything that can be wrong with this installation; asks the channels' servers, changes
// nothing.
Result<std::vector<Diagnosis>> doctor(Hub& hub, const Actor& actor, const DoctorRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> installation_operations();

}  // namespace carillon
