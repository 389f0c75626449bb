#include "core/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/moment.hpp"

namespace carillon {

namespace {

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

// One line of the file, for the small editor below.
struct YamlLine {
  std::size_t indent = 0;
  std::string key;  // empty for a comment, a blank or a list item
};

YamlLine read_line(std::string_view text) {
  YamlLine out;
  out.indent = std::min(text.find_first_not_of(' '), text.size());
  const std::string_view rest = text.substr(out.indent);
  if (rest.empty() || rest[0] == '#' || rest[0] == '-') return out;
  if (const auto colon = rest.find(':'); colon != std::string_view::npos)
    out.key = std::string(trim(rest.substr(0, colon)));
  return out;
}

// The lines [first, last) that belong to `key` at exactly `indent` within [from, to).
struct Block {
  std::size_t first = 0;
  std::size_t last = 0;
  bool found = false;
};

Block find_block(const std::vector<std::string>& lines, std::size_t from, std::size_t to,
                 std::string_view key, std::size_t indent) {
  for (std::size_t i = from; i < to; ++i) {
    const YamlLine line = read_line(lines[i]);
    if (line.key != key || line.indent != indent) continue;
    std::size_t last = i + 1;
    for (std::size_t j = i + 1; j < to; ++j) {
      const YamlLine next = read_line(lines[j]);
      const bool content = !trim(lines[j]).empty() && trim(lines[j])[0] != '#';
      if (content && next.indent <= indent) break;
      if (content) last = j + 1;
    }
    return {i, last, true};
  }
  return {to, to, false};
}

std::size_t child_indent(const std::vector<std::string>& lines, const Block& block,
                         std::size_t otherwise) {
  for (std::size_t i = block.first + 1; i < block.last; ++i) {
    const YamlLine line = read_line(lines[i]);
    if (!line.key.empty()) return line.indent;
  }
  return otherwise;
}

void insert_line(std::vector<std::string>& lines, std::size_t at, const std::string& line) {
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), line);
}

// A block written as `key: {}` or `key: ` can take children only once its value is gone.
Result<void> open_block(std::vector<std::string>& lines, const Block& block) {
  std::string& line = lines[block.first];
  const auto colon = line.find(':');
  const auto value = trim(std::string_view(line).substr(colon + 1));
  if (value.empty() || value[0] == '#') return {};
  if (value != "{}")
    return fail(
        Fault::invalid,
        fmt::format("carillon.yaml: line {}: this is written on one line, which this command "
                    "does not edit",
                    block.first + 1),
        "Write one key a line below it, or make the change by hand.");
  line.resize(colon + 1);
  return {};
}

// The editor looks at lines, not at YAML: within a text of several lines it may see keys that are
// none. So what it did is compared with what it was to do.
Result<void> check_edit(std::string_view before, const Config& after, const std::string& channel,
                        const std::string& key, const json::value& value) {
  TRY(Config wanted, parse_config(before));
  wanted.channels[channel][key] = value;
  if (to_json(after) == to_json(wanted)) return {};
  return fail(Fault::invalid,
              fmt::format("carillon.yaml: this command cannot find the place of \"{}\" of channel "
                          "{} in the file",
                          key, channel),
              "Make the change by hand.");
}

// As a person would write it. JSON is YAML; a plain word needs no quotes, unless YAML takes it for
// something else.
std::string yaml_of(const json::value& value) {
  if (!value.is_string()) return json::serialize(value);
  const std::string word(value.get_string());
  static constexpr std::string_view others[] = {"true", "false", "null", "yes", "no",
                                                "on",   "off",   "y",    "n"};
  const bool plain = !word.empty() &&
                     word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos &&
                     std::find(std::begin(others), std::end(others), word) == std::end(others);
  return plain ? word : json::serialize(value);
}

bool is_web_address(std::string_view url);

// Whoever reads the way to a provider signs in as anybody, so it is https but on this machine.
bool is_issuer(std::string_view url) {
  if (!is_web_address(url) || url.find_first_of("?#@") != std::string_view::npos) return false;
  if (url.starts_with("https://")) return true;
  const std::string_view host = url.substr(7, url.find_first_of(":/", 7) - 7);
  return host == "localhost" || host == "127.0.0.1";
}

