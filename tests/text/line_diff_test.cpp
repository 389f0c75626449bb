#include "text/line_diff.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

std::string shown(std::string_view before, std::string_view after, std::size_t context = 1) {
  std::string out;
  for (const DiffLine& line : line_diff(before, after, context)) {
    const char marks[] = {' ', '-', '+', '.'};
    out += marks[static_cast<std::size_t>(line.fate)] + line.text + "|";
  }
  return out;
}

}  // namespace

TEST_CASE("a difference shows what went and came, with what stands around it") {
  CHECK(shown("a\nb\nc\n", "a\nb\nc\n").empty());
  CHECK(shown("", "").empty());
  CHECK(shown("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n") == ".| b|-c|+X| d|.|");
  CHECK(shown("", "a\n") == "+a|");
  CHECK(shown("a", "") == "-a|");
  CHECK(shown("a\n1\n2\n3\n4\nb\n", "A\n1\n2\n3\n4\nB\n") == "-a|+A| 1|.| 4|-b|+B|");
  CHECK(shown("a\r\nb", "a\r\nb\n", 0) == ".|-b|+b|");
}
