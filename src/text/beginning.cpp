#include "text/beginning.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "text/additions.hpp"
#include "text/breaks.hpp"
#include "text/graphemes.hpp"

namespace carillon {

namespace {

constexpr std::size_t longest_abbreviation = 4;  // bytes, as "e.g."
constexpr std::size_t longest_beginning = 4096;  // bytes, more than any limited platform takes

// The first bytes of a text, up to the end of a character.
Passage first_bytes(const Passage& source) {
  if (source.text.size() <= longest_beginning) return source;
  std::size_t end = 0;
  for (std::size_t next = grapheme_end(source.text, 0); next <= longest_beginning;
       next = grapheme_end(source.text, end))
    end = next;
  Passage out{source.text.substr(0, end), source.whole};
  std::erase_if(out.whole, [&](const Whole& one) { return one.begin >= end; });
  for (Whole& one : out.whole) one.end = std::min(one.end, end);
  return out;
}

// As many characters of a single word as fit.
std::string cut_word(const Passage& text, const Piece& word, const std::string& link,
                     const Limits& limits) {
  std::vector<Whole> whole = text.whole;
  if (limits.entities) {
    for (const Entity& entity : limits.entities(text.text))
      whole.push_back({entity.begin, entity.end});
  }
  std::string out;
  for (std::size_t end = grapheme_end(text.text, word.begin); end < word.end;
       end = grapheme_end(text.text, end)) {
    const bool inside = std::any_of(whole.begin(), whole.end(), [&](const Whole& one) {
      return end > one.begin && end < one.end;
    });
    if (inside) continue;
    std::string head = text.text.substr(word.begin, end - word.begin) + "…";
    if (!fits(with_link(head, link, limits), limits)) break;
    out = std::move(head);
  }
  return out;
}

}  // namespace

Beginning beginning_of(const Passage& source, const std::string& link, const Limits& limits) {
  if (fits(with_link(std::string(trim(source.text)), link, limits), limits))
    return {std::string(trim(source.text)), true};
  const Passage text = first_bytes(source);
  const std::vector<Piece> pieces = pieces_of(text, limits);
  std::string sentence;
  std::string words;
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    if (pieces[i].cost >= glue_cost) continue;
    std::string head(trim(text.text.substr(0, pieces[i].end)));
    const bool ends = pieces[i].cost <= heading_cost ||
                      (pieces[i].end - pieces[i].begin > longest_abbreviation &&
                       std::string_view(".!?").find(head.back()) != std::string_view::npos);
    if (!ends) head += "…";
    if (!fits(with_link(head, link, limits), limits)) break;
    (ends ? sentence : words) = std::move(head);
  }
  if (sentence.empty() && words.empty() && !pieces.empty())
    return {cut_word(text, pieces.front(), link, limits), false};
  // A sentence is worth more than a few words, but not than most of what fits.
  return {!sentence.empty() && sentence.size() * 3 >= words.size() ? sentence : words, false};
}

}  // namespace carillon
