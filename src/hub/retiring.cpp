#include "hub/retiring.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "hub/workspace.hpp"
#include "retire/links.hpp"
#include "retire/scan.hpp"
#include "retire/scan_report.hpp"
#include "retire/scan_site.hpp"

namespace carillon {

namespace {

Result<void> check_local(const Actor& actor) {
  if (actor.local) return {};
  return fail(Fault::denied, "a scan reads the files of the machine it runs on",
              "Run `carillon delist scan` on the machine that has them.");
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
      "What points to {} in {}{}{}: {} read.", fmt::join(names, ", "),
      request.path.empty() ? "this folder" : fmt::format("{}", fmt::join(request.path, ", ")),
      request.commit.empty() ? "" : " at ", request.commit,
      files_and_pages(scanned.files, scanned.pages));
  return replace_file(request.html, findings_as_page(scanned.findings, about));
}

std::function<void(std::uint64_t, std::uint64_t)> told_of(const Actor& actor) {
  if (!actor.advances) return {};
  return [&actor](std::uint64_t done, std::uint64_t of) { actor.advances("pages", done, of); };
}

bool is_address(std::string_view root) {
  return root.find("://") != std::string_view::npos;
}

Result<std::int64_t> number(const std::string& said, std::string_view flag, std::int64_t otherwise,
                            std::int64_t most) {
  if (said.empty()) return otherwise;
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), out);
  if (error == std::errc{} && end == said.data() + said.size() && out >= 0 && out <= most)
    return out;
  return fail(Fault::invalid,
              fmt::format("--{} {}: this is no number from 0 to {}", flag, said, most));
}

Result<CrawlOptions> crawl_options(const DelistScanRequest& request, const std::string& site) {
  CrawlOptions out;
  out.from = {site};
  out.hosts = request.host;
  TRY(const auto pages, number(request.pages, "pages", limits::crawl_pages, 100'000));
  TRY(const auto depth, number(request.depth, "depth", limits::crawl_depth, 1000));
  TRY(const auto delay, number(request.delay, "delay", limits::crawl_delay_ms, 600'000));
  TRY(const auto minutes, number(request.minutes, "minutes", limits::crawl_minutes, 10'000));
  out.pages = static_cast<std::size_t>(std::max<std::int64_t>(pages, 1));
  out.depth = static_cast<std::size_t>(depth);
  out.delay = delay * 1000;
  out.at_most = minutes * minute;
  return out;
}

Result<void> add_site(const Scanner& scanner, const CrawlTools& tools,
                      const DelistScanRequest& request, const std::string& site,
                      DelistScanned& out) {
  if (!request.commit.empty())
    return fail(Fault::invalid, fmt::format("{}: a web site has no commits", site),
                "Leave --commit out, or name the repository.");
  TRY(const CrawlOptions options, crawl_options(request, site));
  TRY(auto part, scan_site(scanner, tools, options));
  out.pages += part.crawl.pages;
  out.bytes += part.crawl.bytes;
  std::move(part.findings.begin(), part.findings.end(), std::back_inserter(out.findings));
  std::move(part.crawl.unread.begin(), part.crawl.unread.end(), std::back_inserter(out.unread));
  std::move(part.crawl.left.begin(), part.crawl.left.end(), std::back_inserter(out.left));
  return {};
}

Result<DelistScanned> scan(const std::vector<AccountName>& accounts,
                           const DelistScanRequest& request, const CrawlTools& tools) {
  if (accounts.empty())
    return fail(Fault::invalid, "whose references? No account is named",
                "Say --handle x:NAME, or --channel NAME in a workspace.");
  const Scanner scanner(accounts);
  DelistScanned out;
  std::vector<std::string> roots = request.path;
  if (roots.empty()) roots.emplace_back(".");
  for (const std::string& root : roots) {
    if (is_address(root)) {
      CHECK_OK(add_site(scanner, tools, request, root, out));
      continue;
    }
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

}  // namespace

Result<std::vector<AccountName>> named_accounts(const std::vector<std::string>& handles) {
  std::vector<AccountName> out;
  for (const std::string& text : handles) {
    TRY(out.emplace_back(), parse_account(text));
  }
  return out;
}

Result<std::vector<AccountName>> accounts_of(const Channel& channel) {
  const auto own = account_at(channel.url);
  if (!own || find_network(own->platform) == nullptr)
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
    auto named = other_account(*own, other);
    if (!named)
      return tl::unexpected<Error>(
          within(fmt::format("channel {}: also", channel.name), named.error()));
    out.push_back(std::move(*named));
  }
  return out;
}

Result<DelistScanned> delist_scan(Hub& hub, const Actor& actor, const DelistScanRequest& request) {
  CHECK_OK(check_local(actor));
  TRY(auto accounts, named_accounts(request.handle));
  for (const std::string& name : request.channel) {
    TRY(const Channel channel, hub.channel(name));
    TRY(const auto own, accounts_of(channel));
    accounts.insert(accounts.end(), own.begin(), own.end());
  }
  return scan(
      accounts, request,
      {hub.http(), hub.clock(), [&hub](Micros time) { return hub.pause(time); }, told_of(actor)});
}

Result<DelistScanned> delist_scan_without_workspace(const Actor& actor,
                                                    const DelistScanRequest& request,
                                                    const std::string& contact) {
  CHECK_OK(check_local(actor));
  TRY(const auto accounts, named_accounts(request.handle));
  HttpClient http(HttpClientOptions{.contact_url = contact});
  const SystemClock clock;
  Pulse pulse;
  const auto wait = [&](Micros time) {
    const Micros until = clock.now() + time;
    for (Micros now = clock.now(); now < until; now = clock.now()) pulse.wait(until - now);
    return true;
  };
  return scan(accounts, request, {http, clock, wait, told_of(actor)});
}

std::string scanned_in_words(const DelistScanned& scanned) {
  std::string out = findings_in_words(scanned.findings, scanned.files, scanned.pages);
  return out + unread_in_words(scanned);
}

std::string unread_in_words(const DelistScanned& scanned) {
  std::string out;
  if (!scanned.unread.empty())
    out += fmt::format("Not read, so not known: {}\n", fmt::join(scanned.unread, ", "));
  for (const LeftOut& left : scanned.left)
    out += fmt::format("Left out: {} where {} ({}{})\n", left.count, left.why,
                       left.count > 1 ? "such as " : "", left.example);
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
       .help =
           "Finds every reference to the accounts in folders, in a commit of a repository or on "
           "live web sites, their front ends and networks that are gone among them, and says "
           "of each what it is, what is to be done and why. Sites are read by their sitemap "
           "and their links, within their own host, as robots.txt allows and with a pause "
           "between two requests. Changes nothing. With --json it prints one object a line.",
       .positional = {"path"},
       .valued = {{"channel", "NAME"},
                  {"handle", "PLATFORM:NAME"},
                  {"commit", "REV"},
                  {"sarif", "FILE"},
                  {"html", "FILE"},
                  {"pages", "N"},
                  {"depth", "N"},
                  {"delay", "MS"},
                  {"minutes", "N"}}},
      &delist_scan)};
}

}  // namespace carillon
