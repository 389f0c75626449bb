// Reading what a server answered: when it wants us back, what it says went wrong, members of its
// JSON.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/describe.hpp"
#include "net/http.hpp"

namespace carillon {

// When a rate-limited reply asks us to come back, by our clock: Retry-After (RFC 9110 section
// 10.2.3), else X-RateLimit-Reset or RateLimit-Reset (a time, epoch seconds, or seconds from now).
// Server times are read against the reply's own Date, so that its clock may be wrong. At most a
// day ahead; 0 where nothing is said. Pure.
[[nodiscard]] Micros retry_time(const HttpReply& reply, Micros now);

// What the server says went wrong: `error`, `error_description` and `message` of a JSON body, the
// last also as a list, and what stands below `errors`; one line of at most 200 bytes; empty for
// anything else. Pure.
[[nodiscard]] std::string words_of(const HttpReply& reply);

// The member as text; empty when it is absent or something else. Numbers are printed: some servers
// send ids so. Pure.
[[nodiscard]] std::string text_at(const json::value& value, std::string_view key);
// The member as a whole number, or `otherwise`. Pure.
[[nodiscard]] std::int64_t number_at(const json::value& value, std::string_view key,
                                     std::int64_t otherwise = 0);
// The value at a JSON pointer, or null. Pure.
[[nodiscard]] const json::value& value_at(const json::value& value, std::string_view pointer);

}  // namespace carillon
