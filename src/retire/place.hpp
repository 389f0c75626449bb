// What kind of file this is: that decides whether a reference in it may be touched at all.
#pragma once

#include <string>
#include <string_view>

#include "retire/reference.hpp"

namespace carillon {

// How a file is written, as far as it matters for reading a line of it.
enum class Syntax { prose, page, data, code, style, catalogue, picture, other };

struct Place {
  Scope scope = Scope::current_text;
  Syntax syntax = Syntax::other;
  std::string why;              // in words, for the reason: "a dated post"
  bool archival = false;        // CITATION.cff and the like: metadata that others have copied
  bool hash_comments = false;   // `#` begins a comment
  bool slash_comments = false;  // `//` begins a comment
};

// Whose view it is: of those who keep the files, or of those who read the site.
enum class Held { tree, site };

// From the path below the scanned root and the beginning of the file. Pure.
// What a site serves is neither a test nor made from something else there, whatever its folders are
// called: it is history, or it is what people read.
[[nodiscard]] Place place_of(std::string_view path, std::string_view head, Held held = Held::tree);

}  // namespace carillon
