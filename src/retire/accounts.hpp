// Whose references are looked for: accounts, and what is known of the platforms they are on. A
// platform is a row of a table here; nothing else of the scanner names one, except where a network
// has forms that no other has.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace carillon {

// One account: the platform's key and the name as it stands in addresses, without `@`; of mastodon
// "name@server".
struct AccountName {
  std::string platform;
  std::string handle;
};

// What is known of one platform. All words are lower case.
struct Network {
  std::string_view name;                      // as in `--handle x:NAME`
  std::string_view title;                     // for people
  bool dead = false;                          // nothing answers there any more
  std::vector<std::string_view> hosts = {};   // with the account's name as first part of the path
  std::vector<std::string_view> words = {};   // what people and code call it
  std::vector<std::string_view> labels = {};  // what stands alone as the caption or icon of a link
  std::vector<std::string_view> before = {};  // parts of the path that stand before the name
  std::vector<std::string_view> share = {};   // first parts of the path that share a page
  std::vector<std::string_view> not_a_name = {};  // first parts of the path that are no account
  std::string_view signs = "-";                   // in names, besides letters, digits and _
  std::string_view post = "/status";          // how the path goes on behind the name of who posted
  std::vector<std::string_view> traces = {};  // further literals that betray it without its name
};

// Every platform that is known, in a fixed order.
[[nodiscard]] const std::vector<Network>& networks();

// The network that the account is found by: its platform's row; of mastodon, whose servers are
// anybody's, that row with the account's server as its host.
[[nodiscard]] std::shared_ptr<const Network> network_of(const AccountName& account);

// The platform of that key or other name ("twitter" is x), or null.
[[nodiscard]] const Network* find_network(std::string_view name);

// Reads `x:ProjectJupyter`, `gplus:+Python`, `x:@name`, `mastodon:name@server`. Errors: invalid,
// with the known platforms.
[[nodiscard]] Result<AccountName> parse_account(std::string_view text);

}  // namespace carillon
