// Structured fields of HTTP headers: all of RFC 9651, and with it RFC 8941. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace carillon {

struct FieldToken {
  std::string text;
  bool operator==(const FieldToken&) const = default;
};
struct FieldBytes {
  std::string bytes;
  bool operator==(const FieldBytes&) const = default;
};
struct FieldDecimal {
  std::int64_t thousandths = 0;  // of magnitude below 10^15
  bool operator==(const FieldDecimal&) const = default;
};
struct FieldDate {
  std::int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  bool operator==(const FieldDate&) const = default;
};
struct FieldDisplay {
  std::string text;  // UTF-8
  bool operator==(const FieldDisplay&) const = default;
};
// An integer, a decimal, a string of ASCII, a token, bytes, a boolean, a date, a display string.
using BareItem = std::variant<std::int64_t, FieldDecimal, std::string, FieldToken, FieldBytes, bool,
                              FieldDate, FieldDisplay>;
using FieldParameters = std::vector<std::pair<std::string, BareItem>>;

struct FieldItem {
  BareItem value;
  FieldParameters parameters;
  bool operator==(const FieldItem&) const = default;
};
struct InnerList {
  std::vector<FieldItem> items;
  FieldParameters parameters;
  bool operator==(const InnerList&) const = default;
};
using FieldMember = std::variant<FieldItem, InnerList>;
using FieldList = std::vector<FieldMember>;
using FieldDictionary = std::vector<std::pair<std::string, FieldMember>>;

// Read the value of a header; where a header has several lines they are joined by ", ". Of a key
// that comes twice the last value counts. Errors: corrupt, with the offset; too_large above
// limits::field_bytes or limits::field_members. RFC 9651 section 4.2.
[[nodiscard]] Result<FieldItem> read_field_item(std::string_view text);
[[nodiscard]] Result<FieldList> read_field_list(std::string_view text);
[[nodiscard]] Result<FieldDictionary> read_field_dictionary(std::string_view text);

// Write them in the one form there is (RFC 9651 section 4.1); an empty list is an empty text.
// Errors: invalid for what cannot be written: a key or token with other characters, a number that
// is too large, a string that is not ASCII, a display string that is not UTF-8.
[[nodiscard]] Result<std::string> write_field(const FieldItem& item);
[[nodiscard]] Result<std::string> write_field(const InnerList& list);
[[nodiscard]] Result<std::string> write_field(const FieldList& list);
[[nodiscard]] Result<std::string> write_field(const FieldDictionary& dictionary);

// The decimal nearest to a number, half to even (RFC 9651 section 4.1.5). Errors: invalid where it
// is too large or no number.
[[nodiscard]] Result<FieldDecimal> decimal_of(double number);

// The value of a key, or null.
[[nodiscard]] const BareItem* find_parameter(const FieldParameters& parameters,
                                             std::string_view key);
[[nodiscard]] const FieldMember* find_member(const FieldDictionary& dictionary,
                                             std::string_view key);

}  // namespace carillon
