// The home's account and the others that the organisation has or had in the fediverse, as
// operations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "federation/ties.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct HomeMoveFromRequest {
  static constexpr std::array<std::string_view, 1> required{"account"};
  std::string account;
  bool undo = false;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"account", "the older account, as @old@example.org, or its address"},
      {"undo", "the home is not that account any more"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeMoveFromRequest, (), (account, undo))

struct HomeMoveToRequest {
  static constexpr std::array<std::string_view, 1> required{"account"};
  std::string account;
  bool confirm = false;
  bool undo = false;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"account", "the new account, as @new@example.org, or its address"},
      {"confirm", "do it; else it is only said what would happen"},
      {"undo", "the account is at the home again, and leads nowhere else"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeMoveToRequest, (), (account, confirm, undo))

// A thing to do, or that was done.
struct MoveStep {
  std::string where;  // "here", or the host where it is done
  bool done = false;
  std::string words;
};
BOOST_DESCRIBE_STRUCT(MoveStep, (), (where, done, words))

struct HomeMove {
  std::string account;               // of the home, "@news@example.org"
  std::string other;                 // "@old@example.net"
  std::string address;               // of the other account
  bool moved = false;                // from: the other one leads here; to: this one leads there
  std::string since;                 // when that was said here, RFC 3339 in UTC; empty: it was not
  std::int64_t followers = 0;        // of the home
  std::int64_t followers_since = 0;  // of these, who came since then
  std::optional<std::int64_t> followers_there;  // of the other one; nothing: it is not told
  std::vector<MoveStep> steps;
};
BOOST_DESCRIBE_STRUCT(HomeMove, (),
                      (account, other, address, moved, since, followers, followers_since,
                       followers_there, steps))

struct HomeMovesRequest {};
BOOST_DESCRIBE_STRUCT(HomeMovesRequest, (), ())

struct HomeMoveView {
  TieKind kind = TieKind::from;
  std::string account;  // "@old@example.net"
  std::string address;
  std::string person;  // who said so
  std::string made;    // RFC 3339 in UTC
  std::string ended;   // the same; empty: it holds
};
BOOST_DESCRIBE_STRUCT(HomeMoveView, (), (kind, account, address, person, made, ended))

// Errors of all: conflict where the home has no account in the fediverse. Of the two that move:
// those of find_far_account; not_found for an undo of what does not hold; conflict where the home
// moved elsewhere, or too short a while ago, and with `confirm` where the other account does not
// name the home.
Result<HomeMove> home_move_from(Hub& hub, const Actor& actor, const HomeMoveFromRequest& request);
Result<HomeMove> home_move_to(Hub& hub, const Actor& actor, const HomeMoveToRequest& request);
Result<std::vector<HomeMoveView>> home_moves(Hub& hub, const Actor& actor,
                                             const HomeMovesRequest& request);

// For people. Pure.
[[nodiscard]] std::string move_in_words(const HomeMove& move);
[[nodiscard]] std::string moves_in_words(const std::vector<HomeMoveView>& all);

[[nodiscard]] std::vector<Operation<Hub>> moving_operations();

}  // namespace carillon
