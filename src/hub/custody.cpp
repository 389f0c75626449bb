#include "hub/custody.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"

namespace carillon {

namespace {

std::string custody_day(Micros at) {
  return at == 0 ? std::string() : day_of(at);
}

Result<RegisterEntry> entry_of(Hub& hub, CustodyRegister& custody, const Channel& channel) {
  TRY(const Custody known, custody.of(channel.name));
  TRY(const PlatformRules rules, rules_of(hub, channel.name));
  RegisterEntry out{.channel = channel.name,
                    .network = hub.network_of(channel.name, channel.platform),
                    .use = channel.use,
                    .listed = channel.listed,
                    .url = channel.url,
                    .also = channel.also,
                    .custodians = {},
                    .dependents = {},
                    .rule = rules.unused,
                    .rule_from = rules.sources.empty() ? "" : rules.sources.front(),
                    .next_log_in = custody_day(next_keep_alive(known, rules)),
                    .warnings = {}};
  for (const Custodian& one : known.custodians)
    out.custodians.push_back({one.person, custody_day(one.proven), one.proof});
  for (const Dependent& one : known.dependents)
    out.dependents.push_back({one.what, custody_day(one.moved), one.proof});
  if (has_custody(channel))
    out.warnings = custody_warnings(channel.name, known, rules, hub.clock().now());
  return out;
}

Result<std::vector<RegisterEntry>> one_entry(Hub& hub, CustodyRegister& custody,
                                             const std::string& name) {
  TRY(const Channel channel, hub.channel(name));
  TRY(RegisterEntry entry, entry_of(hub, custody, channel));
  return std::vector<RegisterEntry>{std::move(entry)};
}

}  // namespace

bool has_custody(const Channel& channel) {
  return channel.platform != "home" && channel.platform != "echo" && channel.use != Use::closed;
}

Result<PlatformRules> rules_of(const Hub& hub, const std::string& name) {
  TRY(const Channel channel, hub.channel(name));
  return platform_rules(lower_ascii(hub.network_of(name, channel.platform)));
}

Result<std::vector<RegisterEntry>> channel_register(Hub& hub, const Actor&,
                                                    const RegisterRequest& request) {
  for (const std::string& name : request.name) CHECK_OK(hub.channel(name));
  CustodyRegister custody(hub.store(), hub.clock());
  std::vector<RegisterEntry> out;
  for (const Channel& channel : hub.workspace().channels) {
    const bool meant = request.name.empty()
                           ? channel.platform != "home" && channel.platform != "echo"
                           : std::find(request.name.begin(), request.name.end(), channel.name) !=
                                 request.name.end();
    if (!meant) continue;
    TRY(out.emplace_back(), entry_of(hub, custody, channel));
  }
  return out;
}

Result<std::vector<RegisterEntry>> channel_custodian(Hub& hub, const Actor&,
                                                     const CustodianRequest& request) {
  CHECK_OK(hub.channel(request.name));
  CustodyRegister custody(hub.store(), hub.clock());
  if (request.remove) {
    CHECK_OK(custody.remove_custodian(request.name, request.person));
  } else {
    CHECK_OK(custody.add_custodian(request.name, request.person));
  }
  return one_entry(hub, custody, request.name);
}

Result<std::vector<RegisterEntry>> channel_proof(Hub& hub, const Actor&,
                                                 const ProofRequest& request) {
  CHECK_OK(hub.channel(request.name));
  Micros at = hub.clock().now();
  if (!request.on.empty()) {
    const auto said = parse_day(request.on);
    if (!said)
      return fail(Fault::invalid, fmt::format("--on {}: this is not a day", request.on),
                  "Write it as 2026-12-31.");
    at = *said;
  }
  CustodyRegister custody(hub.store(), hub.clock());
  CHECK_OK(custody.prove(request.name, request.person, request.proof, at));
  return one_entry(hub, custody, request.name);
}

Result<std::vector<RegisterEntry>> channel_dependent(Hub& hub, const Actor&,
                                                     const DependentRequest& request) {
  CHECK_OK(hub.channel(request.name));
  CustodyRegister custody(hub.store(), hub.clock());
  CHECK_OK(custody.add_dependent(request.name, request.what));
  if (!request.moved.empty())
    CHECK_OK(custody.move_dependent(request.name, request.what, request.moved));
  return one_entry(hub, custody, request.name);
}

std::string register_in_words(const std::vector<RegisterEntry>& all) {
  std::string out;
  for (const RegisterEntry& entry : all) {
    if (!out.empty()) out += "\n";
    out += fmt::format("{}  {}, {}, {}\n", entry.channel, entry.network, word_of(entry.use),
                       entry.listed ? "listed" : "not listed");
    const auto line = [&](std::string_view what, std::string_view text) {
      if (!text.empty()) out += fmt::format("  {:<12} {}\n", what, text);
    };
    line("account", entry.url);
    line("also", fmt::format("{}", fmt::join(entry.also, ", ")));
    for (const CustodianView& one : entry.custodians)
      line("custodian", one.proven.empty() ? one.person
                                           : fmt::format("{}, logged in on {}: {}", one.person,
                                                         one.proven, one.proof));
    for (const DependentView& one : entry.dependents)
      line("needs it", one.moved.empty() ? one.what
                                         : fmt::format("{}, no longer since {}: {}", one.what,
                                                       one.moved, one.proof));
    line("rule", entry.rule);
    line("", entry.rule_from);
    line("log in by", entry.next_log_in);
    for (const std::string& warning : entry.warnings) line("!", warning);
  }
  return out.empty() ? "No account is registered: `carillon channel add`.\n" : out;
}

std::vector<Operation<Hub>> custody_operations() {
  return {
      operation<Hub>(
          {.name = "channel register",
           .method = "GET",
           .path = "/register",
           .needs = Permission::editor,
           .summary = "who can get into each account, and what hangs on it",
           .help = "Every account with its use, its custodians and their last proven log-in, what "
                   "needs the account, what the platform does with unused ones, and the day by "
                   "which somebody must log in.",
           .positional = {"name"}},
          &channel_register),
      operation<Hub>({.name = "channel custodian",
                      .method = "POST",
                      .path = "/register/{name}/custodians",
                      .summary = "note who can get into an account",
                      .positional = {"name", "person"}},
                     &channel_custodian),
      operation<Hub>({.name = "channel proof",
                      .method = "POST",
                      .path = "/register/{name}/proofs",
                      .needs = Permission::editor,
                      .summary = "note that a custodian logged in, which also keeps the name alive",
                      .positional = {"name", "person"},
                      .valued = {{"on", "DAY"}}},
                     &channel_proof),
      operation<Hub>({.name = "channel dependent",
                      .method = "POST",
                      .path = "/register/{name}/dependents",
                      .needs = Permission::editor,
                      .summary = "note what needs an account, or no longer does",
                      .positional = {"name", "what"},
                      .valued = {{"moved", "PROOF"}}},
                     &channel_dependent),
  };
}

}  // namespace carillon
