// Digits in addresses and names. Pure.
#pragma once

#include <algorithm>
#include <string_view>

namespace carillon {

// The value of a hexadecimal digit, or -1.
[[nodiscard]] inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Whether there is at least one character, and all are decimal digits.
[[nodiscard]] inline bool digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace carillon