// Fills in what may be left out.
Result<void> read_providers(Config& config, const Yaml& yaml) {
  const auto wrong = [&](std::size_t i, const char* key, const std::string& what,
                         const std::string& hint) {
    const std::string path = fmt::format("/sign_in/{}", i);
    return fail(
        Fault::invalid,
        fmt::format("carillon.yaml: line {}: {}/{}: {}", yaml.line_of(path), path, key, what),
        hint);
  };
  std::set<std::string> names;
  for (std::size_t i = 0; i < config.sign_in.size(); ++i) {
    ProviderConfig& one = config.sign_in[i];
    if (!is_name(one.name))
      return wrong(i, "name", "a name is made of lower-case letters, digits, - and _",
                   "It stands in addresses, such as gitlab; label is what people read.");
    if (!names.insert(one.name).second)
      return wrong(i, "name", fmt::format("there are two \"{}\"", one.name), "Rename one.");
    if (one.client_id.empty())
      return wrong(i, "client_id", "missing", "The provider gives it when you register Carillon.");
    if (one.label.empty()) one.label = one.name;
    if (one.issuer.empty() && one.kind == ProviderKind::gitlab) one.issuer = "https://gitlab.com";
    if (one.issuer.empty() && one.kind == ProviderKind::github) one.issuer = "https://github.com";
    if (!is_issuer(one.issuer))
      return wrong(i, "issuer", fmt::format("\"{}\" is not an address over https", one.issuer),
                   "Such as https://login.example.org, as the provider writes it.");
  }
  return {};
}

