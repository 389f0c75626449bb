#include "text/codepoints.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.hpp"

namespace carillon {

namespace {

#include "text/unicode_tables.inc"

constexpr unsigned class_mask = 31;
constexpr unsigned word_bit = 32;
constexpr unsigned digit_bit = 64;
constexpr unsigned punctuation_bit = 128;
constexpr char32_t replacement = 0xFFFD;
constexpr char32_t zwj = 0x200D;
constexpr char32_t emoji_style = 0xFE0F;
constexpr char32_t text_style = 0xFE0E;

unsigned properties_of(char32_t point) {
  if (point > 0x10FFFF) return 0;
  return properties[static_cast<std::size_t>(block_of[point >> 7U]) * 128 + (point & 127U)];
}

// `ranges` holds first, last, first, last, …
bool in_ranges(std::span<const std::uint32_t> ranges, char32_t point) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), point);
  const auto index = after - ranges.begin();
  return index % 2 == 1 || (index > 0 && *(after - 1) == point);
}

bool is_skin_tone(char32_t point) {
  return point >= 0x1F3FB && point <= 0x1F3FF;
}

std::size_t flag_size(std::string_view text, std::size_t at, CodePoint first) {
  const CodePoint second = code_point_at(text, at + first.size);
  if (break_of(second.value) != Break::regional) return 0;
  const std::size_t bit = (first.value - 0x1F1E6) * 26 + (second.value - 0x1F1E6);
  const bool known = (flag_bits[bit / 8] >> (bit % 8) & 1U) != 0;
  return known ? first.size + second.size : 0;
}

// A black flag, tag letters and the cancel tag: England, Scotland and Wales.
std::size_t tag_sequence_size(std::string_view rest) {
  for (const std::u32string_view name : {U"gbeng", U"gbsct", U"gbwls"}) {
    std::string wanted = "\U0001F3F4";
    for (const char32_t letter : name) append_utf8(0xE0000 + letter, wanted);
    append_utf8(0xE007F, wanted);
    if (rest.starts_with(wanted)) return wanted.size();
  }
  return 0;
}

std::size_t keycap_size(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  if (const auto style = code_point_at(text, end); style.value == emoji_style) end += style.size;
  const auto cap = code_point_at(text, end);
  return cap.value == 0x20E3 ? end + cap.size - at : 0;
}

struct Element {
  char32_t base = 0;
  std::size_t size = 0;  // with its skin tone and variation selector
  bool styled = false;   // shown as an emoji when it stands alone
};

// One emoji character with what modifies it; `size` 0 when there is none at `at`.
Element element_at(std::string_view text, std::size_t at) {
  const CodePoint base = code_point_at(text, at);
  if (base.value < 0x80 || !in_ranges(emoji_ranges, base.value)) return {};
  if (break_of(base.value) == Break::regional) return {};
  Element out{base.value, base.size, in_ranges(emoji_presentation_ranges, base.value)};
  const CodePoint next = code_point_at(text, at + base.size);
  if (next.value == text_style) return {base.value, base.size, false};
  if (next.value == emoji_style && !out.styled) {
    out.size += next.size;
    out.styled = true;
  } else if (is_skin_tone(next.value) && in_ranges(modifier_base_ranges, base.value)) {
    out.size += next.size;
    out.styled = true;
  }
  const bool needs_style =
      base.value == 0xA9 || base.value == 0xAE || base.value == 0x2122 || base.value == 0x265F;
  if (!needs_style) out.styled = true;
  return out;
}

bool is_joined(const std::array<std::uint32_t, 4>& bases) {
  return std::binary_search(joined_emoji.begin(), joined_emoji.end(), bases);
}

}  // namespace

