// The newest of a past account as feeds. Pure.
#pragma once

#include "retire/archive_pages.hpp"

namespace carillon {

[[nodiscard]] std::string past_atom(const PastPlace& place, const PastAccountRow& account,
                                    const std::vector<PastShown>& posts);
[[nodiscard]] std::string past_json_feed(const PastPlace& place, const PastAccountRow& account,
                                         const std::vector<PastShown>& posts);

}  // namespace carillon
