#include "hub/directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/ask.hpp"
#include "retire/links.hpp"

namespace carillon {

namespace {

// Where pages that name accounts usually are.
constexpr std::array<std::string_view, 14> telling{
    "about", "contact", "community", "connect", "social",  "follow", "team",
    "help",  "support", "channels",  "join",    "involve", "links",  "press"};
constexpr std::size_t few_pages = 25;  // of each site

bool tells(const Url& url) {
  const std::string path = lower_ascii(url.path);
  return path == "/" || std::any_of(telling.begin(), telling.end(), [&](std::string_view word) {
           return path.find(word) != std::string::npos;
         });
}

std::vector<std::string> sites_of(Hub& hub, const ChannelVerifyRequest& request) {
  if (!request.site.empty()) return request.site;
  const Config& config = hub.workspace().config;
  std::vector<std::string> out;
  for (const OwnSite& site : config.sites) {
    if (!site.url.empty()) out.push_back(site.url);
  }
  const std::string& home = config.organisation.url;
  if (!home.empty() && std::find(out.begin(), out.end(), home) == out.end()) out.push_back(home);
  return out;
}

CrawlOptions options_of(const std::vector<std::string>& sites, bool all, Trust trust) {
  CrawlOptions out;
  out.trust = trust;
  for (const std::string& site : sites) {
    std::string base = site;
    while (base.ends_with('/')) base.pop_back();
    out.from.push_back(base + "/");
    for (const char* page : {"/about", "/contact", "/community"}) {
      if (!all) out.from.push_back(base + page);
    }
  }
  if (all) return out;
  out.pages = few_pages * sites.size();
  out.depth = 1;
  out.sitemaps = false;
  out.wanted = tells;
  return out;
}

std::vector<OfficialChannel> official(Hub& hub) {
  std::vector<OfficialChannel> out;
  for (const Channel& channel : hub.workspace().channels)
    out.push_back({channel, hub.network_of(channel.name, channel.platform)});
  return out;
}

std::string host_of(std::string_view address) {
  const auto url = parse_url(address);
  if (!url) return {};
  return url->host.starts_with("www.") ? url->host.substr(4) : url->host;
}

bool is_of_a_site(std::string_view address, const std::vector<std::string>& sites) {
  const std::string host = host_of(address);
  return std::any_of(sites.begin(), sites.end(),
                     [&](const std::string& site) { return host_of(site) == host; });
}

// "bells.example.org" is below the site "example.org", or the site is below it.
bool is_domain_of_a_site(const std::string& handle, const std::vector<std::string>& sites) {
  return std::any_of(sites.begin(), sites.end(), [&](const std::string& site) {
    const std::string host = host_of(site);
    return host == handle || handle.ends_with("." + host) || host.ends_with("." + handle);
  });
}

// What the accounts' side says.
class Proofs {
 public:
  Proofs(Hub& hub, std::vector<std::string> sites, ChannelVerified& out)
      : hub_(hub), sites_(std::move(sites)), out_(out) {}

  void check(const OfficialChannel& official) {
    const Channel& channel = official.channel;
    const auto account = account_at(channel.url);
    if (!account || !channel.listed || channel.use != Use::broadcast) return;
    if (account->platform == "mastodon") check_mastodon(official, account->handle);
    if (account->platform == "bluesky") check_bluesky(official, account->handle);
  }

 private:
  void unproved(const OfficialChannel& official, std::string message) {
    ChannelFinding finding;
    finding.wrong = Wrong::unproved;
    finding.platform = official.title;
    finding.channel = official.channel.name;
    finding.expected = official.channel.url;
    finding.message = std::move(message);
    out_.findings.push_back(std::move(finding));
  }

  bool answered(const OfficialChannel& official, const AskedName& asked) {
    if (asked.state == NameState::unknown)
      out_.unread.push_back(fmt::format("{}: {}", official.channel.name, asked.why));
    else if (asked.state == NameState::free)
      unproved(official, "the server knows no such account: check the channel's url");
    return asked.state == NameState::taken;
  }

  void check_mastodon(const OfficialChannel& official, const std::string& name) {
    const auto url = parse_url(official.channel.url);
    if (!url) return;
    const AskedName asked =
        ask_mastodon(hub_.http(), url->origin(), name.substr(0, name.find('@')), Trust::admin);
    if (!answered(official, asked)) return;
    if (!asked.moved.empty())
      return unproved(official, fmt::format("the account says that it moved to {}", asked.moved));
    const bool proved =
        std::any_of(asked.verified.begin(), asked.verified.end(),
                    [&](const std::string& address) { return is_of_a_site(address, sites_); });
    if (!proved)
      unproved(official,
               "its profile shows no verified link to your site: put the site's address into a "
               "field of the profile, and rel=\"me\" on the site's link");
  }

