// Finds any of some literals in text, ignoring ASCII case, at some gigabytes a second: most bytes
// of a tree are in no line of interest, so this decides how long a scan takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

// What is looked for. Literals are of at least four bytes.
struct Literal {
  std::string text;     // lower case
  bool starts = false;  // no letter, digit or `_` may stand before it
  bool ends = false;    // nor after it
};

class LiteralSet {
 public:
  static constexpr std::size_t least = 4;
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  // Literals shorter than `least` are left out.
  explicit LiteralSet(const std::vector<Literal>& literals);

  // Where the first occurrence at or behind `from` begins, or npos. Pure.
  [[nodiscard]] std::size_t next(std::string_view text, std::size_t from) const;

 private:
  struct Window {
    std::uint32_t bytes;  // four bytes of the literal, each with 0x20 set
    std::uint32_t offset;
    std::uint32_t literal;
  };
  [[nodiscard]] std::size_t verify(std::string_view text, std::size_t at, std::size_t from) const;

  std::vector<Literal> literals_;
  std::vector<Window> windows_;  // sorted by bytes
  std::array<std::uint8_t, 65536> seen_{};
  std::size_t step_ = 1;
};

}  // namespace carillon
