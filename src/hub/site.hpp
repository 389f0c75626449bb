// The home of a hub, served or written.
#pragma once

#include "home/cache.hpp"
#include "home/static_site.hpp"
#include "hub/hub.hpp"

namespace carillon {

// Writes the home as static files into `out`.
Result<StaticReport> build_site(Hub& hub, const std::string& out);

// Would a channel with these KEY=VALUE settings work? Errors: those of its platform.
Result<void> check_channel(const std::string& name, const std::vector<std::string>& pairs);

}  // namespace carillon
