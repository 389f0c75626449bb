// Accounts elsewhere that are the organisation's too: those it came from, and the one it went to
// (https://docs.joinmastodon.org/spec/activitypub/#Move).
#pragma once

#include <string>
#include <vector>

#include "federation/account.hpp"
#include "store/db.hpp"

namespace carillon {

// From: an older account that comes here. To: the account that takes over from here.
enum class TieKind { from, to };
BOOST_DESCRIBE_ENUM(TieKind, from, to)

struct FediTie {
  std::string account;  // its address
  TieKind kind = TieKind::from;
  std::string name;    // "@old@example.org"
  std::string person;  // who said so
  Micros made = 0;     // of one to go to: when the Move was queued
  Micros ended = 0;    // taken back; 0: it holds
};
BOOST_DESCRIBE_STRUCT(FediTie, (), (account, kind, name, person, made, ended))

// The account as its document is now, told to who may have kept an older one. The id has `at` in
// it. Pure.
[[nodiscard]] json::object actor_update_of(const FediAccount& account, const FediTies& ties,
                                           Micros at);
// That the followers shall follow `target` instead. Pure.
[[nodiscard]] json::object move_of(const FediAccount& account, const std::string& target,
                                   Micros at);

namespace fedi_rows {

// What the account's document says of them.
Result<FediTies> ties(Db& db);
// Those too that were taken back; the newest first.
Result<std::vector<FediTie>> all_ties(Db& db);
// Begins it; one that was taken back holds again. False where it holds already.
Result<bool> tie(Db& db, const FediTie& tie);
// Takes it back. False where there is none that holds.
Result<bool> untie(Db& db, TieKind kind, const std::string& account, Micros now);
// How many of the followers came at that time or later.
Result<std::int64_t> followers_since(Db& db, Micros since);
// Queues an activity about the account itself for every follower; an inbox gets these in the order
// of `made`.
Result<void> tell_followers(Db& db, const FediAccount& account, const json::object& activity,
                            Micros made);

}  // namespace fedi_rows

}  // namespace carillon
