// The channels of a workspace, as operations.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct ChannelListRequest {};
BOOST_DESCRIBE_STRUCT(ChannelListRequest, (), ())

struct ChannelShowRequest {
  static constexpr std::array<std::string_view, 1> required{"name"};
  std::string name;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"name", "the channel's name"},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelShowRequest, (), (name))

inline constexpr std::string_view expires_note =
    "the last day on which the secrets work, such as 2027-03-01, or never";

struct ChannelAddRequest {
  static constexpr std::array<std::string_view, 2> required{"platform", "name"};
  std::string platform;
  std::string name;
  std::vector<std::string> set;
  std::map<std::string, std::string> secrets;
  std::string expires = {};
  static constexpr std::array<std::array<std::string_view, 2>, 5> notes{{
      {"expires", expires_note},
      {"platform", "such as mastodon, bluesky, webhook or echo"},
      {"name", "a short name of your choice"},
      {"set", "a setting of the platform, or use=, listed=, url="},
      {"secrets", "the platform's secrets by name; never shown again"},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelAddRequest, (), (platform, name, set, secrets, expires))

struct ChannelSetRequest {
  static constexpr std::array<std::string_view, 1> required{"name"};
  std::string name;
  std::vector<std::string> set;
  std::string decision = {};
  std::map<std::string, std::string> secrets = {};
  std::string expires = {};
  static constexpr std::array<std::array<std::string_view, 2>, 5> notes{{
      {"name", "the channel's name"},
      {"expires", expires_note},
      {"decision", "the decision by which the channel becomes inactive, reserved or closed"},
      {"set", "KEY=VALUE: use=, listed=, url=, since= or a setting of the platform"},
      {"secrets", "the platform's secrets by name; never shown again"},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelSetRequest, (), (name, set, decision, secrets, expires))

struct ChannelCheckRequest {
  std::vector<std::string> name;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"name", "a channel's name; default: all"},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelCheckRequest, (), (name))

// A secret of a channel: when it was entered, never what it is.
struct SecretState {
  std::string field;
  std::string prompt;        // what it is and where to get it
  std::string entered;       // RFC 3339 in UTC; empty: never
  std::string expires = {};  // the last day on which it works; empty: not known to end
  std::string warning = {};  // it ends soon, or has ended: a sentence
};
BOOST_DESCRIBE_STRUCT(SecretState, (), (field, prompt, entered, expires, warning))

struct ChannelView {
  std::string name;
  std::string platform;
  Use use = Use::broadcast;
  bool listed = true;
  std::string url;
  std::string since;  // the day since when it has that use; empty: not known
  json::object settings;
  std::vector<SecretState> secrets;
};
BOOST_DESCRIBE_STRUCT(ChannelView, (), (name, platform, use, listed, url, since, settings, secrets))

struct ChannelChecked {
  std::string channel;
  bool good = false;
  Account account;
  std::string message;  // what is wrong
  std::string hint;
};
BOOST_DESCRIBE_STRUCT(ChannelChecked, (), (channel, good, account, message, hint))

// The secrets that a platform needs. Errors: not_found with the nearest platform.
[[nodiscard]] Result<std::vector<SecretField>> secrets_of_platform(const std::string& platform);

// A credential that runs out within days, or has.
struct Expiring {
  std::string channel;
  std::string field;
  Micros expires = 0;
  std::string warning;
};

// Of the channels in use, the first to run out first.
[[nodiscard]] Result<std::vector<Expiring>> expiring_secrets(Hub& hub);
// What to do then: for a person, in a sentence.
[[nodiscard]] std::string renewal_hint(const std::string& channel);

// Whether a channel of this platform and these KEY=VALUE settings would work. Errors: those of its
// platform.
[[nodiscard]] Result<void> check_settings(const std::string& name, const std::string& platform,
                                          const std::vector<std::string>& pairs);

Result<std::vector<ChannelView>> channel_list(Hub& hub, const Actor& actor,
                                              const ChannelListRequest& request);
// Errors: not_found with the nearest name.
Result<ChannelView> channel_show(Hub& hub, const Actor& actor, const ChannelShowRequest& request);
// Writes carillon.yaml, then keeps the secrets; the hub must be opened anew to use it. Errors:
// conflict where the name is taken, invalid settings; carillon.yaml is then as it was.
Result<ChannelView> channel_add(Hub& hub, const Actor& actor, const ChannelAddRequest& request);
// The same for a channel that is there; denied when its use ends without a decision that says so.
Result<ChannelView> channel_set(Hub& hub, const Actor& actor, const ChannelSetRequest& request);
// Errors: not_found for a name; what is wrong with a channel stands in its line.
Result<std::vector<ChannelChecked>> channel_check(Hub& hub, const Actor& actor,
                                                  const ChannelCheckRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> channel_operations();

}  // namespace carillon
