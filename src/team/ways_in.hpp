// What lets a person in, whatever kind it is: there must always be something left.
#pragma once

#include <string>
#include <vector>

#include "store/db.hpp"

namespace carillon {

// What of it works as this installation is set up now.
struct WaysOpen {
  std::string party;                   // the domain of its passkeys; empty: they do not work
  std::vector<std::string> providers;  // with which one can sign in
};

// Errors: conflict when nothing lets the person in any more. Inside a transaction, after what takes
// something away.
[[nodiscard]] Result<void> check_way_left(Db& db, const std::string& person, const WaysOpen& open);

}  // namespace carillon
