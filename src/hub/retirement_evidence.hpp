// What the program sees of a retirement's steps: it looks and changes nothing.
#pragma once

#include <string>
#include <vector>

#include "hub/hub.hpp"
#include "retire/retirements.hpp"

namespace carillon {

// What was found about a step. It is met when nothing is missing.
struct Evidence {
  std::string found;                 // one sentence, kept as the proof
  std::vector<std::string> missing;  // each a sentence with what to do
};

// What a plan for the channel is made from. Errors: not_found for the channel.
[[nodiscard]] Result<PlanBasis> plan_basis(Hub& hub, const std::string& channel,
                                           const Decision& decision, const std::string& move_to);

// Looks whether a step is done. A person's step has something missing only where the program can
// see that it is not done. Errors: those of what it looks at, when it cannot be seen at all.
[[nodiscard]] Result<Evidence> look_at(Hub& hub, const PlanBasis& basis,
                                       const Retirement& retirement, const PlanStep& step);

}  // namespace carillon
