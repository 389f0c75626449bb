// What every adapter over HTTP does alike: read its settings, make JSON requests, and say what a
// reply means for a delivery.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/schema.hpp"
#include "channel/channel.hpp"
#include "net/reply.hpp"
#include "net/url.hpp"

namespace carillon {

// The settings of a channel as the described type T. Errors: invalid, "channel news: /server:
// missing", with the nearest key where one is unknown. Pure.
template <class T>
[[nodiscard]] Result<T> settings_of(const Channel& channel) {
  auto settings = fit_json<T>(json::value(channel.settings));
  if (settings) return std::move(*settings);
  const Misfit& misfit = settings.error();
  const std::string key = misfit.path.empty() ? "settings" : misfit.path.substr(1);
  const bool missing = misfit.message == "missing";
  return fail(Fault::invalid, fmt::format("channel {}: {}: {}", channel.name, key, misfit.message),
              missing ? fmt::format("Write it below the channel in carillon.yaml: \"{}: …\".", key)
                      : misfit.hint);
}

// A server's address as a person writes it ("https://fosstodon.org/", "fosstodon.org") without path
// and slash at the end: "https://fosstodon.org". Errors: invalid with the channel's name and `key`.
// Pure.
[[nodiscard]] Result<std::string> server_origin(const Channel& channel, std::string_view key,
                                                std::string_view text);

// The key of a step: the same for the same announcement, revision, channel and part, and hard to
// guess. 32 lower-case hex digits. Pure.
[[nodiscard]] std::string step_key(const Job& job, std::int64_t first_part);

// Notes for the caller of prepare() that a read or an upload was told to come back at a stated
// time.
void note_retry_time(const HttpResult& result, Access& access);

// What a write means that got no reply: Later when surely no byte was sent, else Unsure. Pure.
[[nodiscard]] Outcome outcome_of(const HttpFailure& failure);

// What a platform is called in sentences, and what a person can do about common refusals.
struct Advice {
  std::string who;           // "fosstodon.org"
  std::string credentials;   // hint for 401
  std::string permission;    // hint for 403
  std::string wrong_server;  // hint for 404, 405 and what is not JSON
};

// What a write means that was answered with anything but 2xx: Later for 429, Unsure for 303, 408,
// 425 and 5xx, Refused for the rest, with what the server said. Pure.
[[nodiscard]] Outcome outcome_of(const HttpReply& reply, const Advice& advice, Micros now);

// The same for a read or an upload, as an error: 429 and 5xx are unavailable, 401 and 403 denied,
// 404 not_found, the rest invalid. Pure.
[[nodiscard]] Error error_of(const HttpReply& reply, const Advice& advice);

// The JSON object or array of a 2xx reply to a read or an upload. Errors: timeout; unavailable when
// there was no reply or it is not JSON (a maintenance page); else those of error_of.
[[nodiscard]] Result<json::value> json_of(const HttpResult& result, const Advice& advice);

}  // namespace carillon
