// A type is described once (BOOST_DESCRIBE_STRUCT); JSON, YAML, OpenAPI and tables walk that list.
// A member absent from the input keeps its default, unless T::required names it.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace carillon {

namespace json = boost::json;

enum class Unknown { refuse, ignore };  // what a reader does with a key nobody described

namespace describe_detail {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
inline constexpr bool is_struct = boost::describe::has_describe_members<T>::value;
template <class T>
inline constexpr bool is_enum = std::is_enum_v<T>;

template <class T, template <class...> class Of>
inline constexpr bool is_a = false;
template <template <class...> class Of, class... A>
inline constexpr bool is_a<Of<A...>, Of> = true;

template <class T>
inline constexpr bool is_json = std::is_same_v<T, json::value> || std::is_same_v<T, json::object>;

template <class T>
inline constexpr bool always_false = false;

// What a reader says; `path` is a JSON pointer.
struct Reader {
  Unknown unknown = Unknown::refuse;
  std::string path;
  std::string message;
  std::string hint;
  bool say(std::string what, std::string advice = {}) {
    message = std::move(what);
    hint = std::move(advice);
    return false;
  }
};

const char* kind_name(const json::value& value);

template <class T>
std::vector<std::string> member_names() {
  std::vector<std::string> out;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { out.emplace_back(member.name); });
  return out;
}

template <class T>
bool read_into(const json::value& in, T& out, Reader& reader);

template <class T>
bool read_number(const json::value& in, T& out, Reader& reader) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!in.is_number())
      return reader.say(std::string("expected a number, found ") + kind_name(in));
    out = static_cast<T>(in.to_number<double>());
    return true;
  } else {
    boost::json::error_code error;
    const T number = in.is_number() ? in.to_number<T>(error) : T{};
    if (!in.is_number() || error)
      return reader.say(std::string("expected a whole number, found ") + kind_name(in));
    out = number;
    return true;
  }
}

template <class T>
bool read_enum(const json::value& in, T& out, Reader& reader) {
  if (!in.is_string()) return reader.say(std::string("expected a word, found ") + kind_name(in));
  const std::string word(in.get_string());
  bool found = false;
  std::vector<std::string> words;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto item) {
    words.emplace_back(item.name);
    if (word == item.name) {
      out = item.value;
      found = true;
    }
  });
  if (found) return true;
  std::string all;
  for (const auto& w : words) all += (all.empty() ? "" : ", ") + w;
  const auto near = nearest(word, words);
  return reader.say("\"" + word + "\" is not one of " + all,
                    near ? "Did you mean \"" + *near + "\"?" : "");
}

template <class T>
bool read_struct(const json::value& in, T& out, Reader& reader) {
  if (!in.is_object())
    return reader.say(std::string("expected keys and values, found ") + kind_name(in));
  const json::object& object = in.get_object();
  const std::string here = reader.path;
  bool good = true;
  if (reader.unknown == Unknown::refuse) {
    const auto names = member_names<T>();
    for (const auto& pair : object) {
      const std::string key(pair.key());
      if (std::find(names.begin(), names.end(), key) != names.end()) continue;
      reader.path = here + "/" + key;
      const auto near = nearest(key, names);
      return reader.say("unknown key \"" + key + "\"",
                        near ? "Did you mean \"" + *near + "\"?" : "Remove it.");
    }
  }
  if constexpr (requires { T::required; }) {
    for (const std::string_view name : T::required) {
      if (object.contains(name)) continue;
      reader.path = here + "/" + std::string(name);
      return reader.say("missing");
    }
  }
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    if (!good) return;
    const json::value* value = object.if_contains(member.name);
    if (value == nullptr) return;
    reader.path = here + "/" + member.name;
    good = read_into(*value, out.*member.pointer, reader);
    if (good) reader.path = here;
  });
  return good;
}

template <class T>
bool read_list(const json::value& in, T& out, Reader& reader) {
  if (!in.is_array()) return reader.say(std::string("expected a list, found ") + kind_name(in));
  const std::string here = reader.path;
  out.clear();
  for (const json::value& item : in.get_array()) {
    reader.path = here + "/" + std::to_string(out.size());
    typename T::value_type value{};
    if (!read_into(item, value, reader)) return false;
    out.push_back(std::move(value));
  }
  reader.path = here;
  return true;
}

template <class T>
bool read_map(const json::value& in, T& out, Reader& reader) {
  if (!in.is_object())
    return reader.say(std::string("expected keys and values, found ") + kind_name(in));
  const std::string here = reader.path;
  out.clear();
  for (const auto& pair : in.get_object()) {
    reader.path = here + "/" + std::string(pair.key());
    if (!read_into(pair.value(), out[std::string(pair.key())], reader)) return false;
  }
  reader.path = here;
  return true;
}

