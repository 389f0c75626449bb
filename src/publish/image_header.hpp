// What a picture's first bytes say, read before any decoder sees the rest, and what our own
// pictures must not hold. Pure; the bytes are foreign.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/describe.hpp"

namespace carillon {

enum class ImageKind { jpeg, png, gif, webp };
BOOST_DESCRIBE_ENUM(ImageKind, jpeg, png, gif, webp)

struct ImageHeader {
  ImageKind kind = ImageKind::jpeg;
  std::int64_t width = 0;  // in pixels, as stored: a camera's "turn me" is not applied
  std::int64_t height = 0;
  bool animated = false;  // more than one frame
};

// The header of a JPEG (ITU-T T.81), PNG (W3C PNG, third edition), GIF (GIF89a) or WebP (RFC 9649).
// Errors: invalid for anything else, named where it is a format people send (HEIC, SVG, a web
// page); corrupt for a header that ends early or states no size; too_large above
// limits::media_pixels. The sentences do not name the file.
[[nodiscard]] Result<ImageHeader> read_image_header(std::string_view bytes);

// Is this a whole JPEG or PNG that holds a picture and nothing about who took it, where, when or
// with what: no EXIF, XMP, IPTC, comment, thumbnail, text, time, colour profile or bytes behind its
// end? Errors: invalid, with the segment or chunk.
[[nodiscard]] Result<void> check_bare(std::string_view bytes);

}  // namespace carillon
