// Which accounts web pages show as the organisation's, and whether these are its official ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/channel.hpp"

namespace carillon {

// The address that was meant by one that cannot work ("ttps://x.com/bells", "x.com/bells" in a
// page, which leads to a page of the same site); nothing where it is well-formed or names no
// account. Pure.
[[nodiscard]] std::optional<std::string> meant_by(std::string_view address);

// A link to an account, as a page shows it.
struct ShownAccount {
  std::string page;
  std::string address;     // as it is written
  bool furniture = false;  // in head, header, navigation, side bar or footer
  bool claims = false;     // only <link rel="me">: readers do not see it
};

// The links of a page that lead to accounts, or were meant to. Pure.
[[nodiscard]] std::vector<ShownAccount> shown_accounts(std::string_view page,
                                                       std::string_view html);

enum class Wrong {
  malformed,  // an address that cannot work
  slip,       // nearly ours
  foreign,    // of a platform where we have a channel, but not ours
  former,     // an earlier name of ours
  duplicate,  // two accounts of one platform
  retired,    // shown as if it were in use
  missing,    // official, and shown nowhere
  unproved,   // nothing on the account's side says that it is ours
};
BOOST_DESCRIBE_ENUM(Wrong, malformed, slip, foreign, former, duplicate, retired, missing, unproved)

struct ChannelFinding {
  Wrong wrong = Wrong::missing;
  std::string platform;    // for people: "Mastodon"
  std::string channel;     // its name in the workspace; empty: none of ours
  std::string shown;       // the address as it is written; empty: none
  std::string expected;    // the address that should stand there; empty: none
  std::int64_t pages = 0;  // that show it
  std::string page;        // one of them
  std::string message;     // in words
};
BOOST_DESCRIBE_STRUCT(ChannelFinding, (),
                      (wrong, platform, channel, shown, expected, pages, page, message))

// A channel and what its platform is called.
struct OfficialChannel {
  Channel channel;
  std::string title;
};

// Compares what the sites show with the channels. People's own accounts in the text are no matter,
// unless they are one slip away from ours; what stands in the furniture speaks for the
// organisation. In the order of Wrong. Pure.
[[nodiscard]] std::vector<ChannelFinding> compare(const std::vector<OfficialChannel>& channels,
                                                  const std::vector<ShownAccount>& shown);

// Whether one slip of a finger (a letter more, less, another, or two changed) makes `a` of `b`.
// Pure.
[[nodiscard]] bool one_slip(std::string_view a, std::string_view b);

}  // namespace carillon
