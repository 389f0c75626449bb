#include "channel/exchange.hpp"

#include <algorithm>

namespace carillon {
namespace {

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

}  // namespace carillon
