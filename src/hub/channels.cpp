#include "hub/channels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/moment.hpp"
#include "channel/registry.hpp"
#include "consult/decisions.hpp"
#include "hub/workspace.hpp"
#include "team/expiry.hpp"

namespace carillon {

namespace {

using Pairs = std::vector<std::pair<std::string, json::value>>;

// KEY=VALUE with the value read as YAML, so that true and 120 are what they look like.
Result<Pairs> pairs_of(const std::vector<std::string>& said) {
  Pairs out;
  for (const std::string& pair : said) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      return fail(Fault::invalid, fmt::format("\"{}\" is not KEY=VALUE", pair),
                  "Write for example use=broadcast.");
    const std::string value = pair.substr(equals + 1);
    const auto yaml = parse_yaml("v: " + value);
    const json::value* read =
        yaml && yaml->value.is_object() ? yaml->value.get_object().if_contains("v") : nullptr;
    out.emplace_back(pair.substr(0, equals), read != nullptr && !read->is_null()
                                                 ? *read
                                                 : json::value(json::string(value)));
  }
  return out;
}

void tell_expiry(Hub& hub, const std::string& channel, SecretState& state,
                 const std::vector<SecretExpiry>& all) {
  for (const SecretExpiry& one : all) {
    if (one.channel != channel || one.field != state.field) continue;
    state.expires = day_of(one.expires - 1);
    state.warning = expiry_warning(one, state.prompt, hub.clock().now());
  }
}

ChannelView view_of(Hub& hub, const Channel& channel) {
  ChannelView out{channel.name, channel.platform, channel.use,      channel.listed,
                  channel.url,  channel.since,    channel.settings, {}};
  const Platform* platform = find_platform(channel.platform);
  const auto entered = hub.vault().list(channel.name);
  if (platform == nullptr) return out;
  const auto expiries = SecretExpiries(hub.store()).list();
  for (const SecretField& field : platform->secrets) {
    SecretState state{field.name, field.prompt, {}, {}, {}};
    for (const SecretEntry& entry : entered ? *entered : std::vector<SecretEntry>{}) {
      if (entry.field == field.name) state.entered = iso_time(entry.updated);
    }
    if (expiries) tell_expiry(hub, channel.name, state, *expiries);
    out.secrets.push_back(std::move(state));
  }
  return out;
}

// What carillon.yaml says of a channel now.
Result<ChannelView> changed_view(Hub& hub, const Workspace& workspace, const std::string& name) {
  for (const Channel& channel : workspace.channels) {
    if (channel.name == name) return view_of(hub, channel);
  }
  return fail(Fault::internal, fmt::format("carillon.yaml lost the channel {}", name));
}

using Secrets = std::map<std::string, std::string>;

Result<void> check_secrets(const std::string& platform, const Secrets& secrets) {
  TRY(const auto fields, secrets_of_platform(platform));
  for (const auto& [name, value] : secrets) {
    const bool known = std::any_of(fields.begin(), fields.end(),
                                   [&](const SecretField& field) { return field.name == name; });
    if (!known)
      return fail(Fault::invalid, fmt::format("{} has no secret \"{}\"", platform, name),
                  fields.empty() ? "It needs none." : fmt::format("It has {}.", fields[0].name));
    if (value.empty()) return fail(Fault::invalid, fmt::format("the {} is empty", name));
  }
  return {};
}

// When the said day is over; 0 for never, nothing where none is said.
Result<std::optional<Micros>> credential_end(const std::string& said) {
  if (said.empty()) return std::nullopt;
  if (said == "never") return Micros{0};
  const auto begins = parse_day(said);
  if (begins) return *begins + day;
  return fail(Fault::invalid, fmt::format("expires {}: this is not a day", said),
              "Write it as 2027-03-01, or never.");
}

// A new secret has another end than the one before. Without a new one the end is that of all.
Result<void> keep_secrets(Hub& hub, const Channel& channel, const Secrets& secrets,
                          const std::optional<Micros>& ends) {
  for (const auto& [name, value] : secrets)
    CHECK_OK(hub.vault().put(channel.name, name, Secret(value)));
  TRY(const auto fields, secrets_of_platform(channel.platform));
  SecretExpiries expiries(hub.store());
  for (const SecretField& field : fields) {
    const bool entered = secrets.contains(field.name);
    if (entered || (ends && secrets.empty()))
      CHECK_OK(expiries.set(channel.name, field.name, ends.value_or(0)));
  }
  return {};
}

// No channel ends because somebody typed it: a body decided, and the day has come.
Result<void> check_end(Hub& hub, const Channel& before, const Channel& after,
                       const std::string& id) {
  if (!ends_a_channel(after.use) || after.use == before.use) return {};
  if (id.empty())
    return fail(Fault::denied,
                fmt::format("{} becomes {} only by a decision", before.name, word_of(after.use)),
                fmt::format("`carillon retire plan {} --to {}` leads through it; or name the "
                            "decision with --decision ID.",
                            before.name, word_of(after.use)));
  TRY(const Decision decision, Decisions(hub.store()).get(id));
  if (decision.channel != before.name || decision.to != after.use)
    return fail(Fault::denied,
                fmt::format("decision {} says that {} becomes {}", id, decision.channel,
                            word_of(decision.to)),
                "Name the one that is meant: `carillon decision list`.");
  return in_force(decision, day_of(hub.clock().now()));
}

int checked_code(const std::vector<ChannelChecked>& all) {
  return std::all_of(all.begin(), all.end(), [](const ChannelChecked& one) { return one.good; })
             ? 0
             : 1;
}

}  // namespace

