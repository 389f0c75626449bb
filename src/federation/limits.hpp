// Every bound of the fediverse account. Sizes in bytes unless the name says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.hpp"

namespace carillon::limits {

inline constexpr std::size_t field_bytes = std::size_t{16} * 1024;  // of one structured field
inline constexpr std::size_t field_members = 1024;  // RFC 9651 section 3 asks for as many
inline constexpr std::size_t signature_headers = 64;
// How far the clock of another server may be off (docs.joinmastodon.org/spec/security).
inline constexpr Micros signature_skew = hour;

inline constexpr std::size_t outbox_page = 20;                       // activities of one page
inline constexpr std::size_t inbox_bytes = std::size_t{256} * 1024;  // of one activity
inline constexpr int inbox_depth = 32;
inline constexpr std::size_t reply_bytes = std::size_t{16} * 1024;  // kept of a reply
inline constexpr std::size_t block_list_bytes = std::size_t{4} * 1024 * 1024;
inline constexpr Micros tally_rest = 10 * minute;    // between two tellings of how a poll goes
inline constexpr std::int64_t replies_listed = 200;  // at once
inline constexpr std::int64_t reports_kept = 1000;   // the newest
inline constexpr std::size_t address_bytes = 2048;   // of an actor, an activity
inline constexpr std::size_t actor_name_bytes = 255;
inline constexpr std::size_t actor_bytes = std::size_t{256} * 1024;  // of an account that is read
inline constexpr long actor_ms = 5000;                               // to read it
inline constexpr int actors_at_once = 2;                // read while a thread of the server waits
inline constexpr std::size_t inbox_waiting = 2048;      // activities that are not judged yet
inline constexpr std::size_t inbox_together = 128;      // that one commit keeps
inline constexpr std::size_t strangers_waiting = 1024;  // activities whose actors must be asked for
inline constexpr int strangers_at_once = 8;             // of these actors
inline constexpr Micros actor_fresh = minute;           // a key is not read again so soon
inline constexpr Micros actor_kept = 30 * day;          // of which nothing here is any more
inline constexpr std::size_t actors_refused = 1000;     // remembered as not to be had
inline constexpr Micros refused_for = 5 * minute;
// Between two moves of an account: receivers that follow the first pass over the next
// (docs.gotosocial.org/en/latest/federation/actors; Mastodon waits as long).
inline constexpr Micros move_rest = 7 * day;
inline constexpr Micros seen_for = 30 * day;  // that the id of an activity is known again

inline constexpr std::size_t sends_open = 2000;      // requests to inboxes that are under way
inline constexpr std::size_t slice_inboxes = 256;    // read of the followers at once
inline constexpr std::size_t settled_together = 64;  // outcomes that one commit waits for
inline constexpr long settle_ms = 25;                // and how long it does
inline constexpr int sends_per_host = 2;             // connections at once
inline constexpr int sends_queued_per_host = 8;      // one where it failed before
// Longer than what is queued for a host that never answers takes, each with its second signature.
inline constexpr Micros send_lease = 3 * minute;
inline constexpr long send_connect_ms = 10'000;
inline constexpr long send_total_ms = 20'000;
inline constexpr std::size_t send_reply_bytes = std::size_t{64} * 1024;
inline constexpr Micros send_for = 7 * day;  // then it is given up, and its host is dead
inline constexpr Micros delivered_kept = 7 * day;

}  // namespace carillon::limits
