#include "publish/image_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";

// Reads numbers at an offset; beyond the end there is nothing.
struct Bytes {
  std::string_view all;

  [[nodiscard]] std::optional<std::uint32_t> at(std::size_t offset) const {
    if (offset >= all.size()) return std::nullopt;
    return static_cast<unsigned char>(all[offset]);
  }
  [[nodiscard]] std::optional<std::uint32_t> big(std::size_t offset, std::size_t count) const {
    if (offset > all.size() || all.size() - offset < count) return std::nullopt;
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < count; ++i) out = out << 8U | *at(offset + i);
    return out;
  }
  [[nodiscard]] std::optional<std::uint32_t> little(std::size_t offset, std::size_t count) const {
    if (offset > all.size() || all.size() - offset < count) return std::nullopt;
    std::uint32_t out = 0;
    for (std::size_t i = count; i > 0; --i) out = out << 8U | *at(offset + i - 1);
    return out;
  }
  [[nodiscard]] std::string_view part(std::size_t offset, std::size_t count) const {
    return offset > all.size() ? std::string_view{} : all.substr(offset, count);
  }
};

tl::unexpected<Error> cut_short(std::string_view what) {
  return fail(Fault::corrupt, fmt::format("the {} ends in its header", what),
              "The file was cut off: export or copy it again.");
}

// SOF0 to SOF15, without DHT, JPG and DAC that share their range.
bool is_frame(std::uint32_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// The marker at `offset`, which is moved behind it; several 0xFF may stand before it.
std::optional<std::uint32_t> next_marker(const Bytes& in, std::size_t& offset) {
  if (in.at(offset) != 0xFFU) return std::nullopt;
  while (in.at(offset) == 0xFFU) ++offset;
  const auto marker = in.at(offset);
  ++offset;
  return marker;
}

Result<ImageHeader> read_jpeg(const Bytes& in) {
  for (std::size_t offset = 2;;) {
    const auto marker = next_marker(in, offset);
    if (!marker) return cut_short("JPEG");
    if (*marker == 0x01 || (*marker >= 0xD0 && *marker <= 0xD7)) continue;  // no length follows
    const auto length = in.big(offset, 2);
    if (!length || *length < 2 || *marker == 0xD9 || *marker == 0xDA) return cut_short("JPEG");
    if (is_frame(*marker)) {
      const auto height = in.big(offset + 3, 2);
      const auto width = in.big(offset + 5, 2);
      if (!height || !width) return cut_short("JPEG");
      return ImageHeader{ImageKind::jpeg, *width, *height, false};
    }
    offset += *length;
  }
}

Result<ImageHeader> read_png(const Bytes& in) {
  const auto width = in.big(16, 4);
  const auto height = in.big(20, 4);
  if (in.big(8, 4) != 13U || in.part(12, 4) != "IHDR" || !width || !height || in.all.size() < 33)
    return cut_short("PNG");
  ImageHeader out{ImageKind::png, *width, *height, false};
  for (std::size_t offset = 33;;) {
    const auto length = in.big(offset, 4);
    const std::string_view name = in.part(offset + 4, 4);
    if (!length || name.size() < 4) return cut_short("PNG");
    if (name == "acTL") out.animated = in.big(offset + 8, 4).value_or(1) > 1;
    if (name == "IDAT" || name == "IEND") return out;
    offset += std::size_t{12} + *length;
  }
}

// Skips the data blocks of a GIF; false when it ends before they do.
bool skip_blocks(const Bytes& in, std::size_t& offset) {
  while (const auto length = in.at(offset)) {
    offset += 1 + *length;
    if (*length == 0) return true;
  }
  return false;
}

std::size_t colours_bytes(std::uint32_t flags) {
  return (flags & 0x80U) != 0 ? std::size_t{3} << ((flags & 7U) + 1) : 0;
}

// Two frames are enough to know; a GIF that ends early has as many as were seen.
bool gif_moves(const Bytes& in) {
  int frames = 0;
  std::size_t offset = 13 + colours_bytes(in.at(10).value_or(0));
  while (frames < 2) {
    const auto block = in.at(offset);
    if (block == 0x2CU) {
      ++frames;
      offset += 10 + colours_bytes(in.at(offset + 9).value_or(0)) + 1;
    } else if (block == 0x21U) {
      offset += 2;
    } else {
      return false;
    }
    if (!skip_blocks(in, offset)) return frames > 1;
  }
  return true;
}

Result<ImageHeader> read_gif(const Bytes& in) {
  const auto width = in.little(6, 2);
  const auto height = in.little(8, 2);
  if (!width || !height || in.all.size() < 13) return cut_short("GIF");
  return ImageHeader{ImageKind::gif, *width, *height, gif_moves(in)};
}

Result<ImageHeader> read_webp(const Bytes& in) {
  const std::string_view kind = in.part(12, 4);
  if (kind == "VP8X") {
    const auto width = in.little(24, 3);
    const auto height = in.little(27, 3);
    if (!width || !height) return cut_short("WebP");
    return ImageHeader{ImageKind::webp, std::int64_t{*width} + 1, std::int64_t{*height} + 1,
                       (*in.at(20) & 2U) != 0};
  }
  if (kind == "VP8L") {
    const auto sizes = in.little(21, 4);
    if (in.at(20) != 0x2FU || !sizes) return cut_short("WebP");
    return ImageHeader{ImageKind::webp, std::int64_t{*sizes & 0x3FFFU} + 1,
                       std::int64_t{*sizes >> 14U & 0x3FFFU} + 1, false};
  }
  const auto width = in.little(26, 2);
  const auto height = in.little(28, 2);
  if (kind != "VP8 " || in.part(23, 3) != "\x9d\x01\x2a" || !width || !height)
    return cut_short("WebP");
  return ImageHeader{ImageKind::webp, *width & 0x3FFFU, *height & 0x3FFFU, false};
}

Error foreign(std::string_view bytes) {
  const std::string start = lower_ascii(bytes.substr(0, 512));
  const auto holds = [&](std::string_view word) { return start.find(word) != std::string::npos; };
  const auto is = [](std::string what, std::string hint) {
    return Error{Fault::invalid, std::move(what), std::move(hint)};
  };
  const std::string_view brand = bytes.substr(0, 12).size() == 12 ? bytes.substr(4, 8) : "";
  if (bytes.empty()) return {Fault::corrupt, "the file is empty", "Export or copy it again."};
  if (brand == "ftypheic" || brand == "ftypheix" || brand == "ftypmif1" || brand == "ftyphevc")
    return is("a HEIC picture is not taken", "Export it as JPEG.");
  if (brand.starts_with("ftypavif") || brand.starts_with("ftypavis"))
    return is("an AVIF picture is not taken", "Export it as PNG or JPEG.");
  if (brand.starts_with("ftyp")) return is("a film is not taken", "Link to it instead.");
  if (bytes.starts_with("II*") || bytes.starts_with("MM"))
    return is("a TIFF picture or a camera's raw file is not taken", "Export it as JPEG.");
  if (bytes.starts_with("%PDF")) return is("a PDF is not a picture", "Export the page as PNG.");
  if (holds("<svg")) return is("an SVG drawing is not taken", "Export it as PNG.");
  if (holds("<html") || holds("<!doctype html"))
    return is("this is a web page, not a picture", "Save the picture itself, not its page.");
  return is("this is not a picture in JPEG, PNG, GIF or WebP", "Export it as PNG or JPEG.");
}

Result<ImageHeader> read_any(std::string_view bytes) {
  const Bytes in{bytes};
  if (bytes.starts_with("\xFF\xD8\xFF")) return read_jpeg(in);
  if (bytes.starts_with(png_signature)) return read_png(in);
  if (bytes.starts_with("GIF87a") || bytes.starts_with("GIF89a")) return read_gif(in);
  if (bytes.starts_with("RIFF") && in.part(8, 4) == "WEBP") return read_webp(in);
  return tl::unexpected<Error>(foreign(bytes));
}

tl::unexpected<Error> not_bare(std::string what) {
  return fail(Fault::invalid, std::move(what));
}

// Behind the header of a scan: to the first marker that is neither a restart nor an escaped 0xFF.
std::size_t skip_scan(const Bytes& in, std::size_t offset) {
  for (; offset + 1 < in.all.size(); ++offset) {
    const std::uint32_t next = *in.at(offset + 1);
    if (in.at(offset) == 0xFFU && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7))
      return offset;
  }
  return in.all.size();
}