  void check_bluesky(const OfficialChannel& official, const std::string& name) {
    if (name.starts_with("did:")) return;
    if (name.ends_with(".bsky.social") || !is_domain_of_a_site(name, sites_))
      return unproved(official,
                      fmt::format("the handle {} is not the domain of your site: a domain as "
                                  "handle is Bluesky's proof",
                                  name));
    const json::value* server = official.channel.settings.if_contains("server");
    const std::string origin = server != nullptr && server->is_string()
                                   ? std::string(server->get_string())
                                   : std::string(bluesky_origin);
    const bool whole = origin.find("://") != std::string::npos;
    static_cast<void>(answered(
        official,
        ask_bluesky(hub_.http(), whole ? origin : "https://" + origin, name, Trust::admin)));
  }

  Hub& hub_;
  std::vector<std::string> sites_;
  ChannelVerified& out_;
};

int verified_code(const ChannelVerified& verified) {
  return verified.findings.empty() ? 0 : 1;
}

}  // namespace

Result<std::vector<SnippetPiece>> channel_snippet(Hub& hub, const Actor&,
                                                  const ChannelSnippetRequest& request) {
  TRY(const SiteView view, hub.view());
  return snippet_of(view, request.generator);
}

Result<ChannelVerified> channel_verify(Hub& hub, const Actor& actor,
                                       const ChannelVerifyRequest& request) {
  CrawlTools tools{hub.http(), hub.clock(), [&hub](Micros time) { return hub.pause(time); }, {}};
  if (actor.advances)
    tools.told = [&actor](std::uint64_t done, std::uint64_t of) {
      actor.advances("pages", done, of);
    };
  return verify_channels(hub, actor, request, tools);
}

Result<ChannelVerified> verify_channels(Hub& hub, const Actor& actor,
                                        const ChannelVerifyRequest& request,
                                        const CrawlTools& tools) {
  ChannelVerified out;
  out.sites = sites_of(hub, request);
  if (out.sites.empty())
    return fail(Fault::invalid, "no site is known",
                "Write `sites: [{url: \"https://…\"}]` into carillon.yaml, or say --site.");
  const bool typed = !request.site.empty();
  const CrawlOptions options =
      options_of(out.sites, request.all, typed && !actor.local ? Trust::foreign : Trust::admin);
  std::vector<ShownAccount> shown;
  TRY(CrawlReport report, crawl(tools, options, [&](const CrawledPage& page) {
        const auto found = shown_accounts(page.url, page.body);
        shown.insert(shown.end(), found.begin(), found.end());
      }));
  out.pages = report.pages;
  out.unread = std::move(report.unread);
  out.left = std::move(report.left);
  const auto channels = official(hub);
  out.findings = compare(channels, shown);
  Proofs proofs(hub, sites_of(hub, {}), out);
  for (const OfficialChannel& channel : channels) proofs.check(channel);
  return out;
}

std::vector<Operation<Hub>> directory_operations() {
  return {
      operation<Hub>(
          {.name = "channel snippet",
           .method = "GET",
           .path = "/channel-snippet",
           .needs = Permission::author,
           .summary = "the list of official channels as a piece for your site",
           .help = "Prints what a site needs to show the channels that are listed and in use, "
                   "with rel=me: a list in HTML or Markdown, JSON-LD, or the data and the template "
                   "for Hugo, Jekyll, Eleventy, MkDocs or Sphinx.",
           .valued = {{"generator", "FORMAT"}},
           .flagged = {{"generator", "for"}}},
          &channel_snippet),
      operation<Hub>(
          {.name = "channel verify",
           .method = "POST",
           .path = "/channel-verifications",
           .summary = "check that your sites show the right accounts",
           .help = "Reads the pages of your sites that usually name accounts and reports what is "
                   "wrong: addresses that lead nowhere or to somebody else, two accounts of one "
                   "platform, channels that are retired but shown, or official and missing, and "
                   "accounts that do not prove that they are yours. Ends with 1 when something is "
                   "wrong.",
           .valued = {{"site", "URL"}}},
          &channel_verify, &verified_code)};
}

}  // namespace carillon
