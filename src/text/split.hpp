// A text too long for one post as a thread of parts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/limits.hpp"

namespace carillon {

// UTF-8 bytes [begin, end) that stay in one part.
struct Whole {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool operator==(const Whole&) const = default;
};

// A text between a person's breaks. Links, mentions, tags and code in backticks are kept whole
// without being named in `whole`.
struct Passage {
  std::string text;
  std::vector<Whole> whole;
};

// Takes the marks of markdown_to_marked out of a text and names what stood between them.
[[nodiscard]] Passage passage_of_marked(std::string_view marked);

// The passages as the parts of a thread. A passage that fits stays one part. A longer one is cut
// between paragraphs, else lines, else sentences, else clauses, else words, at the places that
// together disturb least and leave no scrap at the end; a URL stays with the sentence before it.
// Nothing is cut inside a word, grapheme, link, mention, tag or code. With `limits.numbered`, parts
// of a thread have room for their number; number_thread writes it. White space at a cut goes;
// nothing else is lost or moved. A part is longer than the limits allow only where a single word,
// link or code is. Any bytes are taken. Thread-safe.
[[nodiscard]] std::vector<std::string> split_thread(const std::vector<Passage>& passages,
                                                    const Limits& limits);

// " (1/3)", or on a line of its own behind a closing code fence. Pure.
[[nodiscard]] std::string number_mark(std::string_view part, std::size_t number, std::size_t count);

// The parts with their numbers when there are two or more. Pure.
[[nodiscard]] std::vector<std::string> number_thread(const std::vector<std::string>& parts);

// Whether one part can hold `text`.
[[nodiscard]] bool fits(std::string_view text, const Limits& limits);

}  // namespace carillon
