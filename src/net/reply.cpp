#include "net/reply.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/bytes.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

constexpr std::size_t words_bytes = 200;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Seconds from now, epoch seconds, or a time in words: as a distance from the server's own now.
std::optional<Micros> distance(std::string_view text, Micros server_now) {
  constexpr std::int64_t surely_epoch = 1'000'000'000;
  constexpr std::int64_t last_epoch = 100'000'000'000;
  if (const auto number = whole_number(text)) {
    if (*number < 0 || *number > last_epoch) return std::nullopt;
    return *number < surely_epoch ? *number * second : *number * second - server_now;
  }
  if (const auto time = parse_time(text)) return *time - server_now;
  return std::nullopt;
}

// One printable line, cut between code points.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control && !out.empty() && out.back() == ' ') continue;
    out += control ? ' ' : c;
  }
  if (out.size() <= words_bytes) return first_bad_utf8(out) ? std::string{} : out;
  std::size_t cut = words_bytes;
  while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  out.resize(cut);
  return first_bad_utf8(out) ? std::string{} : out + "…";
}

void add_words(const std::string& words, std::string& out) {
  if (words.empty() || words == out) return;
  out += out.empty() ? words : ": " + words;
}

// Texts, or objects with a message each.
void add_list(const json::value& list, std::string& out) {
  if (!list.is_array()) return;
  for (const json::value& one : list.get_array())
    add_words(one.is_string() ? std::string(one.get_string()) : text_at(one, "message"), out);
}

}  // namespace

Micros retry_time(const HttpReply& reply, Micros now) {
  const Micros server_now = parse_time(reply.headers.get("Date")).value_or(now);
  for (const char* name : {"Retry-After", "X-RateLimit-Reset", "RateLimit-Reset"}) {
    const auto said = reply.headers.find(name);
    if (!said) continue;
    const auto ahead = distance(trim(*said), server_now);
    if (ahead) return now + std::clamp<Micros>(*ahead, second, day);
  }
  return 0;
}

std::string words_of(const HttpReply& reply) {
  const auto body = parse_json(reply.body);
  if (!body || !body->is_object()) return {};
  std::string out;
  for (const char* key : {"error", "error_description", "message"})
    add_words(text_at(*body, key), out);
  add_list(value_at(*body, "/message"), out);
  add_list(value_at(*body, "/errors"), out);
  return one_line(out);
}

std::string text_at(const json::value& value, std::string_view key) {
  const json::value* found = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  if (found == nullptr) return {};
  if (found->is_string()) return std::string(found->get_string());
  if (found->is_int64() || found->is_uint64()) return json::serialize(*found);
  return {};
}

std::int64_t number_at(const json::value& value, std::string_view key, std::int64_t otherwise) {
  const json::value* found = value.is_object() ? value.get_object().if_contains(key) : nullptr;
  if (found == nullptr || !found->is_number()) return otherwise;
  json::error_code error;
  const auto number = found->to_number<std::int64_t>(error);
  return error ? otherwise : number;
}

const json::value& value_at(const json::value& value, std::string_view pointer) {
  static const json::value nothing;
  json::error_code error;
  const json::value* found = value.find_pointer(pointer, error);
  return found == nullptr ? nothing : *found;
}

}  // namespace carillon