Result<std::vector<Expiring>> expiring_secrets(Hub& hub) {
  TRY(const auto known, SecretExpiries(hub.store()).list());
  std::vector<Expiring> out;
  for (const SecretExpiry& one : known) {
    const auto channel = hub.channel(one.channel);
    if (!channel || channel->use != Use::broadcast) continue;
    TRY(const auto fields, secrets_of_platform(channel->platform));
    for (const SecretField& field : fields) {
      if (field.name != one.field) continue;
      std::string warning = expiry_warning(one, field.prompt, hub.clock().now());
      if (!warning.empty())
        out.push_back({one.channel, one.field, one.expires, std::move(warning)});
    }
  }
  return out;
}

std::string renewal_hint(const std::string& channel) {
  return fmt::format(
      "get a new one on the platform, and enter it on the channel's page or with `carillon channel "
      "set {} --secret --expires DAY`",
      channel);
}

Result<std::vector<SecretField>> secrets_of_platform(const std::string& platform) {
  Channel channel;
  channel.name = platform;
  channel.platform = platform;
  const Platform* found = find_platform(platform);
  if (found != nullptr) return found->secrets;
  TRY(const auto adapter, make_adapter(channel));  // says which platform is meant
  return std::vector<SecretField>{};
}

Result<void> check_settings(const std::string& name, const std::string& platform,
                            const std::vector<std::string>& said) {
  TRY(const Pairs pairs, pairs_of(said));
  Config config;
  config.channels[name]["platform"] = json::string(platform);
  for (const auto& [key, value] : pairs) config.channels[name][key] = value;
  TRY(const auto channels, channels_of(config));
  CHECK_OK(make_adapter(channels.front()));
  return {};
}

Result<std::vector<ChannelView>> channel_list(Hub& hub, const Actor&, const ChannelListRequest&) {
  std::vector<ChannelView> out;
  for (const Channel& channel : hub.workspace().channels) out.push_back(view_of(hub, channel));
  return out;
}

Result<ChannelView> channel_show(Hub& hub, const Actor&, const ChannelShowRequest& request) {
  TRY(const Channel channel, hub.channel(request.name));
  return view_of(hub, channel);
}

