// From one announcement to what one channel will show.
#pragma once

#include <string>

#include "core/announcement.hpp"
#include "core/rendition.hpp"
#include "text/limits.hpp"

namespace carillon {

// The rendition of `announcement` for a channel with these limits. Pure and total: what does not
// fit is said in `warnings` (a text was shortened, a picture left out, alt text is missing, a
// mention lost its "@") or in `blockers` (no text fits, too many parts, alt text is too long, or
// missing where the policy requires it). Pictures go with the first part.
//
// The text is, in this order:
//  own       texts[channel], else texts[platform]: a person wrote it for here; where the
//             channel says `threads: split`, a part too long is split
//  full      the body in the platform's dialect, then the link, then the tags as far as they fit
//  full      the body as a thread, where a person put breaks or the channel says `threads:
//             split`; there only when every part fits and the thread is not too long to send
//  shortest  the shortest text a person wrote (any of `texts`, or `summary`) that fits, with the
//             link; one with breaks is a thread, and comes after those of one part
//  summary   the first sentences of the summary, title or body that fit, and the link
// The link is the draft's, else the permalink. The permalink, and a link that a card of the
// platform carries, is left out of a full or shortest text that does not fit with it. A URL stays
// with the sentence that introduces it, and nothing is cut inside a word (unless it alone is too
// long), link, mention, emoji or code. A content warning begins the text, whichever it is, where
// the platform has no place of its own for one. Warnings are of the text that is used; that of a
// picture in the body which no reader can load comes with every text.
[[nodiscard]] Rendition adapt(const Announcement& announcement, const std::string& channel,
                              const Limits& limits);

}  // namespace carillon
