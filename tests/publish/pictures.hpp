// Pictures made by hand, so that a test knows every byte of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace carillon::made {

inline std::string big(std::uint32_t value, int count) {
  std::string out;
  for (int i = count - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  return out;
}

inline std::string little(std::uint32_t value, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
  return out;
}

inline std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

inline std::string chunk(const std::string& name, const std::string& data) {
  return big(static_cast<std::uint32_t>(data.size()), 4) + name + data + big(crc32(name + data), 4);
}

// A zlib stream that stores.
inline std::string stored(std::string_view bytes) {
  std::string out = "\x78\x01";
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  while (true) {
    const std::string_view block = bytes.substr(0, 65535);
    bytes.remove_prefix(block.size());
    const auto size = static_cast<std::uint32_t>(block.size());
    out += static_cast<char>(bytes.empty() ? 1 : 0);
    out += little(size, 2) + little(~size, 2) + std::string(block);
    if (bytes.empty()) return out + big(b << 16U | a, 4);
  }
}

// The bytes of a pixel: 3 (RGB) or 4 (with alpha).
using Paint = std::function<std::string(int x, int y)>;

// `extra`: chunks between the header and the picture.
inline std::string png(int width, int height, const Paint& paint, const std::string& extra = {}) {
  std::string rows;
  for (int y = 0; y < height; ++y) {
    rows += '\0';
    for (int x = 0; x < width; ++x) rows += paint(x, y);
  }
  const bool alpha = paint(0, 0).size() == 4;
  const std::string header = big(static_cast<std::uint32_t>(width), 4) +
                             big(static_cast<std::uint32_t>(height), 4) +
                             std::string{8, alpha ? '\6' : '\2', 0, 0, 0};
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + extra + chunk("IDAT", stored(rows)) +
         chunk("IEND", "");
}

inline std::string pixel(std::uint32_t red, std::uint32_t green, std::uint32_t blue) {
  return big(red << 16U | green << 8U | blue, 3);
}

// Like a photograph: no two pixels alike, hard to compress without loss.
inline std::string noise(int x, int y) {
  std::uint32_t n =
      static_cast<std::uint32_t>(x) * 73'856'093U ^ static_cast<std::uint32_t>(y) * 19'349'663U;
  n = (n ^ n >> 13U) * 1'274'126'177U;
  const std::uint32_t light = (static_cast<std::uint32_t>(x + y) / 4 + (n >> 16U) % 64) % 256;
  return pixel(light, (light + 40) % 256, n >> 24U);
}

// Like a diagram: two colours.
inline std::string flat(int x, int) {
  return x % 64 < 4 ? pixel(20, 20, 60) : pixel(250, 250, 250);
}

// A GIF89a of 2 by 1 pixels with so many frames.
inline std::string gif(int frames) {
  std::string out = "GIF89a" + little(2, 2) + little(1, 2) + std::string("\x80\0\0", 3) +
                    std::string("\0\0\0\xFF\xFF\xFF", 6);
  for (int i = 0; i < frames; ++i) {
    out += std::string("\x21\xF9\x04\0\x0A\0\0\0", 8);
    out += std::string("\x2C\0\0\0\0\x02\0\x01\0\0\x02\x02\x44\x0A\0", 15);
  }
  return out + ";";
}

inline std::string segment(char marker, const std::string& data) {
  return std::string{'\xFF', marker} + big(static_cast<std::uint32_t>(data.size()) + 2, 2) + data;
}

// EXIF as a telephone writes it: turn me by `orientation`, the maker, and where it was taken.
inline std::string exif(std::uint32_t orientation, const std::string& maker,
                        const std::string& place) {
  const auto entry = [](std::uint32_t tag, std::uint32_t type, std::uint32_t count,
                        std::uint32_t value) {
    return little(tag, 2) + little(type, 2) + little(count, 4) + little(value, 4);
  };
  const auto maker_size = static_cast<std::uint32_t>(maker.size()) + 1;
  const auto place_size = static_cast<std::uint32_t>(place.size()) + 1;
  constexpr std::uint32_t texts = 8 + 2 + 3 * 12 + 4;
  const std::uint32_t gps = texts + maker_size;
  const std::uint32_t gps_texts = gps + 2 + 12 + 4;
  std::string tiff = "II*" + std::string(1, '\0') + little(8, 4) + little(3, 2);
  tiff += entry(0x010F, 2, maker_size, texts);      // Make
  tiff += entry(0x0112, 3, 1, orientation);         // Orientation
  tiff += entry(0x8825, 4, 1, gps) + little(0, 4);  // GPSInfo
  tiff += maker + std::string(1, '\0') + little(1, 2);
  tiff += entry(0x001C, 7, place_size, gps_texts) + little(0, 4);  // GPSAreaInformation
  tiff += place + std::string(1, '\0');
  return segment('\xE1', std::string("Exif\0\0", 6) + tiff);
}

// A JPEG with segments put behind its start.
inline std::string with_segments(const std::string& jpeg, const std::string& segments) {
  return jpeg.substr(0, 2) + segments + jpeg.substr(2);
}

}  // namespace carillon::made