Result<ChannelView> channel_add(Hub& hub, const Actor&, const ChannelAddRequest& request) {
  if (hub.channel(request.name))
    return fail(Fault::conflict, fmt::format("there is a channel {} already", request.name),
                "Change it with `carillon channel set`.");
  CHECK_OK(check_settings(request.name, request.platform, request.set));
  CHECK_OK(check_secrets(request.platform, request.secrets));
  TRY(const auto ends, credential_end(request.expires));
  TRY(Pairs pairs, pairs_of(request.set));
  pairs.insert(pairs.begin(), {"platform", json::string(request.platform)});
  TRY(const Workspace changed, set_channel_keys(hub.workspace(), request.name, pairs));
  Channel added;
  added.name = request.name;
  added.platform = request.platform;
  CHECK_OK(keep_secrets(hub, added, request.secrets, ends));
  return changed_view(hub, changed, request.name);
}

Result<ChannelView> channel_set(Hub& hub, const Actor&, const ChannelSetRequest& request) {
  TRY(const Channel channel, hub.channel(request.name));
  TRY(const Pairs pairs, pairs_of(request.set));
  Config config;
  config.channels = hub.workspace().config.channels;
  for (const auto& [key, value] : pairs) config.channels[request.name][key] = value;
  TRY(const auto channels, channels_of(config));
  for (const Channel& each : channels) {
    if (each.name != request.name) continue;
    CHECK_OK(make_adapter(each));
    CHECK_OK(check_end(hub, channel, each, request.decision));
  }
  CHECK_OK(check_secrets(channel.platform, request.secrets));
  TRY(const auto ends, credential_end(request.expires));
  CHECK_OK(keep_secrets(hub, channel, request.secrets, ends));
  if (pairs.empty()) return view_of(hub, channel);
  TRY(const Workspace changed, set_channel_keys(hub.workspace(), request.name, pairs));
  return changed_view(hub, changed, request.name);
}

Result<std::vector<ChannelChecked>> channel_check(Hub& hub, const Actor&,
                                                  const ChannelCheckRequest& request) {
  std::vector<std::string> names = request.name;
  for (const std::string& name : names) CHECK_OK(hub.channel(name));
  if (names.empty()) {
    for (const Channel& channel : hub.workspace().channels) names.push_back(channel.name);
  }
  std::vector<ChannelChecked> out;
  for (const std::string& name : names) {
    auto account = hub.check(name);
    if (account) {
      out.push_back({name, true, std::move(*account), {}, {}});
    } else {
      out.push_back({name, false, {}, account.error().what, account.error().hint});
    }
  }
  return out;
}

std::vector<Operation<Hub>> channel_operations() {
  return {
      operation<Hub>({.name = "channel list",
                      .method = "GET",
                      .path = "/channels",
                      .needs = Permission::author,
                      .summary = "the channels of this workspace"},
                     &channel_list),
      operation<Hub>({.name = "channel add",
                      .method = "POST",
                      .path = "/channels",
                      .summary = "add a channel",
                      .help = "Adds a channel to carillon.yaml and asks for its secrets, which are "
                              "kept sealed and never stand in an argument or in carillon.yaml.",
                      .positional = {"platform", "name"},
                      .hidden = {"secrets"},
                      .valued = {{"set", "KEY=VALUE"}, {"expires", "DAY"}}},
                     &channel_add),
      operation<Hub>({.name = "channel show",
                      .method = "GET",
                      .path = "/channels/{name}",
                      .needs = Permission::author,
                      .summary = "one channel's settings, and when its secrets were entered",
                      .positional = {"name"}},
                     &channel_show),
      operation<Hub>({.name = "channel check",
                      .method = "POST",
                      .path = "/channel-checks",
                      .summary = "ask each channel's server whether the credentials are good",
                      .positional = {"name"}},
                     &channel_check, &checked_code),
      operation<Hub>({.name = "channel set",
                      .method = "PATCH",
                      .path = "/channels/{name}",
                      .summary = "change a channel: use=, listed=, url= or a setting",
                      .positional = {"name", "set"},
                      .hidden = {"secrets"},
                      .valued = {{"set", "KEY=VALUE"}, {"decision", "ID"}, {"expires", "DAY"}},
                      .guarded_by = "channel show"},
                     &channel_set),
  };
}

}  // namespace carillon
