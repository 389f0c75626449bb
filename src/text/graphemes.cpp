#include "text/graphemes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "text/codepoints.hpp"
#include "text/grapheme_table.hpp"

namespace carillon {

namespace {

enum Break : unsigned {
  other,
  cr,
  lf,
  control,
  extend,
  zwj,
  regional,
  prepend,
  spacing,
  l,
  v,
  t,
  lv,
  lvt
};
enum Conjunct : unsigned { none, consonant, conjunct_extend, linker };

constexpr char32_t direct_size = 0x20000;

const std::array<std::uint8_t, direct_size>& direct() {
  static const auto* table = [] {
    auto* out = new std::array<std::uint8_t, direct_size>{};  // lives as long as the program
    for (const auto& range : text_tables::grapheme_ranges) {
      for (char32_t c = range.first; c <= range.last && c < direct_size; ++c)
        (*out)[c] = range.value;
    }
    return out;
  }();
  return *table;
}

unsigned properties(char32_t c) {
  if (c < direct_size) return direct()[c];
  const auto* found = std::upper_bound(
      std::begin(text_tables::grapheme_ranges), std::end(text_tables::grapheme_ranges), c,
      [](char32_t value, const text_tables::GraphemeRange& range) { return value < range.first; });
  if (found == std::begin(text_tables::grapheme_ranges)) return 0;
  --found;
  return c <= found->last ? found->value : 0;
}

Break break_of(char32_t c, unsigned value) {
  if (c >= 0xAC00 && c <= 0xD7A3) return (c - 0xAC00) % 28 == 0 ? lv : lvt;
  return static_cast<Break>(value & 15U);
}

// What has been seen of the cluster so far, as far as the rules look back.
class Cluster {
 public:
  // Is there a boundary before this code point? (GB3 to GB999)
  bool breaks_before(char32_t c) {
    const unsigned value = properties(c);
    const Break now = break_of(c, value);
    const auto conjunct = static_cast<Conjunct>(value >> 5U & 3U);
    const bool boundary = decide(now, (value & 16U) != 0, conjunct);
    remember(boundary, now, (value & 16U) != 0, conjunct);
    return boundary;
  }

 private:
  [[nodiscard]] bool decide(Break now, bool pictographic, Conjunct conjunct) const {
    if (last_ == cr && now == lf) return false;                                         // GB3
    if (last_ == cr || last_ == lf || last_ == control) return true;                    // GB4
    if (now == cr || now == lf || now == control) return true;                          // GB5
    if (last_ == l && (now == l || now == v || now == lv || now == lvt)) return false;  // GB6
    if ((last_ == lv || last_ == v) && (now == v || now == t)) return false;            // GB7
    if ((last_ == lvt || last_ == t) && now == t) return false;                         // GB8
    if (now == extend || now == zwj || now == spacing) return false;                    // GB9, GB9a
    if (last_ == prepend) return false;                                                 // GB9b
    if (conjunct_linked_ && conjunct == consonant) return false;                        // GB9c
    if (pictograph_joined_ && pictographic) return false;                               // GB11
    if (last_ == regional && now == regional && odd_regional_) return false;  // GB12, GB13
    return true;                                                              // GB999
  }

  void remember(bool boundary, Break now, bool pictographic, Conjunct conjunct) {
    pictograph_joined_ = pictograph_open_ && now == zwj && !boundary;
    pictograph_open_ = pictographic || (pictograph_open_ && now == extend && !boundary);
    if (conjunct == consonant) {
      conjunct_open_ = true;
      conjunct_linked_ = false;
    } else if (conjunct == linker) {
      conjunct_linked_ = conjunct_open_;
    } else if (conjunct != conjunct_extend) {
      conjunct_open_ = false;
      conjunct_linked_ = false;
    }
    odd_regional_ = now == regional && !(last_ == regional && odd_regional_ && !boundary);
    last_ = now;
  }

  Break last_ = control;
  bool pictograph_open_ = false;    // ExtPict Extend*
  bool pictograph_joined_ = false;  // ExtPict Extend* ZWJ
  bool conjunct_open_ = false;
  bool conjunct_linked_ = false;
  bool odd_regional_ = false;
};

// Calls `each` with the offset of every boundary but the first.
template <class F>
void boundaries(std::string_view text, F each) {
  Cluster cluster;
  bool first = true;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    // Between two printable ASCII characters there is always a boundary.
    const std::size_t start = at;
    if (byte >= 0x20 && byte < 0x7F && at + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[at + 1]);
      if (next >= 0x20 && next < 0x7F && !first && at > 0) {
        const auto before = static_cast<unsigned char>(text[at - 1]);
        if (before >= 0x20 && before < 0x7F) {
          each(start);
          ++at;
          continue;
        }
      }
    }
    const char32_t c = next_code_point(text, at);
    if (cluster.breaks_before(c) && !first) each(start);
    first = false;
  }
  if (!text.empty()) each(text.size());
}

}  // namespace

std::size_t count_graphemes(std::string_view text) {
  std::size_t count = 0;
  boundaries(text, [&](std::size_t) { ++count; });
  return count;
}

std::vector<std::size_t> grapheme_ends(std::string_view text) {
  std::vector<std::size_t> out;
  out.reserve(text.size());
  boundaries(text, [&](std::size_t at) { out.push_back(at); });
  return out;
}

bool is_pictographic(char32_t c) {
  return (properties(c) & 16U) != 0;
}

}  // namespace carillon
