// Lists of who follows the home, as operations.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "federation/followers.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct HomeFollowersExportRequest {};
BOOST_DESCRIBE_STRUCT(HomeFollowersExportRequest, (), ())

struct HomeFollowersExported {
  std::string csv;
};
BOOST_DESCRIBE_STRUCT(HomeFollowersExported, (), (csv))

struct HomeFollowersCompareRequest {
  std::string file = {};
  std::string text = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"file", "a list of accounts, a CSV file as Mastodon exports it"},
      {"text", "the list itself"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeFollowersCompareRequest, (), (file, text))

struct ComparedAccount {
  std::string account;  // "@name@example.org", or its address
  CameOver state = CameOver::not_yet;
};
BOOST_DESCRIBE_STRUCT(ComparedAccount, (), (account, state))

struct HomeFollowersCompared {
  std::int64_t follows = 0;
  std::int64_t likely = 0;  // one of that name follows from a server above or below
  std::int64_t not_yet = 0;
  std::int64_t unread = 0;                // lines that name no account
  std::vector<ComparedAccount> accounts;  // in the order of the list
};
BOOST_DESCRIBE_STRUCT(HomeFollowersCompared, (), (follows, likely, not_yet, unread, accounts))

// Errors of both: conflict where the home has no account in the fediverse. Of comparing: invalid
// without a list, denied for a file that is named from elsewhere, those of reading it.
Result<HomeFollowersExported> home_followers_export(Hub& hub, const Actor& actor,
                                                    const HomeFollowersExportRequest& request);
Result<HomeFollowersCompared> home_followers_compare(Hub& hub, const Actor& actor,
                                                     const HomeFollowersCompareRequest& request);

// For people. Pure.
[[nodiscard]] std::string compared_in_words(const HomeFollowersCompared& compared);

[[nodiscard]] std::vector<Operation<Hub>> follower_operations();

}  // namespace carillon