template <class T>
bool read_into(const json::value& in, T& out, Reader& reader) {
  if constexpr (std::is_same_v<T, json::value>) {
    out = in;
    return true;
  } else if constexpr (std::is_same_v<T, json::object>) {
    if (!in.is_object())
      return reader.say(std::string("expected keys and values, found ") + kind_name(in));
    out = in.get_object();
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!in.is_bool())
      return reader.say(std::string("expected true or false, found ") + kind_name(in));
    out = in.get_bool();
    return true;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return read_number(in, out, reader);
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!in.is_string()) return reader.say(std::string("expected text, found ") + kind_name(in));
    out.assign(in.get_string().data(), in.get_string().size());
    return true;
  } else if constexpr (is_a<T, std::optional>) {
    if (in.is_null()) {
      out.reset();
      return true;
    }
    return read_into(in, out.emplace(), reader);
  } else if constexpr (is_a<T, std::vector>) {
    return read_list(in, out, reader);
  } else if constexpr (is_a<T, std::map>) {
    return read_map(in, out, reader);
  } else if constexpr (is_enum<T>) {
    return read_enum(in, out, reader);
  } else if constexpr (is_struct<T>) {
    return read_struct(in, out, reader);
  } else {
    static_assert(always_false<T>, "describe this type");
  }
}

}  // namespace describe_detail

// The word of a described enumerator.
template <class E>
[[nodiscard]] std::string word_of(E value) {
  return boost::describe::enum_to_string(value, "?");
}

// The enumerator of a word, or nothing.
template <class E>
[[nodiscard]] std::optional<E> from_word(std::string_view word) {
  E out{};
  if (boost::describe::enum_from_string(std::string(word).c_str(), out)) return out;
  return std::nullopt;
}

template <class T>
[[nodiscard]] json::value to_json(const T& in) {
  using namespace describe_detail;
  if constexpr (is_json<T> || std::is_same_v<T, bool> || std::is_arithmetic_v<T>) {
    return json::value(in);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json::value(json::string(in));
  } else if constexpr (is_a<T, std::optional>) {
    return in ? to_json(*in) : json::value(nullptr);
  } else if constexpr (is_a<T, std::vector>) {
    json::array out;
    for (const auto& item : in) out.push_back(to_json(item));
    return out;
  } else if constexpr (is_a<T, std::map>) {
    json::object out;
    for (const auto& [key, value] : in) out[key] = to_json(value);
    return out;
  } else if constexpr (is_enum<T>) {
    return json::value(json::string(word_of(in)));
  } else {
    json::object out;
    boost::mp11::mp_for_each<Members<T>>(
        [&](auto member) { out[member.name] = to_json(in.*member.pointer); });
    return out;
  }
}

// Where and why a value did not fit its description; `path` is a JSON pointer.
struct Misfit {
  std::string path;
  std::string message;
  std::string hint;
};

template <class T>
[[nodiscard]] tl::expected<T, Misfit> fit_json(const json::value& in,
                                               Unknown unknown = Unknown::refuse) {
  describe_detail::Reader reader{.unknown = unknown, .path = {}, .message = {}, .hint = {}};
  T out{};
  if (describe_detail::read_into(in, out, reader)) return out;
  return tl::unexpected<Misfit>(Misfit{reader.path, reader.message, reader.hint});
}

template <class T>
[[nodiscard]] Result<T> from_json(const json::value& in, Unknown unknown = Unknown::refuse) {
  auto out = fit_json<T>(in, unknown);
  if (out) return std::move(*out);
  const Misfit& misfit = out.error();
  return fail(Fault::invalid, (misfit.path.empty() ? "/" : misfit.path) + ": " + misfit.message,
              misfit.hint);
}

// Any JSON text (RFC 8259), at most 64 levels deep. Errors: corrupt, also for a number beyond what
// a double holds.
[[nodiscard]] Result<json::value> parse_json(std::string_view text);

template <class T>
[[nodiscard]] Result<T> parse_json_as(std::string_view text, Unknown unknown = Unknown::refuse) {
  TRY(json::value value, parse_json(text));
  return from_json<T>(value, unknown);
}

template <class T>
[[nodiscard]] std::string write_json(const T& in) {
  return json::serialize(to_json(in));
}

// The same, two spaces a level, for files that people read and diff.
[[nodiscard]] std::string write_pretty(const json::value& in);

}  // namespace carillon
