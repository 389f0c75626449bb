#include "retire/archive_json.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon::past {

namespace {

const json::object& no_object() {
  static const json::object none;
  return none;
}

// 0xD800 to 0xDFFF of "\uD83D" at `at`; 0 when no such escape stands there.
unsigned surrogate(std::string_view text, std::size_t at) {
  if (text.size() < at + 6 || text[at] != '\\' || text[at + 1] != 'u') return 0;
  const auto bytes = from_hex(lower_ascii(text.substr(at + 2, 4)));
  if (!bytes) return 0;
  const unsigned high = static_cast<unsigned char>((*bytes)[0]);
  return high >= 0xD8 && high <= 0xDF ? high << 8U | static_cast<unsigned char>((*bytes)[1]) : 0;
}

std::string with_whole_pairs(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned first = surrogate(text, i);
    if (first == 0) {
      out += text[i];
      if (text[i] == '\\' && i + 1 < text.size()) out += text[++i];
      continue;
    }
    const unsigned next = surrogate(text, i + 6);
    const bool pair = first < 0xDC00 && next >= 0xDC00;
    out += pair ? text.substr(i, 12) : std::string_view("\\uFFFD");
    i += pair ? 11 : 5;
  }
  return out;
}

std::string with_sound_bytes(std::string_view text) {
  std::string out;
  while (const auto bad = first_bad_utf8(text)) {
    out += text.substr(0, *bad);
    out += "\xEF\xBF\xBD";
    text.remove_prefix(*bad + 1);
  }
  return out += text;
}

}  // namespace

Result<json::value> parse_record(std::string_view text, json::storage_ptr memory) {
  json::parse_options options;
  options.max_depth = static_cast<std::size_t>(limits::data_depth);
  boost::system::error_code error;
  json::value out = json::parse(text, error, memory, options);
  if (error) {
    const std::string mended = with_sound_bytes(with_whole_pairs(text));
    error = {};
    out = json::parse(mended, error, memory, options);
  }
  if (error) return fail(Fault::corrupt, fmt::format("a record is not JSON: {}", error.message()));
  return out;
}

const json::object& object_of(const json::value& in) {
  const json::object* object = in.if_object();
  return object == nullptr ? no_object() : *object;
}

std::string text_of(const json::value& in) {
  if (const json::string* text = in.if_string()) return {text->data(), text->size()};
  if (const std::int64_t* number = in.if_int64()) return std::to_string(*number);
  if (const std::uint64_t* number = in.if_uint64()) return std::to_string(*number);
  return {};
}

const json::object& object_in(const json::object& in, std::string_view key) {
  const json::value* found = in.if_contains(key);
  return found == nullptr ? no_object() : object_of(*found);
}

const json::array& list_in(const json::object& in, std::string_view key) {
  static const json::array none;
  const json::value* found = in.if_contains(key);
  const json::array* list = found == nullptr ? nullptr : found->if_array();
  return list == nullptr ? none : *list;
}

std::string text_in(const json::object& in, std::string_view key) {
  const json::value* found = in.if_contains(key);
  return found == nullptr ? std::string() : text_of(*found);
}

std::string text_in(const json::object& in, std::string_view key, std::string_view otherwise) {
  std::string out = text_in(in, key);
  return out.empty() ? text_in(in, otherwise) : out;
}

}  // namespace carillon::past
