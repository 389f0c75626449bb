// carillon.yaml: the organisation, its channels and rules. Never a secret.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "core/channel.hpp"
#include "core/person.hpp"
#include "core/policy.hpp"

namespace carillon {

struct Organisation {
  static constexpr std::array<std::string_view, 1> required{"name"};
  std::string name;
  std::string url;  // of the home, without a slash at the end
  std::string description;
  std::string language = "en";
  std::string time_zone = "UTC";
};
BOOST_DESCRIBE_STRUCT(Organisation, (), (name, url, description, language, time_zone))

enum class AltText { asked, required };
BOOST_DESCRIBE_ENUM(AltText, asked, required)

struct Policy {
  AltText alt_text = AltText::asked;
  std::int64_t window_minutes = 60;  // a post overdue by more is never sent unasked
  std::vector<ApprovalRule> approval;
};
BOOST_DESCRIBE_STRUCT(Policy, (), (alt_text, window_minutes, approval))

struct StoreConfig {
  std::string url;  // empty: data/carillon.db; or postgres://…
};
BOOST_DESCRIBE_STRUCT(StoreConfig, (), (url))

// A web site of the organisation: what must not show a wrong account, and what is searched for
// references when a channel ends.
struct OwnSite {
  std::string url;     // where people read it; empty: it is not published
  std::string source;  // the folder or repository it is made from, relative to the workspace
};
BOOST_DESCRIBE_STRUCT(OwnSite, (), (url, source))

// A name that is not ours and could be taken for it: it is looked at whether somebody uses it.
struct LookAlike {
  static constexpr std::array<std::string_view, 2> required{"platform", "handle"};
  std::string platform;  // mastodon, bluesky, github, or a network that only a person can ask: x
  std::string handle;    // as it stands in its address, without "@"
  std::string server;    // of mastodon and its like: "mastodon.social"
};
BOOST_DESCRIBE_STRUCT(LookAlike, (), (platform, handle, server))

// Whether anybody may propose an announcement at /propose.
struct ProposeRules {
  bool open = false;  // whoever opens it has to read what comes
  std::string hint;   // what the organisation likes to hear, shown above the form
};
BOOST_DESCRIBE_STRUCT(ProposeRules, (), (open, hint))

// OpenID: any provider of OpenID Connect. GitHub has none for people, and speaks its own OAuth.
enum class ProviderKind { openid, gitlab, github };
BOOST_DESCRIBE_ENUM(ProviderKind, openid, gitlab, github)

// With whom people can sign in besides their password; the client secret lies in the vault.
struct ProviderConfig {
  static constexpr std::array<std::string_view, 2> required{"name", "client_id"};
  std::string name;   // stands in addresses: "gitlab"
  std::string label;  // what people read; empty: the name
  ProviderKind kind = ProviderKind::openid;
  std::string issuer;  // empty for gitlab and github: the public one
  std::string client_id;
};
BOOST_DESCRIBE_STRUCT(ProviderConfig, (), (name, label, kind, issuer, client_id))

// The server that takes our mail; the password of `user` lies in the vault.
struct MailConfig {
  std::string server;  // smtps://HOST[:PORT], or smtp://HOST[:PORT] with STARTTLS; empty: no mail
  std::string from;    // the address that mail comes from
  std::string user;    // who signs in there; empty: nobody has to
};
BOOST_DESCRIBE_STRUCT(MailConfig, (), (server, from, user))

struct Config {
  static constexpr std::array<std::string_view, 1> required{"organisation"};
  Organisation organisation;
  Policy policy;
  TeamRules team;
  std::vector<ProviderConfig> sign_in;
  MailConfig mail;
  StoreConfig store;
  ProposeRules propose;
  bool rehearsal = false;  // nothing leaves the machine
  std::vector<OwnSite> sites;
  std::vector<LookAlike> watch;
  std::map<std::string, json::object> channels;
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (organisation, policy, team, sign_in, mail, store, propose, rehearsal, sites,
                       watch, channels))

// Reads carillon.yaml. Errors name the line. Pure.
[[nodiscard]] Result<Config> parse_config(std::string_view text);

// The channels of a configuration, by name: `platform`, `use`, `listed`, `url`, `also` and `since`
// taken out, every other key left as the adapter's setting. Errors: invalid, with the channel's
// name.
[[nodiscard]] Result<std::vector<Channel>> channels_of(const Config& config);

// The text of carillon.yaml with one key of one channel set (the channel is added when new), every
// other line as it was, comments too. Errors: invalid when the result would not parse. Pure.
[[nodiscard]] Result<std::string> with_channel_key(std::string_view text,
                                                   const std::string& channel,
                                                   const std::string& key,
                                                   const json::value& value);

}  // namespace carillon
