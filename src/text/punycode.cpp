#include "text/punycode.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "text/codepoints.hpp"

namespace carillon {

namespace {

// RFC 3492 section 5.
constexpr std::uint32_t base = 36;
constexpr std::uint32_t t_min = 1;
constexpr std::uint32_t t_max = 26;
constexpr std::uint32_t skew = 38;
constexpr std::uint32_t damp = 700;
constexpr std::uint32_t initial_bias = 72;
constexpr std::uint32_t initial_n = 128;

std::uint32_t adapted_bias(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > ((base - t_min) * t_max) / 2; k += base) delta /= base - t_min;
  return k + (base - t_min + 1) * delta / (delta + skew);
}

std::size_t digits(std::uint32_t value, std::uint32_t bias) {
  std::size_t count = 1;
  for (std::uint32_t k = base;; k += base) {
    const std::uint32_t t = k <= bias ? t_min : std::min(k - bias, t_max);
    if (value < t) return count;
    value = (value - t) / (base - t);
    ++count;
  }
}

std::size_t encoded_size(const std::u32string& label, std::size_t basic) {
  std::size_t size = basic > 0 ? basic + 1 : 0;
  std::uint32_t n = initial_n;
  std::uint32_t delta = 0;
  std::uint32_t bias = initial_bias;
  std::size_t handled = basic;
  while (handled < label.size()) {
    std::uint32_t next = 0x110000;
    for (const char32_t point : label) {
      if (point >= n) next = std::min<std::uint32_t>(next, point);
    }
    delta += (next - n) * static_cast<std::uint32_t>(handled + 1);
    n = next;
    for (const char32_t point : label) {
      if (point < n) ++delta;
      if (point != n) continue;
      size += digits(delta, bias);
      bias = adapted_bias(delta, static_cast<std::uint32_t>(handled + 1), handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return size;
}

}  // namespace

std::size_t ascii_label_size(std::string_view label, std::size_t enough) {
  std::u32string points;
  std::size_t basic = 0;
  for (std::size_t at = 0; at < label.size();) {
    const CodePoint point = code_point_at(label, at);
    at += point.size;
    points.push_back(point.value);
    if (point.value < 0x80) ++basic;
    // Each code point takes at least one byte of the result.
    if (points.size() > enough) return points.size();
  }
  if (basic == points.size()) return basic;
  return 4 + encoded_size(points, basic);
}

}  // namespace carillon