// A server without an address to write from says nothing, nor the other way round.
Result<void> check_mail(const MailConfig& mail, const Yaml& yaml) {
  const auto wrong = [&](std::string_view key, const std::string& what, const std::string& hint) {
    const std::string path = fmt::format("/mail/{}", key);
    return fail(Fault::invalid,
                fmt::format("carillon.yaml: line {}: {}: {}", yaml.line_of(path), path, what),
                hint);
  };
  if (mail.server.empty() && mail.from.empty() && mail.user.empty()) return {};
  const std::size_t host = mail.server.find("://") + 3;
  const bool scheme = mail.server.starts_with("smtp://") || mail.server.starts_with("smtps://");
  if (!scheme || host >= mail.server.size() ||
      mail.server.find_first_of(" \t\r\n\"<>@?#/\\", host) != std::string::npos)
    return wrong("server", fmt::format("\"{}\" is not a mail server", mail.server),
                 "Such as smtps://mail.example.org, or smtp://mail.example.org:587.");
  if (const auto from = check_email(mail.from); !from)
    return wrong("from", from.error().what, from.error().hint);
  if (std::any_of(mail.user.begin(), mail.user.end(),
                  [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return wrong("user", "a control character stands in it", "Write the name alone.");
  return {};
}

bool is_web_address(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  return web && url.find_first_of(" \t\"<>") == std::string_view::npos &&
         url.find("://") + 3 < url.size();
}

}  // namespace

Result<Config> parse_config(std::string_view text) {
  auto yaml = parse_yaml(text);
  if (!yaml) return tl::unexpected<Error>(within("carillon.yaml", yaml.error()));
  if (yaml->value.is_object()) {
    const json::value* channels = yaml->value.get_object().if_contains("channels");
    if (channels != nullptr && channels->is_null()) yaml->value.get_object().erase("channels");
  }
  auto config = from_yaml<Config>(*yaml);
  if (!config) return tl::unexpected<Error>(within("carillon.yaml", config.error()));
  std::string& url = config->organisation.url;
  while (url.ends_with('/')) url.pop_back();
  if (!url.empty() && !is_web_address(url))
    return fail(
        Fault::invalid,
        fmt::format("carillon.yaml: line {}: /organisation/url: \"{}\" is not a web address",
                    yaml->line_of("/organisation/url"), url),
        "Start it with https://.");
  if (config->policy.window_minutes < 1)
    return fail(Fault::invalid,
                fmt::format("carillon.yaml: line {}: /policy/window_minutes: must be at least 1",
                            yaml->line_of("/policy/window_minutes")),
                "So many minutes late a post may still go out.");
  if (config->team.lapses_after_days != 0 &&
      config->team.lapses_after_days < 2 * (lapse_told / day))
    return fail(Fault::invalid,
                fmt::format("carillon.yaml: line {}: /team/lapses_after_days: must be 0 (never) or "
                            "at least {}",
                            yaml->line_of("/team/lapses_after_days"), 2 * (lapse_told / day)),
                "It is told 30 days before, and people are away for a while.");
  CHECK_OK(read_providers(*config, *yaml));
  CHECK_OK(check_mail(config->mail, *yaml));
  if (const auto good = check_rules(config->policy.approval); !good) {
    const std::string path = good.error().what.substr(0, good.error().what.find(':'));
    return tl::unexpected<Error>(
        within(fmt::format("carillon.yaml: line {}", yaml->line_of(path)), good.error()));
  }
  for (std::size_t i = 0; i < config->sites.size(); ++i) {
    const OwnSite& site = config->sites[i];
    if (site.url.empty() ? !site.source.empty() : is_web_address(site.url)) continue;
    const std::string where = fmt::format("/sites/{}", i);
    return fail(Fault::invalid,
                fmt::format("carillon.yaml: line {}: {}: \"{}\" is not a web address",
                            yaml->line_of(where), where, site.url),
                "Give a url that starts with https://, or the source folder, or both.");
  }
  for (std::size_t i = 0; i < config->watch.size(); ++i) {
    const LookAlike& name = config->watch[i];
    const bool placed = name.platform != "mastodon" || !name.server.empty();
    if (placed && !name.platform.empty() && !name.handle.empty()) continue;
    const std::string where = fmt::format("/watch/{}", i);
    return fail(Fault::invalid,
                fmt::format("carillon.yaml: line {}: {}: {}", yaml->line_of(where), where,
                            placed ? "platform and handle must be there" : "server: missing"),
                "Such as {platform: mastodon, server: mastodon.social, handle: NAME}.");
  }
  return std::move(*config);
}

Result<std::vector<Channel>> channels_of(const Config& config) {
  std::vector<Channel> out;
  for (const auto& [name, keys] : config.channels) {
    const std::string where = fmt::format("carillon.yaml: channel {}", name);
    if (!is_name(name))
      return fail(Fault::invalid,
                  where + ": a name is made of lower-case letters, digits, - and _");
    json::object object{{"name", json::string(name)}};
    json::object settings;
    for (const auto& pair : keys) {
      const auto key = pair.key();
      if (key == "platform" || key == "use" || key == "listed" || key == "url" || key == "also" ||
          key == "since") {
        object[key] = pair.value();
      } else {
        settings[key] = pair.value();
      }
    }
    object["settings"] = settings;
    auto channel = from_json<Channel>(object);
    if (!channel) return tl::unexpected<Error>(within(where, channel.error()));
    if (channel->platform.empty()) return fail(Fault::invalid, where + ": /platform: missing");
    if (!channel->url.empty() && !is_web_address(channel->url))
      return fail(Fault::invalid,
                  fmt::format("{}: /url: \"{}\" is not a web address", where, channel->url),
                  "It is the account's public page; start it with https://.");
    if (!channel->since.empty() && !parse_day(channel->since))
      return fail(Fault::invalid,
                  fmt::format("{}: /since: \"{}\" is not a day", where, channel->since),
                  "Write it as 2023-05-01.");
    out.push_back(std::move(*channel));
  }
  return out;
}

Result<std::string> with_channel_key(std::string_view text, const std::string& channel,
                                     const std::string& key, const json::value& value) {
  std::vector<std::string> lines = split(text, '\n');
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  Block channels = find_block(lines, 0, lines.size(), "channels", 0);
  if (!channels.found) {
    lines.emplace_back("channels:");
    channels = {lines.size() - 1, lines.size(), true};
  }
  CHECK_OK(open_block(lines, channels));
  const std::size_t name_indent = child_indent(lines, channels, 2);
  Block entry = find_block(lines, channels.first + 1, channels.last, channel, name_indent);
  if (!entry.found) {
    insert_line(lines, channels.last, std::string(name_indent, ' ') + channel + ":");
    entry = {channels.last, channels.last + 1, true};
  }
  CHECK_OK(open_block(lines, entry));
  const std::size_t key_indent = child_indent(lines, entry, name_indent + 2);
  const std::string line = std::string(key_indent, ' ') + key + ": " + yaml_of(value);
  const Block old = find_block(lines, entry.first + 1, entry.last, key, key_indent);
  if (old.found) {
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(old.first),
                lines.begin() + static_cast<std::ptrdiff_t>(old.last));
    insert_line(lines, old.first, line);
  } else {
    insert_line(lines, entry.last, line);
  }
  std::string out = fmt::format("{}\n", fmt::join(lines, "\n"));
  TRY(const Config config, parse_config(out));
  CHECK_OK(channels_of(config));
  CHECK_OK(check_edit(text, config, channel, key, value));
  return out;
}

}  // namespace carillon
