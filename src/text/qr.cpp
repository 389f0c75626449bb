#include "text/qr.hpp"

#include <fmt/format.h>
#include <qrencode.h>

#include <memory>

namespace carillon {

Html qr_picture(const std::string& text, std::string_view title) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (!code) return {};
  constexpr int quiet = 4;  // modules on each side, section 9.1
  std::string path;
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if ((code->data[y * code->width + x] & 1U) == 0) continue;
      path += fmt::format("M{} {}h1v1h-1z", x + quiet, y + quiet);
    }
  }
  const int side = code->width + 2 * quiet;
  return tag("svg", attr("class", "qr"), attr("role", "img"), attr("aria-label", title),
             attr("viewBox", fmt::format("0 0 {} {}", side, side)), attr("width", 4 * side),
             attr("height", 4 * side),
             tag("path", attr("fill", "#ffffff"), attr("d", fmt::format("M0 0h{0}v{0}H0z", side))),
             tag("path", attr("fill", "#000000"), attr("d", path)));
}

}  // namespace carillon
