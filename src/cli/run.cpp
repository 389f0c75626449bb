#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/moment.hpp"
#include "base/zone.hpp"
#include "cli/command.hpp"
#include "cli/progress.hpp"
#include "cli/secrets.hpp"
#include "cli/views.hpp"
#include "hub/channels.hpp"
#include "hub/checking.hpp"
#include "hub/operations.hpp"
#include "hub/patching.hpp"
#include "hub/publishing.hpp"
#include "hub/record.hpp"
#include "hub/retiring.hpp"
#include "web/serve.hpp"

namespace carillon {

namespace {

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}
void tell(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
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

Result<std::unique_ptr<Hub>> open_hub(const Arguments& arguments) {
  TRY(Workspace workspace, open_workspace(arguments.one("workspace")));
  return Hub::open(std::move(workspace));
}

Actor owner() {
  return {.name = "admin", .holds = Permission::admin, .local = true, .via = "command line"};
}

// The secrets that a channel takes along.
Result<json::value> secrets_for(const std::string& channel, const std::string& platform,
                                const Arguments& arguments) {
  TRY(const auto fields, secrets_of_platform(platform));
  TRY(const auto secrets, read_secrets(channel, fields, arguments.has("secret-stdin")));
  return to_json(secrets);
}

Result<void> ask_for_secrets(const Hub& hub, const Arguments& arguments, json::object& request) {
  const bool said = arguments.has("secret") || arguments.has("secret-stdin");
  if (arguments.command == "channel add") {
    const std::string& platform = arguments.positional[0];
    const std::string& name = arguments.positional[1];
    const json::value* sets = request.if_contains("set");
    TRY(const auto pairs, sets == nullptr ? Result<std::vector<std::string>>{}
                                          : from_json<std::vector<std::string>>(*sets));
    // A mistake in the settings shows before anybody types a secret.
    CHECK_OK(check_settings(name, platform, pairs));
    TRY(const auto fields, secrets_of_platform(platform));
    if (said || (at_terminal() && !fields.empty())) {
      TRY(request["secrets"], secrets_for(name, platform, arguments));
    }
  } else if (arguments.command == "channel set" && said) {
    const std::string& name = arguments.positional[0];
    TRY(const Channel channel, hub.channel(name));
    TRY(request["secrets"], secrets_for(name, channel.platform, arguments));
  } else if (arguments.command == "provider secret") {
    const std::string& name = arguments.positional[0];
    TRY(const auto secrets, read_secrets(name, {{"client secret", "Client secret of " + name}},
                                         arguments.has("secret-stdin")));
    request["secret"] = json::string(secrets.at("client secret"));
  } else if (arguments.command == "mail secret") {
    TRY(const auto secrets, read_secrets("mail", {{"password", "Password of the mail server"}},
                                         arguments.has("secret-stdin")));
    request["secret"] = json::string(secrets.at("password"));
  }
  return {};
}

// What to do next, for people.
void tell_next(const Arguments& arguments, const json::object& request, const json::value& reply,
               const std::string& zone) {
  const std::string& c = arguments.command;
  if (c == "channel add" || (c == "channel set" && request.contains("secrets"))) {
    const auto view = from_json<ChannelView>(reply);
    if (!view || view->secrets.empty()) return;
    const bool missing = std::any_of(view->secrets.begin(), view->secrets.end(),
                                     [](const SecretState& one) { return one.entered.empty(); });
    if (missing)
      tell(
          fmt::format("It cannot post yet: enter its secret with `carillon channel set {} "
                      "--secret`.\n",
                      view->name));
    tell(fmt::format("Next: `carillon channel check {}`.\n", view->name));
  }
  const bool empty = reply.is_array() && reply.get_array().empty();
  if (c == "status" && empty) tell("Nothing has been published yet.\n");
  if (c == "archive import") tell("Next: `carillon archive build` writes its pages.\n");
  if (c == "archive search" && empty) tell("No post holds all of these words.\n");
  if (c == "publish" && !empty) {
    const auto first = from_json<DeliveryView>(reply.get_array().front());
    if (first && first->state == DeliveryState::planned)
      tell(fmt::format("Planned for {}. `carillon serve` sends it then.\n",
                       in_zone(parse_time(first->due).value_or(0), zone)));
    const auto& all = reply.get_array();
    const bool waits = std::any_of(all.begin(), all.end(), [](const json::value& one) {
      const auto view = from_json<DeliveryView>(one);
      return view && !view->retry.empty();
    });
    if (waits)
      tell(
          "Nothing tries again by itself: publish the file again then, or keep `carillon serve` "
          "running.\n");
  }
}

Result<int> run_operation(const Operation<Hub>& row, const Arguments& arguments) {
  TRY(const auto hub, open_hub(arguments));
  const bool as_json = arguments.has("json");
  const std::string& zone = hub->workspace().config.organisation.time_zone;
  json::value request = request_of(row, arguments);
  CHECK_OK(ask_for_secrets(*hub, arguments, request.get_object()));
  Actor actor = owner();
  bool told = false;
  Result<json::value> reply;
  {
    Progress progress(hub->clock());
    actor.expects = [&](std::size_t count) { progress.expect(count); };
    actor.advances = [&](std::string_view what, std::uint64_t done, std::uint64_t of) {
      progress.advance(what, done, of);
    };
    if (!as_json)
      actor.heard = [&](const json::value& view) {
        told = true;
        progress.came(delivery_in_words(view, zone));
      };
    reply = perform(*hub, row, actor, request);
  }
  if (!reply) return tl::unexpected<Error>(std::move(reply).error());
  if (as_json) {
    print(write_pretty(*reply));
  } else {
    if (!told) print(in_words(row.spec.name, *reply, zone));
    tell_next(arguments, request.get_object(), *reply, zone);
  }
  return row.exit_code(*reply);
}

// Accounts that are named by --handle need no workspace. As JSON a finding is a line of its own.
Result<int> delist_scan(const Operation<Hub>& row, const Arguments& arguments) {
  TRY(const auto request, from_json<DelistScanRequest>(request_of(row, arguments)));
  Result<DelistScanned> scanned;
  {
    const SystemClock clock;
    Progress progress(clock);
    Actor actor = owner();
    actor.advances = [&](std::string_view what, std::uint64_t done, std::uint64_t of) {
      progress.advance(what, done, of);
    };
    if (arguments.has("channel")) {
      TRY(const auto hub, open_hub(arguments));
      scanned = carillon::delist_scan(*hub, actor, request);
    } else {
      // Who reads a site says so, where it is known.
      const auto workspace = open_workspace(arguments.one("workspace"));
      scanned = delist_scan_without_workspace(
          actor, request, workspace ? workspace->config.organisation.url : std::string{});
    }
  }
  if (!scanned) return tl::unexpected<Error>(std::move(scanned).error());
  const bool as_json = arguments.has("json");
  print(as_json ? scanned_as_lines(*scanned) : scanned_in_words(*scanned));
  if (as_json) tell(unread_in_words(*scanned));
  return 0;
}

// The token of a pull request, where one is asked for and can be had.
Result<std::string> token_for(const DelistPatchRequest& request, const Arguments& arguments) {
  const Secret known = take_from_environment("CARILLON_FORGE_TOKEN");
  const bool from_stdin = arguments.has("secret-stdin");
  if (!request.pull || (!from_stdin && !known.empty())) return known.reveal();
  if (!from_stdin && !at_terminal()) return std::string();
  TRY(const auto secrets,
      read_secrets("pull request", {{"token", "Token of the code host"}}, from_stdin));
  return secrets.at("token");
}

// The diff goes to standard output and what there is to say beside it to people.
Result<int> delist_patch(const Operation<Hub>& row, const Arguments& arguments) {
  TRY(auto request, from_json<DelistPatchRequest>(request_of(row, arguments)));
  TRY(request.token, token_for(request, arguments));
  Result<DelistPatched> patched;
  if (arguments.has("channel") || arguments.has("decision")) {
    TRY(const auto hub, open_hub(arguments));
    patched = carillon::delist_patch(*hub, owner(), request);
  } else {
    patched = delist_patch_without_workspace(owner(), request);
  }
  if (!patched) return tl::unexpected<Error>(std::move(patched).error());
  if (arguments.has("json")) {
    print(write_pretty(to_json(*patched)));
  } else {
    const bool dry = request.diff.empty() && !request.write && !request.commit && !request.pull;
    if (dry) print(patched->diff);
    const std::string words = patched_in_words(request, *patched);
    if (dry) tell(words);
    if (!dry) print(words);
  }
  return patched_exit_code(*patched);
}

// As --json the reply; else in the form that was asked for.
Result<int> check_posts(const Operation<Hub>& row, const Arguments& arguments) {
  const auto request = from_json<CheckRequest>(request_of(row, arguments));
  if (!request) return report(request.error(), arguments.has("json"), 2);
  TRY(const auto hub, open_hub(arguments));
  TRY(const Checked checked, check(*hub, owner(), *request));
  const bool text = request->format == CheckFormat::text;
  print(arguments.has("json")                    ? write_pretty(to_json(checked))
        : request->format == CheckFormat::github ? checked_for_github(checked)
        : text                                   ? checked_in_words(checked)
                                                 : checked_for_gitlab(checked));
  return checked_exit_code(checked);
}

// An exported log needs no workspace.
Result<int> record_verify(const Operation<Hub>& row, const Arguments& arguments) {
  TRY(const auto request, from_json<RecordVerifyRequest>(request_of(row, arguments)));
  Result<RecordVerified> verified;
  if (request.file.empty()) {
    TRY(const auto hub, open_hub(arguments));
    verified = carillon::record_verify(*hub, owner(), request);
  } else {
    verified = verify_file(request);
  }
  if (!verified) return tl::unexpected<Error>(std::move(verified).error());
  print(arguments.has("json") ? write_pretty(to_json(*verified)) : verified_in_words(*verified));
  return verified_code(*verified);
}

// To standard output as it is read; what else there is to say goes to people.
Result<int> record_export(const Operation<Hub>& row, const Arguments& arguments) {
  TRY(const auto request, from_json<RecordExportRequest>(request_of(row, arguments)));
  TRY(const auto hub, open_hub(arguments));
  if (request.out.empty()) {
    CHECK_OK(export_lines(*hub, request.since, [](std::string_view line) -> Result<void> {
      print(line);
      return {};
    }));
    return 0;
  }
  TRY(const RecordExported exported, carillon::record_export(*hub, owner(), request));
  print(arguments.has("json") ? write_pretty(to_json(exported)) : exported_in_words(exported));
  return 0;
}

Result<int> init(const Arguments& arguments) {
  const std::string dir = arguments.positional.empty() ? "." : arguments.positional[0];
  TRY(const Workspace workspace, init_workspace(dir));
  if (arguments.has("json")) {
    print(write_pretty(json::object{{"workspace", json::string(workspace.dir.string())}}));
  } else {
    print(fmt::format("made {}\n", workspace.dir.string()));
    tell("Next: put your organisation's name and address into carillon.yaml.\n");
  }
  return 0;
}

Result<int> dispatch(const Arguments& arguments) {
  const std::string& c = arguments.command;
  if (arguments.has("help")) {
    print(help_text(commands(), c));
    return 0;
  }
  if (c == "init") return init(arguments);
  if (c == "serve") return serve(arguments.one("workspace"), arguments.one("listen"));
  if (c == "man") print(man_page(commands()));
  if (c == "reference") print(reference_page(commands()));
  if (c == "openapi") print(write_pretty(openapi_document()));
  if (c == "help")
    print(help_text(commands(), fmt::format("{}", fmt::join(arguments.positional, " "))));
  if (c == "completion") {
    const std::string script = completion(commands(), arguments.positional[0]);
    if (script.empty())
      return fail(Fault::invalid, fmt::format("no completion for {}", arguments.positional[0]),
                  "One of bash, zsh, fish.");
    print(script);
  }
  const bool dry = c == "publish" && arguments.has("dry-run");
  const Operation<Hub>* row = find_operation(dry ? "preview" : c);
  if (row != nullptr && c == "check") return check_posts(*row, arguments);
  if (row != nullptr && c == "delist scan") return delist_scan(*row, arguments);
  if (row != nullptr && c == "delist patch") return delist_patch(*row, arguments);
  if (row != nullptr && c == "record verify") return record_verify(*row, arguments);
  if (row != nullptr && c == "record export") return record_export(*row, arguments);
  return row == nullptr ? Result<int>(0) : run_operation(*row, arguments);
}

// Flags that every command takes may stand before it too.
std::vector<std::string> command_first(std::vector<std::string> words) {
  std::size_t flags = 0;
  while (flags < words.size() && words[flags].starts_with("--workspace"))
    flags += words[flags] == "--workspace" ? 2 : 1;
  if (flags < words.size() && words[flags] == "--json") ++flags;
  if (flags < words.size())
    std::rotate(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(flags), words.end());
  return words;
}

}  // namespace

int run_command_line(const std::vector<std::string>& given) {
  const std::vector<std::string> words = command_first(given);
  const bool as_json = std::find(words.begin(), words.end(), "--json") != words.end();
  if (!words.empty() && words[0] == "--version") {
    print("carillon " CARILLON_VERSION "\n");
    return 0;
  }
  if (words.empty() || words[0] == "--help" || words[0] == "-h") {
    print(help_text(commands(), ""));
    return words.empty() ? 2 : 0;
  }
  const auto arguments = parse_arguments(commands(), words);
  if (!arguments) return report(arguments.error(), as_json, 2);
  const auto code = dispatch(*arguments);
  return code ? *code : report(code.error(), as_json, 1);
}

}  // namespace carillon
