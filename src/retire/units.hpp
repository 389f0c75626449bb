// What goes together: the icon beside a link, the label of a list item, the use of a definition.
#pragma once

#include <map>

#include "retire/scan_page.hpp"

namespace carillon {

// Adds to the verdicts, by line, the lines that belong to the same removable unit as a reference
// there and would be left behind without a sense. Pure.
void add_companions(const ScanPage& page, const WatchedNetwork& who,
                    std::map<std::size_t, Verdict>& verdicts);

}  // namespace carillon
