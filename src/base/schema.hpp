// JSON Schema (2020-12, as OpenAPI 3.1 uses it) of described types.
#pragma once

#include "base/describe.hpp"

namespace carillon {

// What a member is for, where a type says so: `static constexpr std::array<std::array<
// std::string_view, 2>, N> notes{{{"alt", "What the picture shows"}}}`.
template <class T>
[[nodiscard]] std::string note_of([[maybe_unused]] std::string_view member) {
  if constexpr (requires { T::notes; }) {
    for (const auto& note : T::notes) {
      if (note[0] == member) return std::string(note[1]);
    }
  }
  return {};
}

template <class T>
[[nodiscard]] json::value schema_of() {
  using namespace describe_detail;
  if constexpr (std::is_same_v<T, json::value>) {
    return json::object{};
  } else if constexpr (std::is_same_v<T, json::object>) {
    return {{"type", "object"}};
  } else if constexpr (std::is_same_v<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {{"type", "number"}};
  } else if constexpr (std::is_arithmetic_v<T>) {
    return {{"type", "integer"}};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {{"type", "string"}};
  } else if constexpr (is_a<T, std::optional>) {
    return {{"anyOf", json::array{schema_of<typename T::value_type>(), {{"type", "null"}}}}};
  } else if constexpr (is_a<T, std::vector>) {
    return {{"type", "array"}, {"items", schema_of<typename T::value_type>()}};
  } else if constexpr (is_a<T, std::map>) {
    return {{"type", "object"}, {"additionalProperties", schema_of<typename T::mapped_type>()}};
  } else if constexpr (is_enum<T>) {
    json::array words;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto item) { words.push_back(json::string(item.name)); });
    return {{"type", "string"}, {"enum", words}};
  } else {
    json::object properties;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      using M = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
      json::value schema = schema_of<M>();
      if (const std::string note = note_of<T>(member.name); !note.empty() && schema.is_object())
        schema.get_object()["description"] = json::string(note);
      properties[member.name] = schema;
    });
    json::object out{{"type", "object"}, {"properties", properties}};
    if constexpr (requires { T::required; }) {
      json::array names;
      for (const std::string_view name : T::required) names.push_back(json::string(name));
      out["required"] = names;
    }
    return out;
  }
}

}  // namespace carillon
