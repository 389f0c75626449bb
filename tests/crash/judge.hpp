// What must be true when an episode has come to rest.
#pragma once

#include "episode.hpp"
#include "plot.hpp"

namespace carillon::soak {

// Holds every delivery against what stands in public.
void judge(const Plot& plot, Gate& gate, const std::vector<Seen>& all, Verdict& verdict);

}  // namespace carillon::soak
