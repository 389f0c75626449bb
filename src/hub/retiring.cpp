#include "hub/retiring.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "hub/workspace.hpp"
#include "retire/scan.hpp"
#include "retire/scan_report.hpp"

namespace carillon {

namespace {

Result<void> check_local(const Actor& actor) {
  if (actor.local) return {};
  return fail(Fault::denied, "a scan reads the files of the machine it runs on",
              "Run `carillon delist scan` on the machine that has them.");
}

Result<std::vector<AccountName>> named(const DelistScanRequest& request) {
  std::vector<AccountName> out;
  for (const std::string& text : request.handle) {
    TRY(out.emplace_back(), parse_account(text));
  }
  return out;
}

Result<void> write_reports(const DelistScanRequest& request, const DelistScanned& scanned,
                           const std::vector<AccountName>& accounts) {
  if (!request.sarif.empty())
    CHECK_OK(replace_file(request.sarif, write_pretty(findings_as_sarif(scanned.findings))));
  if (request.html.empty()) return {};
  std::vector<std::string> names;
  for (const AccountName& account : accounts)
    names.push_back(fmt::format("{} on {}", account.handle, find_network(account.platform)->title));
  const std::string about = fmt::format(
      "What points to {} in {}{}{}: {} files read.", fmt::join(names, ", "),
      request.path.empty() ? "this folder" : fmt::format("{}", fmt::join(request.path, ", ")),
      request.commit.empty() ? "" : " at ", request.commit, scanned.files);
  return replace_file(request.html, findings_as_page(scanned.findings, about));
}

Result<DelistScanned> scan(const std::vector<AccountName>& accounts,
                           const DelistScanRequest& request) {
  if (accounts.empty())
    return fail(Fault::invalid, "whose references? No account is named",
                "Say --handle x:NAME, or --channel NAME in a workspace.");
  const Scanner scanner(accounts);
  DelistScanned out;
  std::vector<std::string> roots = request.path;
  if (roots.empty()) roots.emplace_back(".");
  for (const std::string& root : roots) {
    if (root.find("://") != std::string::npos)
      return fail(Fault::invalid, fmt::format("{}: web sites cannot be scanned yet", root),
                  "Scan the folder or repository that the site is made from.");
    TRY(auto part, request.commit.empty() ? scan_tree(scanner, root)
                                          : scan_commit(scanner, root, request.commit));
    out.files += part.files;
    out.bytes += part.bytes;
    const std::string before = roots.size() > 1 ? root + (root.ends_with("/") ? "" : "/") : "";
    for (Reference& finding : part.findings) {
      finding.path.insert(0, before);
      out.findings.push_back(std::move(finding));
    }
    for (const std::string& path : part.unread) out.unread.push_back(before + path);
  }
  CHECK_OK(write_reports(request, out, accounts));
  return out;
}

// The account that an address names.
std::optional<AccountName> account_at(std::string_view address) {
  const std::string plain = plain_line(address);
  for (const Network& network : networks()) {
    const auto links = links_in(plain, network);
    const auto link = std::find_if(links.begin(), links.end(),
                                   [](const Link& one) { return one.kind == LinkKind::account; });
    if (link != links.end()) return AccountName{std::string(network.name), link->name};
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<AccountName>> accounts_of(const Channel& channel) {
  auto own = account_at(channel.url);
  if (!own)
    return fail(
        Fault::invalid,
        channel.url.empty()
            ? fmt::format("channel {} has no address, so nothing can point to it", channel.name)
            : fmt::format("channel {}: {} is no account's address on a platform that can be "
                          "looked for",
                          channel.name, channel.url),
        fmt::format("Set it with `carillon channel set {} url=https://x.com/NAME`, or name "
                    "the account with --handle x:NAME.",
                    channel.name));
  std::vector<AccountName> out{*own};
  for (const std::string& other : channel.also) {
    if (auto elsewhere = account_at(other)) {
      out.push_back(std::move(*elsewhere));
      continue;
    }
    const std::string whole =
        other.find(':') == std::string::npos ? own->platform + ":" + other : other;
    auto named = parse_account(whole);
    if (!named)
      return tl::unexpected<Error>(
          within(fmt::format("channel {}: also", channel.name), named.error()));
    out.push_back(std::move(*named));
  }
  return out;
}

Result<DelistScanned> delist_scan(Hub& hub, const Actor& actor, const DelistScanRequest& request) {
  CHECK_OK(check_local(actor));
  TRY(auto accounts, named(request));
  for (const std::string& name : request.channel) {
    TRY(const Channel channel, hub.channel(name));
    TRY(const auto own, accounts_of(channel));
    accounts.insert(accounts.end(), own.begin(), own.end());
  }
  return scan(accounts, request);
}

Result<DelistScanned> delist_scan_without_workspace(const Actor& actor,
                                                    const DelistScanRequest& request) {
  CHECK_OK(check_local(actor));
  TRY(const auto accounts, named(request));
  return scan(accounts, request);
}

std::string scanned_in_words(const DelistScanned& scanned) {
  std::string out = findings_in_words(scanned.findings, scanned.files);
  if (!scanned.unread.empty())
    out += fmt::format("Not read, so not known: {}\n", fmt::join(scanned.unread, ", "));
  return out;
}

std::string scanned_as_lines(const DelistScanned& scanned) {
  return findings_as_lines(scanned.findings);
}

std::vector<Operation<Hub>> retiring_operations() {
  return {operation<Hub>(
      {.name = "delist scan",
       .method = "",
       .path = "",
       .needs = Permission::admin,
       .summary = "find what still points to an account",
       .help = "Finds every reference to the accounts in folders or in a commit of a repository, "
               "their front ends and networks that are gone among them, and says of each what it "
               "is, what is to be done and why. Changes nothing. With --json it prints one object "
               "a line.",
       .positional = {"path"},
       .valued = {{"channel", "NAME"},
                  {"handle", "PLATFORM:NAME"},
                  {"commit", "REV"},
                  {"sarif", "FILE"},
                  {"html", "FILE"}}},
      &delist_scan)};
}

}  // namespace carillon
