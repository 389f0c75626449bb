#include "text/graphemes.hpp"

#include <cstdint>
#include <cstring>

#include "text/codepoints.hpp"

namespace carillon {

namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;
constexpr std::uint64_t ones = 0x0101010101010101U;

bool is_extend(Break kind) {
  return kind == Break::extend || kind == Break::linker || kind == Break::conjunct_extend;
}

bool is_hard(Break kind) {
  return kind == Break::control || kind == Break::cr || kind == Break::lf;
}

// What the rules must remember of the code points since the cluster began.
class Segmenter {
 public:
  explicit Segmenter(Break first) { take(first); }

  // Whether there is a border between what was taken so far and `next` (UAX #29, GB3 to GB999).
  [[nodiscard]] bool border_before(Break next) const {
    if (last_ == Break::cr && next == Break::lf) return false;
    if (is_hard(last_) || is_hard(next)) return true;
    if (is_extend(next) || next == Break::zwj || next == Break::spacing_mark) return false;
    if (last_ == Break::prepend) return false;
    switch (next) {
      case Break::l:
      case Break::lv:
      case Break::lvt:
        return last_ != Break::l;
      case Break::v:
        return last_ != Break::l && last_ != Break::v && last_ != Break::lv;
      case Break::t:
        return last_ != Break::v && last_ != Break::lv && last_ != Break::t && last_ != Break::lvt;
      case Break::consonant:
        return !linked_;
      case Break::pictographic:
        return !(last_ == Break::zwj && joins_);
      case Break::regional:
        return !(last_ == Break::regional && odd_regional_);
      default:
        return true;
    }
  }

  void take(Break next) {
    if (next == Break::pictographic) {
      picture_ = true;
    } else if (!is_extend(next)) {
      joins_ = next == Break::zwj && picture_;
      picture_ = false;
    }
    if (next == Break::consonant) {
      conjunct_ = true;
      linked_ = false;
    } else if (next == Break::linker) {
      linked_ = conjunct_;
    } else if (next != Break::conjunct_extend && next != Break::zwj) {
      conjunct_ = false;
      linked_ = false;
    }
    odd_regional_ = next == Break::regional && !(last_ == Break::regional && odd_regional_);
    last_ = next;
  }

 private:
  Break last_ = Break::other;
  bool picture_ = false;       // a pictograph, then only Extend (GB11)
  bool joins_ = false;         // and then ZWJ
  bool conjunct_ = false;      // a consonant, then only Extend and Linker (GB9c)
  bool linked_ = false;        // with at least one Linker
  bool odd_regional_ = false;  // an odd number of regional indicators (GB12, GB13)
};

// Whether the next eight bytes are ASCII without CR, hence clusters of their own but for what
// follows the last.
bool eight_plain(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t without_cr = word ^ (ones * 0x0DU);
  const bool cr = ((without_cr - ones) & ~without_cr & high_bits) != 0;
  return (word & high_bits) == 0 && !cr;
}

bool is_ascii(char byte) {
  return static_cast<unsigned char>(byte) < 0x80;
}

}  // namespace

std::size_t count_graphemes(std::string_view utf8) {
  std::size_t count = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    // A following mark may still join the last of the eight, so that one is left to the rules.
    while (at + 9 <= utf8.size() && eight_plain(utf8.data() + at) && is_ascii(utf8[at + 8])) {
      count += 8;
      at += 8;
    }
    at = grapheme_end(utf8, at);
    ++count;
  }
  return count;
}

std::size_t grapheme_end(std::string_view text, std::size_t begin) {
  if (begin >= text.size()) return text.size();
  if (begin + 1 < text.size() && is_ascii(text[begin]) && is_ascii(text[begin + 1])) {
    return begin + (text[begin] == '\r' && text[begin + 1] == '\n' ? 2 : 1);
  }
  const CodePoint first = code_point_at(text, begin);
  Segmenter state(break_of(first.value));
  std::size_t end = begin + first.size;
  while (end < text.size()) {
    const CodePoint point = code_point_at(text, end);
    const Break next = break_of(point.value);
    if (state.border_before(next)) break;
    state.take(next);
    end += point.size;
  }
  return end;
}

std::vector<std::size_t> grapheme_ends(std::string_view text) {
  std::vector<std::size_t> ends;
  ends.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    at = grapheme_end(text, at);
    ends.push_back(at);
  }
  return ends;
}

}  // namespace carillon