Result<void> check_bare_jpeg(const Bytes& in) {
  for (std::size_t offset = 2;;) {
    const auto marker = next_marker(in, offset);
    if (!marker) return not_bare("the JPEG is cut off");
    if (*marker == 0xD9)
      return offset == in.all.size() ? Result<void>{}
                                     : not_bare("the JPEG has bytes behind its end");
    const auto length = in.big(offset, 2);
    if (!length || *length < 2 || in.all.size() - offset < *length)
      return not_bare("the JPEG is cut off");
    // JFIF with a thumbnail of no pixels: version, density, 0 by 0.
    const bool jfif = *marker == 0xE0 && *length == 16 &&
                      in.part(offset + 2, 5) == std::string_view("JFIF", 5) &&
                      in.big(offset + 14, 2) == 0U;
    const bool picture = is_frame(*marker) || *marker == 0xC4 || *marker == 0xDB ||
                         *marker == 0xDD || *marker == 0xDA;
    if (!jfif && !picture) return not_bare(fmt::format("the JPEG has a segment 0x{:X}", *marker));
    offset += *length;
    if (*marker == 0xDA) offset = skip_scan(in, offset);
  }
}

Result<void> check_bare_png(const Bytes& in) {
  constexpr std::array<std::string_view, 9> picture{"IHDR", "PLTE", "tRNS", "sRGB", "gAMA",
                                                    "cHRM", "sBIT", "pHYs", "IDAT"};
  for (std::size_t offset = png_signature.size();;) {
    const auto length = in.big(offset, 4);
    const std::string_view name = in.part(offset + 4, 4);
    if (!length || in.all.size() - offset < std::size_t{12} + *length)
      return not_bare("the PNG is cut off");
    offset += std::size_t{12} + *length;
    if (name == "IEND")
      return offset == in.all.size() ? Result<void>{}
                                     : not_bare("the PNG has bytes behind its end");
    if (std::find(picture.begin(), picture.end(), name) == picture.end())
      return not_bare("the PNG has a chunk besides its picture");
  }
}

}  // namespace

Result<ImageHeader> read_image_header(std::string_view bytes) {
  TRY(const ImageHeader out, read_any(bytes));
  if (out.width <= 0 || out.height <= 0)
    return fail(Fault::corrupt, "the picture is of no size", "Export it again.");
  if (out.width > limits::media_pixels / out.height)
    return fail(Fault::too_large,
                fmt::format("the picture says that it is {} by {} pixels; at most {} million are "
                            "taken",
                            out.width, out.height, limits::media_pixels / 1'000'000),
                "Scale it down.");
  return out;
}

Result<void> check_bare(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return check_bare_jpeg({bytes});
  if (bytes.starts_with(png_signature)) return check_bare_png({bytes});
  return not_bare("neither JPEG nor PNG");
}

}  // namespace carillon
