#include "base/describe.hpp"

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

Result<json::value> parse_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = 64;
  json::error_code error;
  json::value out = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return fail(Fault::corrupt, "not JSON: " + error.message());
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
