// What a web page links to, where on the page, and what the page says of itself. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carillon {

struct HtmlLink {
  std::string element;     // "a", "area", "link", "iframe", "frame", "script"
  std::string address;     // href or src as it is written, character references undone; not empty
  std::string rel;         // in lower case
  std::string text;        // what a reader sees or hears of it; empty: nothing
  bool furniture = false;  // in the page's head, header, navigation, side bar or footer
  std::size_t at = 0;      // offset of its tag
};

struct HtmlOutline {
  std::string base;       // of <base>, as written; empty: none
  std::string canonical;  // of <link rel=canonical>, as written; empty: none
  std::vector<HtmlLink> links;
  // The parts of the text that are furniture: offsets, in order, without overlaps.
  std::vector<std::pair<std::size_t, std::size_t>> furniture;
};

// Reads a page of any quality, also one that was cut. Scripts and comments are no part of it.
[[nodiscard]] HtmlOutline outline_of(std::string_view html);

// Whether the byte at `at` stands in the furniture.
[[nodiscard]] bool in_furniture(const HtmlOutline& outline, std::size_t at);

}  // namespace carillon
