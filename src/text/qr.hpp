// A text as a QR code (ISO/IEC 18004), for a camera.
#pragma once

#include <string>

#include "base/html.hpp"

namespace carillon {

// An SVG of it, dark on white with the quiet zone around, called `title` where it cannot be seen;
// empty for a text that is too long for a code. Pure.
[[nodiscard]] Html qr_picture(const std::string& text, std::string_view title);

}  // namespace carillon
