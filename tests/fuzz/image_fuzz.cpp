// Pictures as people and attackers send them: only the header is read here, the rest belongs to a
// process of its own.
#include "base/limits.hpp"
#include "fuzz.hpp"
#include "publish/image_header.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const auto header = read_image_header(bytes);
  if (!header) {
    fuzz::require_sound(header.error());
  } else {
    fuzz::require(header->width > 0 && header->height > 0, "a picture has a size");
    fuzz::require(header->width <= limits::media_pixels / header->height,
                  "a size within the limit");
  }
  if (const auto bare = check_bare(bytes); bare) {
    for (const std::string_view word : {"Exif", "http://ns.adobe.com", "Photoshop 3.0"})
      fuzz::require(bytes.substr(0, 12).find(word) == std::string_view::npos, "bare means bare");
  } else {
    fuzz::require_sound(bare.error());
  }
  return 0;
}
