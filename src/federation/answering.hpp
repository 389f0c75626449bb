// How other servers are answered: at once in words, and later by an activity.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "federation/queue.hpp"
#include "federation/rows.hpp"
#include "federation/site.hpp"
#include "net/server.hpp"

namespace carillon {

// A sentence for whoever reads the log of the other server. Nobody keeps it. Pure.
[[nodiscard]] HttpAnswer say(int status, std::string_view words);

// The same to who shall come again after `wait` (RFC 9110 section 10.2.3), counted in whole
// seconds. Pure.
[[nodiscard]] HttpAnswer say_later(int status, std::string_view words, Micros wait);

// To who asks too often and may ask again after `wait`. Pure.
[[nodiscard]] HttpAnswer too_often(Micros wait);

// What is said to a request that is no form of at most `bytes`, sent by POST; nothing where it is
// one. `by_post` says to other methods what is sent here so, `one` is the name of what is. Pure.
[[nodiscard]] std::optional<HttpAnswer> not_a_form(const HttpQuery& query, std::size_t bytes,
                                                   std::string_view by_post, std::string_view one);

// The id of the Accept of what has the id `asked`: one for each, however often it is asked. Pure.
[[nodiscard]] std::string accept_id(const FediAccount& account, std::string_view asked);

// Queues `activity` for the actor's own inbox, once for each `id`. Within the caller's transaction.
Result<void> send_to(Db& db, const fedi_rows::FediActor& actor, const std::string& id,
                     const json::object& activity, Micros now);

}  // namespace carillon
