// What this program tells the system about its own process.
#pragma once

namespace carillon {

// The memory of this process holds the channels' secrets while it speaks for them: from here on the
// system writes no core of it, and no other program of the same user may attach to it or read its
// memory. Call it first. See docs/adr/0006-no-core.md; prctl(2), core(5).
void keep_memory_private();

}  // namespace carillon
