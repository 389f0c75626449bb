// What the bodies of the organisation decided: the list that everything irreversible refers to.
// Entered by hand; later also by a vote's outcome.
#pragma once

#include <string>
#include <vector>

#include "core/decision.hpp"
#include "store/db.hpp"

namespace carillon {

// Whether a channel with this use is at its end: nothing is posted there any more. Pure.
[[nodiscard]] bool ends_a_channel(Use use);

// Thread-safe: holds nothing but the store.
class Decisions {
 public:
  explicit Decisions(Store& store) : store_(store) {}

  // Records a decision and gives it the next id of the year it was decided in. A decision is never
  // changed afterwards: a body that thinks again decides again. Errors: those of check_decision.
  Result<Decision> add(Decision decision);
  // Errors: not_found, with the ids there are.
  Result<Decision> get(const std::string& id);
  // The last one that was decided about a channel, for it to become `to`. Errors: not_found.
  Result<Decision> latest(const std::string& channel, Use to);
  // By day, the oldest first.
  Result<std::vector<Decision>> list();

 private:
  Store& store_;
};

}  // namespace carillon
