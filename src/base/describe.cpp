#include "base/describe.hpp"

#include <algorithm>
#include <cmath>

namespace carillon {

namespace describe_detail {

const char* kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "nothing";
    case json::kind::bool_:
      return "true/false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return "a number";
    case json::kind::string:
      return "text";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "keys and values";
  }
  return "something else";
}

}  // namespace describe_detail

namespace {

// Boost reads 1e999 as infinity, and writes that as a word that is not JSON.
bool is_finite(const json::value& in) {
  if (in.is_double()) return std::isfinite(in.get_double());
  if (in.is_array()) return std::all_of(in.get_array().begin(), in.get_array().end(), is_finite);
  if (!in.is_object()) return true;
  return std::all_of(in.get_object().begin(), in.get_object().end(),
                     [](const auto& pair) { return is_finite(pair.value()); });
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  json::error_code error;
  json::value out = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return fail(Fault::corrupt, "not JSON: " + error.message());
  if (!is_finite(out)) return fail(Fault::corrupt, "not JSON we can keep: a number is too large");
  return out;
}

namespace {

void pretty(const json::value& in, std::size_t depth, std::string& out) {
  const auto line = [&](std::size_t level) { out += "\n" + std::string(level * 2, ' '); };
  if (in.is_object() && !in.get_object().empty()) {
    bool first = true;
    out += '{';
    for (const auto& pair : in.get_object()) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      out += json::serialize(json::value(json::string(pair.key()))) + ": ";
      pretty(pair.value(), depth + 1, out);
    }
    line(depth);
    out += '}';
  } else if (in.is_array() && !in.get_array().empty()) {
    bool first = true;
    out += '[';
    for (const auto& item : in.get_array()) {
      if (!first) out += ',';
      first = false;
      line(depth + 1);
      pretty(item, depth + 1, out);
    }
    line(depth);
    out += ']';
  } else {
    out += json::serialize(in);
  }
}

}  // namespace

std::string write_pretty(const json::value& in) {
  std::string out;
  pretty(in, 0, out);
  return out + "\n";
}

}  // namespace carillon
