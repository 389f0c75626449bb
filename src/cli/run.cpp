#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "cli/command.hpp"
#include "cli/secrets.hpp"
#include "cli/serve.hpp"
#include "hub/hub.hpp"
#include "hub/site.hpp"

namespace carillon {

namespace {

struct Shown {
  std::string channel;
  std::string platform;
  std::vector<Part> parts;
  Used used = Used::full;
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(Shown, (), (channel, platform, parts, used, warnings))

struct Line {
  std::string id;
  std::string announcement;
  std::string channel;
  DeliveryState state = DeliveryState::planned;
  std::string due;  // RFC 3339 in UTC
  std::string url;
  std::string reason;
  std::string hint;
};
BOOST_DESCRIBE_STRUCT(Line, (), (id, announcement, channel, state, due, url, reason, hint))

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}
void tell(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

Line line_of(const Delivery& d) {
  return {d.id,     d.announcement,  d.channel,
          d.state,  iso_time(d.due), d.receipts.empty() ? "" : d.receipts.front().url,
          d.reason, d.hint};
}

std::string in_words(const Line& line, const std::string& zone) {
  std::string what = line.url.empty() ? line.reason : line.url;
  if (line.state == DeliveryState::planned && what.empty())
    what = "for " + in_zone(parse_time(line.due).value_or(0), zone);
  std::string out = fmt::format("{:<14} {:<12} {}\n", line.channel, word_of(line.state), what);
  const bool needs = line.state == DeliveryState::unconfirmed ||
                     line.state == DeliveryState::missed || line.state == DeliveryState::refused;
  if (needs) out += fmt::format("{:<14} {} (delivery {})\n", "", line.hint, line.id);
  return out;
}

int print_lines(const std::vector<Line>& lines, bool as_json, const std::string& zone) {
  if (as_json) print(write_pretty(to_json(lines)));
  for (const Line& line : lines) {
    if (!as_json) print(in_words(line, zone));
  }
  return 0;
}

Result<std::unique_ptr<Hub>> open_hub(const Arguments& arguments) {
  TRY(Workspace workspace, open_workspace(arguments.one("workspace")));
  return Hub::open(std::move(workspace));
}

std::vector<std::string> channels_named(const Arguments& arguments) {
  const auto found = arguments.flags.find("channel");
  return found == arguments.flags.end() ? std::vector<std::string>{} : found->second;
}

Result<int> preview(const Arguments& arguments) {
  TRY(const auto hub, open_hub(arguments));
  const std::string& file = arguments.positional[0];
  TRY(const std::string text, read_file(file, limits::post_file_bytes));
  TRY(const Draft draft, parse_post(text, file));
  TRY(const auto renditions, hub->render(draft, channels_named(arguments)));
  std::vector<Shown> out;
  bool blocked = false;
  for (const Rendition& r : renditions) {
    out.push_back({r.channel, r.platform, r.parts, r.used, r.warnings});
    auto& all = out.back().warnings;
    all.insert(all.end(), r.blockers.begin(), r.blockers.end());
    blocked = blocked || !r.blockers.empty();
  }
  if (arguments.has("json")) {
    print(write_pretty(to_json(out)));
    return blocked ? 1 : 0;
  }
  for (const Shown& shown : out) {
    for (std::size_t i = 0; i < shown.parts.size(); ++i) {
      const Part& part = shown.parts[i];
      const std::string count = part.limit > 0 ? fmt::format("{} of {}", part.length, part.limit)
                                               : std::to_string(part.length);
      print(fmt::format("── {} ({}), part {} of {}, {} characters, text used: {}\n{}\n",
                        shown.channel, shown.platform, i + 1, shown.parts.size(), count,
                        word_of(shown.used), part.text));
    }
    for (const auto& warning : shown.warnings) print(fmt::format("   ! {}\n", warning));
    print("\n");
  }
  return blocked ? 1 : 0;
}

// When it is due: --at, else the post's `at`, else now. A time long past is a mistake, not a wish.
Result<Micros> due_of(const Arguments& arguments, const Draft& draft, const Hub& hub) {
  const std::string said = arguments.one("at", draft.at);
  const Micros now = hub.clock().now();
  if (said.empty()) return now;
  const std::string where = arguments.has("at") ? "--at" : "/at";
  auto due = parse_when(said, hub.workspace().config.organisation.time_zone);
  if (!due) return tl::unexpected<Error>(within(where, std::move(due).error()));
  const Micros window = hub.workspace().config.policy.window_minutes * minute;
  if (*due + window < now)
    return fail(Fault::invalid, fmt::format("{}: {} is past", where, said),
                "Nothing was sent. Name a time to come, or take it out to publish now.");
  return *due;
}

Result<int> publish(const Arguments& arguments) {
  if (arguments.has("dry-run")) return preview(arguments);
  TRY(const auto hub, open_hub(arguments));
  const std::string& file = arguments.positional[0];
  TRY(const std::string text, read_file(file, limits::post_file_bytes));
  TRY(const Draft draft, parse_post(text, file));
  const std::string& zone = hub->workspace().config.organisation.time_zone;
  TRY(const Micros due, due_of(arguments, draft, *hub));
  const auto channels = channels_named(arguments);
  for (const std::string& unknown : hub->refresh_facts(hub->channels_of(draft, channels)))
    tell(fmt::format("{} (the last known limits are used)\n", unknown));
  TRY(const auto row, hub->plan(draft, channels, due));
  const bool as_json = arguments.has("json");
  if (due > hub->clock().now()) {
    TRY(const auto planned, hub->outbox().deliveries(row.id));
    std::vector<Line> lines;
    for (const Delivery& delivery : planned) lines.push_back(line_of(delivery));
    if (!as_json)
      tell(fmt::format("Planned for {}. `carillon serve` sends it then.\n", in_zone(due, zone)));
    return print_lines(lines, as_json, zone);
  }
  TRY(const auto all, hub->drain(row.id, [&](const Delivery& delivery) {
    if (!as_json) print(in_words(line_of(delivery), zone));
  }));
  std::vector<Line> lines;
  bool whole = true;
  for (const Delivery& delivery : all) {
    lines.push_back(line_of(delivery));
    whole = whole && delivery.state == DeliveryState::published;
  }
  if (as_json) print_lines(lines, true, zone);
  return whole ? 0 : 3;
}

Result<int> status(const Arguments& arguments) {
  TRY(const auto hub, open_hub(arguments));
  const std::string which = arguments.positional.empty() ? "" : arguments.positional[0];
  TRY(const auto all, hub->outbox().deliveries(which));
  if (!which.empty() && all.empty())
    return fail(Fault::not_found, fmt::format("there is no announcement {}", which),
                "`carillon status` lists them.");
  std::vector<Line> lines;
  for (const Delivery& delivery : all) lines.push_back(line_of(delivery));
  if (lines.empty() && !arguments.has("json")) tell("Nothing has been published yet.\n");
  return print_lines(lines, arguments.has("json"), hub->workspace().config.organisation.time_zone);
}

Result<int> resolve(const Arguments& arguments) {
  const int said =
      int(arguments.has("url")) + int(arguments.has("absent")) + int(arguments.has("cancel"));
  if (said != 1)
    return fail(Fault::invalid, "say one of --url URL, --absent and --cancel",
                "Look at the account first: is the post there?");
  TRY(const auto hub, open_hub(arguments));
  const std::string& id = arguments.positional[0];
  auto done = arguments.has("cancel") ? hub->outbox().cancel(id, "admin")
                                      : hub->outbox().resolve(id, arguments.one("url"),
                                                              arguments.has("absent"), "admin");
  if (!done) return tl::unexpected<Error>(done.error());
  if (arguments.has("absent")) {
    TRY(const auto all, hub->drain(done->announcement, [](const Delivery&) {}));
    for (const Delivery& delivery : all) {
      if (delivery.id == id) *done = delivery;
    }
  }
  return print_lines({line_of(*done)}, arguments.has("json"),
                     hub->workspace().config.organisation.time_zone);
}

json::value value_of(const std::string& text) {
  auto yaml = parse_yaml("v: " + text);
  return yaml ? yaml->value.at("v") : json::value(json::string(text));
}

Result<int> set_keys(const Arguments& arguments, const std::string& name,
                     const std::vector<std::string>& pairs, Workspace workspace) {
  for (const std::string& pair : pairs) {
    const auto equals = pair.find('=');
    if (equals == std::string::npos)
      return fail(Fault::invalid, fmt::format("\"{}\" is not KEY=VALUE", pair));
    TRY(workspace, set_channel_key(workspace, name, pair.substr(0, equals),
                                   value_of(pair.substr(equals + 1))));
  }
  for (const Channel& channel : workspace.channels) {
    if (channel.name != name) continue;
    if (arguments.has("json"))
      print(write_pretty(to_json(channel)));
    else
      print(fmt::format("{}: {}, {}{}\n", name, channel.platform, word_of(channel.use),
                        channel.listed ? "" : ", not listed"));
  }
  return 0;
}

Result<int> channel_add(const Arguments& arguments) {
  TRY(Workspace workspace, open_workspace(arguments.one("workspace")));
  const std::string& name = arguments.positional[1];
  for (const Channel& channel : workspace.channels) {
    if (channel.name == name)
      return fail(Fault::conflict, fmt::format("there is a channel {} already", name),
                  "Change it with `carillon channel set`.");
  }
  std::vector<std::string> pairs{"platform=" + arguments.positional[0]};
  const auto sets = arguments.flags.find("set");
  if (sets != arguments.flags.end())
    pairs.insert(pairs.end(), sets->second.begin(), sets->second.end());
  CHECK_OK(check_channel(name, pairs));
  TRY(const int code, set_keys(arguments, name, pairs, std::move(workspace)));
  TRY(const auto hub, open_hub(arguments));
  TRY(const auto fields, hub->secret_fields(name));
  if (fields.empty()) return code;
  if (arguments.has("secret-stdin") || at_terminal()) {
    CHECK_OK(enter_secrets(*hub, name, arguments.has("secret-stdin")));
  } else {
    tell(
        fmt::format("It cannot post yet: enter its secret with `carillon channel set {} "
                    "--secret`.\n",
                    name));
  }
  tell(fmt::format("Next: `carillon channel check {}`.\n", name));
  return code;
}

Result<int> channel_set(const Arguments& arguments) {
  TRY(Workspace workspace, open_workspace(arguments.one("workspace")));
  const std::string& name = arguments.positional[0];
  const bool known = workspace.config.channels.contains(name);
  if (!known)
    return fail(Fault::not_found, fmt::format("there is no channel {}", name),
                "`carillon channel list` names them.");
  if (arguments.has("secret") || arguments.has("secret-stdin")) {
    TRY(const auto hub, open_hub(arguments));
    CHECK_OK(enter_secrets(*hub, name, arguments.has("secret-stdin")));
    tell(fmt::format("kept; `carillon channel check {}` tries it\n", name));
  }
  return set_keys(arguments, name, {arguments.positional.begin() + 1, arguments.positional.end()},
                  std::move(workspace));
}

Result<int> channel_list(const Arguments& arguments) {
  TRY(const Workspace workspace, open_workspace(arguments.one("workspace")));
  if (arguments.has("json")) {
    print(write_pretty(to_json(workspace.channels)));
    return 0;
  }
  for (const Channel& channel : workspace.channels)
    print(fmt::format("{:<14} {:<10} {:<10} {} {}\n", channel.name, channel.platform,
                      word_of(channel.use), channel.listed ? "listed" : "not listed", channel.url));
  return 0;
}

Result<int> channel_show(const Arguments& arguments) {
  TRY(const auto hub, open_hub(arguments));
  const std::string& name = arguments.positional[0];
  TRY(const auto fields, hub->secret_fields(name));
  TRY(const auto entered, hub->vault().list(name));
  Channel channel;
  for (const Channel& each : hub->workspace().channels) {
    if (each.name == name) channel = each;
  }
  if (arguments.has("json")) {
    json::object out = to_json(channel).as_object();
    out["secrets"] = to_json(entered);
    print(write_pretty(out));
    return 0;
  }
  print(fmt::format("{}\n  platform  {}\n  use       {}{}\n", name, channel.platform,
                    word_of(channel.use), channel.listed ? ", listed" : ", not listed"));
  if (!channel.url.empty()) print(fmt::format("  url       {}\n", channel.url));
  for (const auto& pair : channel.settings)
    print(fmt::format("  {:<9} {}\n", std::string(pair.key()), json::serialize(pair.value())));
  for (const SecretField& field : fields) {
    std::string state = "never entered";
    for (const SecretEntry& entry : entered) {
      if (entry.field == field.name) state = "entered " + iso_time(entry.updated);
    }
    print(fmt::format("  {:<9} {}\n", field.name, state));
  }
  return 0;
}

struct Checked {
  std::string channel;
  bool good = false;
  Account account;
  std::string message;
  std::string hint;
};
BOOST_DESCRIBE_STRUCT(Checked, (), (channel, good, account, message, hint))

Result<int> channel_check(const Arguments& arguments) {
  TRY(const auto hub, open_hub(arguments));
  std::vector<std::string> names = arguments.positional;
  if (names.empty()) {
    for (const Channel& channel : hub->workspace().channels) names.push_back(channel.name);
  }
  std::vector<Checked> all;
  bool good = true;
  for (const std::string& name : names) {
    auto account = hub->check(name);
    if (!account && account.error().fault == Fault::not_found && !arguments.positional.empty() &&
        !hub->secret_fields(name))
      return tl::unexpected<Error>(std::move(account).error());
    Checked line{name, account.has_value(), {}, {}, {}};
    if (account) {
      line.account = std::move(*account);
    } else {
      line.message = account.error().what;
      line.hint = account.error().hint;
    }
    good = good && line.good;
    if (!arguments.has("json")) {
      const Account& a = line.account;
      print(line.good ? fmt::format("{:<14} good  {} {}\n", name, a.handle, a.detail)
                      : fmt::format("{:<14} not good: {}\n{:<14} {}\n", name, line.message, "",
                                    line.hint));
      for (const std::string& warning : a.warnings)
        print(fmt::format("{:<14} ! {}\n", "", warning));
    }
    all.push_back(std::move(line));
  }
  if (arguments.has("json")) print(write_pretty(to_json(all)));
  return good ? 0 : 1;
}

Result<int> site_build(const Arguments& arguments) {
  TRY(const auto hub, open_hub(arguments));
  const std::string out = arguments.one("out", hub->workspace().dir / "site");
  TRY(const StaticReport report, build_site(*hub, out));
  if (arguments.has("json")) {
    print(write_pretty(json::object{{"out", json::string(out)},
                                    {"written", report.written},
                                    {"unchanged", report.unchanged},
                                    {"removed", report.removed}}));
  } else {
    print(fmt::format("{}: {} written, {} unchanged, {} removed\n", out, report.written,
                      report.unchanged, report.removed));
  }
  return 0;
}

Result<int> init(const Arguments& arguments) {
  const std::string dir = arguments.positional.empty() ? "." : arguments.positional[0];
  TRY(const Workspace workspace, init_workspace(dir));
  if (arguments.has("json"))
    print(write_pretty(json::object{{"workspace", json::string(workspace.dir.string())}}));
  else
    print(
        fmt::format("made {}\nNext: put your organisation's name and address into carillon.yaml.\n",
                    workspace.dir.string()));
  return 0;
}

Result<int> dispatch(const Arguments& arguments) {
  const std::string& c = arguments.command;
  if (arguments.has("help")) {
    print(help_text(commands(), c));
    return 0;
  }
  if (c == "init") return init(arguments);
  if (c == "channel list") return channel_list(arguments);
  if (c == "channel add") return channel_add(arguments);
  if (c == "channel show") return channel_show(arguments);
  if (c == "channel check") return channel_check(arguments);
  if (c == "channel set") return channel_set(arguments);
  if (c == "preview") return preview(arguments);
  if (c == "publish") return publish(arguments);
  if (c == "status") return status(arguments);
  if (c == "resolve") return resolve(arguments);
  if (c == "site build") return site_build(arguments);
  if (c == "serve") {
    TRY(auto hub, open_hub(arguments));
    return serve(*hub, arguments.one("listen", "127.0.0.1:8080"));
  }
  if (c == "man") print(man_page(commands()));
  if (c == "help")
    print(help_text(commands(), fmt::format("{}", fmt::join(arguments.positional, " "))));
  if (c == "completion") {
    const std::string script = completion(commands(), arguments.positional[0]);
    if (script.empty())
      return fail(Fault::invalid, fmt::format("no completion for {}", arguments.positional[0]),
                  "One of bash, zsh, fish.");
    print(script);
  }
  return 0;
}

int report(const Error& error, bool as_json, int code) {
  if (as_json) {
    print(write_pretty(json::object{{"error",
                                     {{"code", code_of(error.fault)},
                                      {"message", json::string(error.what)},
                                      {"hint", json::string(error.hint)}}}}));
  } else {
    tell("carillon: " + error.what + "\n" + (error.hint.empty() ? "" : "  " + error.hint + "\n"));
  }
  return code;
}

}  // namespace

int run_command_line(const std::vector<std::string>& words) {
  const bool as_json = std::find(words.begin(), words.end(), "--json") != words.end();
  if (words.empty() || words[0] == "--help") {
    print(help_text(commands(), ""));
    return words.empty() ? 2 : 0;
  }
  const auto arguments = parse_arguments(commands(), words);
  if (!arguments) return report(arguments.error(), as_json, 2);
  const auto code = dispatch(*arguments);
  return code ? *code : report(code.error(), as_json, 1);
}

}  // namespace carillon
