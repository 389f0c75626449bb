#include "text/codepoints.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>

#include "base/bytes.hpp"

namespace carillon {

namespace {

bool has_type(char32_t c, std::uint32_t mask) {
  return (U_MASK(u_charType(static_cast<UChar32>(c))) & mask) != 0;
}

}  // namespace

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  char32_t out = 0xFFFD;
  std::size_t length = 1;
  if (lead >= 0xC2 && lead <= 0xDF && tail(1)) {
    out = (lead & 0x1FU) << 6U | (byte(1) & 0x3FU);
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF && tail(1) && tail(2)) {
    out = (lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    length = 3;
    if (out < 0x800 || (out >= 0xD800 && out <= 0xDFFF)) {
      out = 0xFFFD;
      length = 1;
    }
  } else if (lead >= 0xF0 && lead <= 0xF4 && tail(1) && tail(2) && tail(3)) {
    out = (lead & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
          (byte(3) & 0x3FU);
    length = 4;
    if (out < 0x10000 || out > 0x10FFFF) {
      out = 0xFFFD;
      length = 1;
    }
  }
  at += length;
  return out;
}

void append_utf8(char32_t cp, std::string& out) {
  const auto put = [&](char32_t byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (cp < 0x80) {
    put(cp);
  } else if (cp < 0x800) {
    put(0xC0 | cp >> 6);
    put(0x80 | (cp & 0x3F));
  } else if (cp < 0x10000) {
    put(0xE0 | cp >> 12);
    put(0x80 | (cp >> 6 & 0x3F));
    put(0x80 | (cp & 0x3F));
  } else {
    put(0xF0 | cp >> 18);
    put(0x80 | (cp >> 12 & 0x3F));
    put(0x80 | (cp >> 6 & 0x3F));
    put(0x80 | (cp & 0x3F));
  }
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

bool is_letter_or_mark(char32_t c) {
  return c < 0x80 ? is_ascii_alpha(c) : has_type(c, U_GC_L_MASK | U_GC_M_MASK);
}

bool is_decimal(char32_t c) {
  return c < 0x80 ? is_ascii_digit(c) : has_type(c, U_GC_ND_MASK);
}

bool is_punctuation(char32_t c) {
  return has_type(c, U_GC_P_MASK);
}

bool is_white_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

bool is_word(char32_t c) {
  if (c < 0x80) return is_ascii_alnum(c) || c == '_';
  return has_type(c, U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK);
}

bool is_alphabetic(char32_t c) {
  if (c < 0x80) return is_ascii_alpha(c);
  return u_isUAlphabetic(static_cast<UChar32>(c)) != 0 || has_type(c, U_GC_M_MASK);
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
