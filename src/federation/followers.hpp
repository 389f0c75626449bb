// Who follows the home, as lists that people carry from one server to another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/db.hpp"

namespace carillon {

// "name@example.org" in small letters; an address where a name is not known.
using AccountList = std::vector<std::string>;

struct ReadAccounts {
  AccountList accounts;     // each once, in their order
  std::int64_t unread = 0;  // lines that name nothing
};
// Reads a CSV of accounts as Mastodon and others export it: followed accounts, followers, with or
// without a first line "Account address"; what stands behind the first comma is passed over. Pure;
// total over any bytes.
[[nodiscard]] ReadAccounts read_account_list(std::string_view csv);
// As Mastodon writes its list of followers: one column "Account address". Pure.
[[nodiscard]] std::string write_account_list(const AccountList& accounts);

// Follows: under that very name. Likely: one of that name, on a server above or below that name
// (a handle may have another host than the server behind it). Not yet: neither.
enum class CameOver { follows, likely, not_yet };
BOOST_DESCRIBE_ENUM(CameOver, follows, likely, not_yet)
// Of each of `wanted` whether it is among `followers`. Pure.
[[nodiscard]] std::vector<CameOver> compare_accounts(const AccountList& wanted,
                                                     const AccountList& followers);

namespace fedi_rows {

// All of them, the newest first.
Result<AccountList> follower_names(Db& db);

}  // namespace fedi_rows

}  // namespace carillon