CodePoint wide_code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead >= 0xC2 && lead <= 0xDF && tail(1)) {
    return {(lead & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  }
  if (lead >= 0xE0 && lead <= 0xEF && tail(1) && tail(2)) {
    const char32_t value = (lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    const char32_t value = (lead & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U |
                           (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
    if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
  }
  return {replacement, 1};
}

CodePoint code_point_before(std::string_view text, std::size_t end) {
  if (end == 0) return {};
  const std::string_view head = text.substr(0, end);
  for (std::size_t back = 2; back <= 4 && back <= end; ++back) {
    const CodePoint point = code_point_at(head, end - back);
    if (point.size == back) return point;
  }
  return code_point_at(head, end - 1);
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const CodePoint point = code_point_at(text, at);
  at += point.size;
  return point.value;
}

CodePoints decode(std::string_view text) {
  CodePoints out;
  out.cp.reserve(text.size());
  out.at.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    out.at.push_back(static_cast<std::uint32_t>(at));
    out.cp.push_back(next_code_point(text, at));
  }
  out.at.push_back(static_cast<std::uint32_t>(text.size()));
  return out;
}

std::size_t run_end(std::string_view text, std::size_t at, bool (*member)(char32_t)) {
  for (CodePoint point = code_point_at(text, at); point.size != 0 && member(point.value);
       point = code_point_at(text, at)) {
    at += point.size;
  }
  return at;
}

void append_utf8(char32_t point, std::string& out) {
  const auto put = [&](char32_t value) { out.push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | point >> 6U);
    put(0x80 | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0 | point >> 12U);
    put(0x80 | (point >> 6U & 0x3FU));
    put(0x80 | (point & 0x3FU));
  } else {
    put(0xF0 | point >> 18U);
    put(0x80 | (point >> 12U & 0x3FU));
    put(0x80 | (point >> 6U & 0x3FU));
    put(0x80 | (point & 0x3FU));
  }
}

Break break_of(char32_t point) {
  return static_cast<Break>(properties_of(point) & class_mask);
}

bool is_letter_or_mark(char32_t point) {
  return (properties_of(point) & word_bit) != 0;
}

bool is_decimal(char32_t point) {
  return (properties_of(point) & digit_bit) != 0;
}

bool is_punctuation(char32_t point) {
  return (properties_of(point) & punctuation_bit) != 0;
}

bool is_alphabetic(char32_t point) {
  if (point < 0x80) return is_ascii_alpha(point);
  return u_isUAlphabetic(static_cast<UChar32>(point)) != 0;
}

bool is_word(char32_t point) {
  if (point < 0x80) return is_ascii_alnum(point) || point == '_';
  return is_letter_or_mark(point) || is_decimal(point) || is_alphabetic(point) ||
         u_charType(static_cast<UChar32>(point)) == U_CONNECTOR_PUNCTUATION;
}

bool is_white_space(char32_t point) {
  if (point <= 0x20) return point == 0x20 || (point >= 0x09 && point <= 0x0D);
  return point == 0x85 || point == 0xA0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
         point == 0x202F || point == 0x205F || point == 0x3000;
}

std::size_t emoji_size(std::string_view text, std::size_t at) {
  const CodePoint first = code_point_at(text, at);
  if (first.size == 0) return 0;
  if (first.value < 0x80) {
    const bool cap =
        first.value == '#' || first.value == '*' || (first.value >= '0' && first.value <= '9');
    return cap ? keycap_size(text, at) : 0;
  }
  if (break_of(first.value) == Break::regional) return flag_size(text, at, first);
  if (first.value == 0x1F3F4) {
    if (const auto size = tag_sequence_size(text.substr(at)); size != 0) return size;
  }
  Element element = element_at(text, at);
  if (element.size == 0) return 0;
  std::size_t end = at + element.size;
  std::size_t best = element.styled ? end : at;
  std::array<std::uint32_t, 4> bases{element.base};
  for (std::size_t count = 1; count < bases.size(); ++count) {
    const CodePoint joiner = code_point_at(text, end);
    if (joiner.value != zwj) break;
    element = element_at(text, end + joiner.size);
    if (element.size == 0) break;
    bases[count] = element.base;
    end += joiner.size + element.size;
    if (is_joined(bases)) best = end;
  }
  return best - at;
}

std::size_t utf16_length(std::string_view text) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < text.size();) units += next_code_point(text, at) > 0xFFFF ? 2 : 1;
  return units;
}

std::string to_nfc(std::string_view text) {
  // Nothing below U+0300 composes.
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0xCC; }))
    return std::string(text);
  if (first_bad_utf8(text)) return std::string(text);
  UErrorCode error = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&error);
  std::u16string wide(text.size() + 1, u'\0');
  std::int32_t length = 0;
  u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, text.data(),
                static_cast<std::int32_t>(text.size()), &error);
  if (U_FAILURE(error)) return std::string(text);
  if (unorm2_isNormalized(nfc, wide.data(), length, &error) != 0) return std::string(text);
  std::u16string out(static_cast<std::size_t>(length) * 3 + 16, u'\0');
  const std::int32_t composed = unorm2_normalize(nfc, wide.data(), length, out.data(),
                                                 static_cast<std::int32_t>(out.size()), &error);
  std::string utf8(static_cast<std::size_t>(composed) * 3 + 1, '\0');
  u_strToUTF8(utf8.data(), static_cast<std::int32_t>(utf8.size()), &length, out.data(), composed,
              &error);
  if (U_FAILURE(error)) return std::string(text);
  utf8.resize(static_cast<std::size_t>(length));
  return utf8;
}

}  // namespace carillon
