// Whom a text tells on a platform: names become handles, and nobody is told by accident.
#pragma once

#include <string>
#include <vector>

#include "core/announcement.hpp"
#include "text/limits.hpp"
#include "text/split.hpp"

namespace carillon {

// `shared`: also shown elsewhere. `own`: a person wrote it for this very platform, so a handle that
// `mentions` does not explain is meant, and stays.
enum class Written { shared, own };

// The text with every "@name" of draft.mentions as its handle for the platform. In a shared text
// any other name loses its "@", with a warning, except
//  - a full handle: "@name@server", and on Bluesky "@name.example.org";
//  - inside an address, or in code (passage.whole, and what stands in backticks or fences), where
//    the platform sees no mention. Code in which it would see one loses the "@" too: a stranger
//    told is worse than code that is not exact.
// Nothing is changed where limits.mentions is false. No warning is given twice. Thread-safe.
[[nodiscard]] Passage with_mentions(Passage passage, Written written, const Draft& draft,
                                    const Limits& limits, std::vector<std::string>& warnings);

}  // namespace carillon
