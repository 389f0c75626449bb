// How a C++ value becomes a column and comes back. The same on SQLite and PostgreSQL: whole
// numbers, reals, UTF-8 text, bytes and nothing; an enum is its word, a structure is JSON text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/describe.hpp"

namespace carillon {

// Bytes that are not text; the column is declared `bytea` on both databases.
struct Blob {
  std::string bytes;
};

using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;
using SqlRow = std::vector<SqlValue>;

namespace db_detail {

template <class T>
[[nodiscard]] SqlValue to_sql(const T& in) {
  using namespace describe_detail;
  if constexpr (std::is_same_v<T, SqlValue> || std::is_same_v<T, Blob>) {
    return in;
  } else if constexpr (std::is_same_v<T, bool>) {
    return std::int64_t{in ? 1 : 0};
  } else if constexpr (std::is_enum_v<T>) {
    return word_of(in);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(in);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(in);
  } else if constexpr (std::is_convertible_v<T, std::string_view>) {
    return std::string(std::string_view(in));
  } else if constexpr (is_a<T, std::optional>) {
    return in ? to_sql(*in) : SqlValue{};
  } else {
    return write_json(in);  // structures are opaque text to the database
  }
}

// False when the column holds something else; `out` is then unspecified.
template <class T>
[[nodiscard]] bool from_sql(SqlValue& in, T& out) {
  using namespace describe_detail;
  if constexpr (is_a<T, std::optional>) {
    if (std::holds_alternative<std::monostate>(in)) return true;
    return from_sql(in, out.emplace());
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto* number = std::get_if<std::int64_t>(&in);
    if (number != nullptr) out = *number != 0;
    return number != nullptr;
  } else if constexpr (std::is_enum_v<T>) {
    const auto* text = std::get_if<std::string>(&in);
    const auto value = text != nullptr ? from_word<T>(*text) : std::nullopt;
    if (value) out = *value;
    return value.has_value();
  } else if constexpr (std::is_integral_v<T>) {
    const auto* number = std::get_if<std::int64_t>(&in);
    if (number == nullptr || !std::in_range<T>(*number)) return false;
    out = static_cast<T>(*number);
    return true;
  } else if constexpr (std::is_floating_point_v<T>) {
    if (const auto* real = std::get_if<double>(&in)) out = static_cast<T>(*real);
    if (const auto* number = std::get_if<std::int64_t>(&in)) out = static_cast<T>(*number);
    return std::holds_alternative<double>(in) || std::holds_alternative<std::int64_t>(in);
  } else if constexpr (std::is_same_v<T, Blob>) {
    auto* blob = std::get_if<Blob>(&in);
    if (blob != nullptr) out = std::move(*blob);
    return blob != nullptr;
  } else if constexpr (std::is_same_v<T, std::string>) {
    auto* text = std::get_if<std::string>(&in);
    if (text != nullptr) out = std::move(*text);
    return text != nullptr;
  } else {
    const auto* text = std::get_if<std::string>(&in);
    if (text == nullptr) return false;
    auto value = parse_json_as<T>(*text, Unknown::ignore);
    if (value) out = std::move(*value);
    return value.has_value();
  }
}

// " (a, b) values ($1, $2)" of a described structure.
template <class T>
[[nodiscard]] const std::string& columns_and_places() {
  static const std::string text = [] {
    std::string columns;
    std::string places;
    for (const std::string& name : describe_detail::member_names<T>()) {
      const auto number = std::to_string(1 + std::count(places.begin(), places.end(), '$'));
      columns += (columns.empty() ? "" : ", ") + name;
      places += (places.empty() ? "$" : ", $") + number;
    }
    return " (" + columns + ") values (" + places + ")";
  }();
  return text;
}

template <class T>
[[nodiscard]] SqlRow row_of(const T& item) {
  SqlRow out;
  boost::mp11::mp_for_each<describe_detail::Members<T>>(
      [&](auto member) { out.push_back(to_sql(item.*member.pointer)); });
  return out;
}

}  // namespace db_detail

// The values of one repetition of Db::run_many: `sql_row(id, Colour::red, at)`.
template <class... A>
[[nodiscard]] SqlRow sql_row(const A&... args) {
  SqlRow out;
  out.reserve(sizeof...(A));
  (out.push_back(db_detail::to_sql(args)), ...);
  return out;
}

}  // namespace carillon
