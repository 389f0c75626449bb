// The tables of data/archive.db. Internal to retire/.
#pragma once

#include "store/db.hpp"

namespace carillon::past {

// As migrations/*.sql are for the workspace's database: never changed after a release.
[[nodiscard]] const std::vector<store_detail::Migration>& schema();

}  // namespace carillon::past
