// The picture that a web page shows of itself, for the card of a link to it. https://ogp.me
#pragma once

#include "channel/channel.hpp"

namespace carillon {

// Reads the page, then the picture it names (og:image, else twitter:image), and has it re-encoded:
// bytes of strangers are never passed on. Both addresses are foreign, so only public ones are
// reached. Takes at most limits::card_ms for each request and reads at most limits::card_page_bytes
// and card_picture_bytes. Errors: not_found when the page names no picture; else what failed, with
// the origin of the address alone.
[[nodiscard]] Result<Image> page_picture(const std::string& page, const ImageLimits& limits,
                                         Access& access);

}  // namespace carillon
