#include "channel/exchange.hpp"

#include <algorithm>
#include <charconv>

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

bool is_redirect(const HttpReply& reply) {
  return reply.status / 100 == 3;
}

std::string answered(const HttpReply& reply, const Advice& advice) {
  if (is_redirect(reply)) return redirect_error({}, reply).what;
  const std::string words = words_of(reply);
  return words.empty() ? fmt::format("{} answered {}", advice.who, reply.status)
                       : fmt::format("{} answered {}: {}", advice.who, reply.status, words);
}

std::string hint_of(const HttpReply& reply, const Advice& advice) {
  switch (reply.status) {
    case 401:
      return advice.credentials;
    case 403:
      return advice.permission;
    case 413:
      return "Make the picture or the text smaller.";
    case 404:
    case 405:
    case 410:
      return advice.wrong_server;
    default:
      return is_redirect(reply) ? redirect_error({}, reply).hint : std::string{};
  }
}

}  // namespace

Result<std::string> server_origin(const Channel& channel, std::string_view key,
                                  std::string_view text) {
  const std::string written(trim(text));
  const bool bare = written.find("://") == std::string::npos;
  auto url = parse_url(bare ? "https://" + written : written);
  const auto where = fmt::format("channel {}: {}", channel.name, key);
  if (!url) return tl::unexpected<Error>(within(where, std::move(url).error()));
  if ((url->path != "/" && !url->path.empty()) || url->query)
    return fail(Fault::invalid, fmt::format("{}: \"{}\" is more than a server", where, written),
                fmt::format("Write only \"{}\".", url->origin()));
  return url->origin();
}

std::string step_key(const Job& job, std::int64_t first_part) {
  // NUL cannot stand in any of the pieces, so no two lists join to the same bytes.
  std::string all = "carillon step";
  for (const std::string& piece : {job.announcement.id, std::to_string(job.announcement.revision),
                                   job.rendition.channel, std::to_string(first_part)}) {
    all += '\0';
    all += piece;
  }
  return to_hex(sha256(all)).substr(0, 32);
}

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

void note_retry_time(const HttpResult& result, Access& access) {
  if (result && result->status == 429)
    access.retry_at = std::max(access.retry_at, retry_time(*result, access.clock.now()));
}

Outcome outcome_of(const HttpFailure& failure) {
  const Error& error = failure.error;
  if (failure.maybe_sent) return Unsure{error.what};
  return Later{error.hint.empty() ? error.what : error.what + ". " + error.hint, 0};
}

Outcome outcome_of(const HttpReply& reply, const Advice& advice, Micros now) {
  const std::string what = answered(reply, advice);
  if (reply.status == 429) return Later{what, retry_time(reply, now)};
  // 303: it was performed, and the answer lies elsewhere (RFC 9110 section 15.4.4).
  if (reply.status == 303 || reply.status == 408 || reply.status == 425 || reply.status >= 500 ||
      reply.status < 300)
    return Unsure{what};
  return Refused{what, hint_of(reply, advice)};
}

Error error_of(const HttpReply& reply, const Advice& advice) {
  Error error{Fault::invalid, answered(reply, advice), hint_of(reply, advice)};
  if (reply.status == 429 || reply.status == 408 || reply.status >= 500)
    error.fault = Fault::unavailable;
  if (reply.status == 401 || reply.status == 403) error.fault = Fault::denied;
  if (reply.status == 404 || reply.status == 410) error.fault = Fault::not_found;
  if (reply.status == 413) error.fault = Fault::too_large;
  return error;
}

std::string words_of(const HttpReply& reply) {
  const auto body = parse_json(reply.body);
  if (!body || !body->is_object()) return {};
  std::string out;
  for (const char* key : {"error", "error_description", "message"}) {
    const std::string words = text_at(*body, key);
    if (words.empty() || words == out) continue;
    out += out.empty() ? words : ": " + words;
  }
  return one_line(out);
}

Result<json::value> json_of(const HttpResult& result, const Advice& advice) {
  if (!result) {
    // Whatever it was (a certificate, half a reply), it was not this request's fault.
    Error error = result.error().error;
    if (error.fault != Fault::timeout) error.fault = Fault::unavailable;
    return tl::unexpected<Error>(std::move(error));
  }
  if (!result->ok()) return tl::unexpected<Error>(error_of(*result, advice));
  auto body = parse_json(result->body);
  if (body && (body->is_object() || body->is_array())) return std::move(*body);
  const bool page = result->headers.get("content-type").starts_with("text/html");
  return fail(Fault::unavailable,
              page ? fmt::format("{} answered with a web page instead of data", advice.who)
                   : fmt::format("{} answered {} with something that is not JSON", advice.who,
                                 result->status),
              advice.wrong_server);
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
