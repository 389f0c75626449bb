// The beginning of a text that is too long.
#pragma once

#include <string>

#include "text/limits.hpp"
#include "text/split.hpp"

namespace carillon {

struct Beginning {
  std::string text;
  bool whole = false;  // nothing was left out
};

// The longest beginning that fits with `link` behind it: cut after a sentence, else after a word
// with "…", words of scripts without blanks included; a word that does not fit at all is cut
// between what readers take for characters. Never inside a link, mention, tag or code, nor between
// a link and the words before it. Empty where nothing fits. Thread-safe.
[[nodiscard]] Beginning beginning_of(const Passage& source, const std::string& link,
                                     const Limits& limits);

}  // namespace carillon
