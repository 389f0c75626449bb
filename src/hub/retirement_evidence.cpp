#include "hub/retirement_evidence.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "hub/custody.hpp"
#include "hub/retiring.hpp"
#include "net/url.hpp"
#include "retire/archive_store.hpp"
#include "retire/links.hpp"
#include "retire/official.hpp"

namespace carillon {

namespace {

constexpr std::size_t custodians_needed = 2;

Evidence lacks(std::string what) {
  return {{}, {std::move(what)}};
}

Evidence seen(std::string what) {
  return {std::move(what), {}};
}

Evidence look_at_decision(Hub& hub, const PlanBasis& basis) {
  const auto good = in_force(basis.decision, day_of(hub.clock().now()));
  if (!good) return lacks(good.error().what + ". " + good.error().hint);
  const std::string record =
      basis.decision.record.empty() ? "" : fmt::format(", {}", basis.decision.record);
  return seen(fmt::format("decision {} of {}, {}{}", basis.decision.id, basis.decision.decided,
                          basis.decision.body, record));
}

Result<Evidence> look_at_archive(Hub& hub, const PlanBasis& basis) {
  const auto store = ArchiveStore::open(hub.workspace().data_dir(), false);
  const std::string fetch =
      "No archive of this account is here: fetch it, then `carillon archive "
      "import FILE`.";
  if (!store && store.error().fault == Fault::not_found) return lacks(fetch);
  if (!store) return tl::unexpected<Error>(store.error());
  TRY(const auto accounts, (*store)->accounts());
  std::vector<std::string> others;
  for (const PastAccountRow& account : accounts) {
    const std::string name =
        fmt::format("@{} on {}", account.handle, platform_rules(account.platform).title);
    const bool ours = account.platform == basis.rules.name &&
                      (basis.handle.empty() || lower_ascii(account.handle.substr(
                                                   0, account.handle.find('@'))) == basis.handle);
    if (!ours) {
      others.push_back(name);
      continue;
    }
    TRY(const bool whole, (*store)->whole(account.number));
    if (!whole)
      return lacks(
          fmt::format("The import of {} was not finished: `carillon archive import FILE` "
                      "goes on with it.",
                      name));
    TRY(const ArchiveCounts counts, (*store)->counts(account.number));
    return seen(counts.posts == 1
                    ? fmt::format("one post of {} is in the archive", name)
                    : fmt::format("{} posts of {} are in the archive", counts.posts, name));
  }
  return lacks(
      others.empty() ? fetch : fmt::format("{} There is only {}.", fetch, fmt::join(others, ", ")));
}

Result<Evidence> look_at_dependents(Hub& hub, const PlanBasis& basis) {
  CustodyRegister custody(hub.store(), hub.clock());
  TRY(const Custody known, custody.of(basis.channel.name));
  Evidence out =
      seen(known.dependents.empty() ? std::string("none noted")
                                    : fmt::format("{} noted, all moved", known.dependents.size()));
  for (const Dependent& one : known.dependents) {
    if (one.moved != 0) continue;
    out.missing.push_back(
        fmt::format("{0} still needs the account: move it, then `carillon "
                    "channel dependent {1} \"{0}\" --moved PROOF`.",
                    one.what, basis.channel.name));
  }
  return out;
}

Result<Evidence> look_at_custodians(Hub& hub, const PlanBasis& basis,
                                    const Retirement& retirement) {
  CustodyRegister custody(hub.store(), hub.clock());
  TRY(const Custody known, custody.of(basis.channel.name));
  // A log-in may be told by its day alone.
  const Micros since = retirement.started - retirement.started % day;
  std::vector<std::string> proven;
  for (const Custodian& one : known.custodians) {
    if (one.proven >= since) proven.push_back(one.person);
  }
  if (proven.size() >= custodians_needed)
    return seen(fmt::format("{} logged in", fmt::join(proven, " and ")));
  return lacks(
      fmt::format("{} of {} custodians showed since {} that they can get in{}: `carillon "
                  "channel proof {} NAME --proof …`.",
                  proven.size(), custodians_needed, day_of(since),
                  known.custodians.size() < custodians_needed
                      ? fmt::format(" ({} known)", known.custodians.size())
                      : "",
                  basis.channel.name));
}

// What stands between an announcement and being told on a channel.
std::optional<std::string> not_told(const std::vector<Delivery>& all, const Channel& channel,
                                    const std::string& slug) {
  for (const Delivery& one : all) {
    if (one.channel != channel.name) continue;
    if (one.rehearsed)
      return fmt::format(
          "{} was only rehearsed on {}: take `rehearsal: true` out of carillon.yaml "
          "and publish it.",
          slug, channel.name);
    if (one.state == DeliveryState::published) return std::nullopt;
    return fmt::format("{} is {} on {}: `carillon status {}` says what to do.", slug,
                       word_of(one.state), channel.name, slug);
  }
  return fmt::format("{} was not sent to {}: `carillon publish posts/{}.md --channel {}`.", slug,
                     channel.name, slug, channel.name);
}

Result<Evidence> look_at_post(Hub& hub, const std::string& slug,
                              const std::vector<Channel>& channels) {
  const auto row = hub.outbox().announcement(slug);
  if (!row && row.error().fault == Fault::not_found)
    return lacks(
        fmt::format("posts/{0}.md is not published: `carillon publish posts/{0}.md`.", slug));
  if (!row) return tl::unexpected<Error>(row.error());
  TRY(const auto deliveries, hub.outbox().deliveries(row->id));
  Evidence out;
  std::vector<std::string> where;
  for (const Channel& channel : channels) {
    if (auto open = not_told(deliveries, channel, slug)) out.missing.push_back(std::move(*open));
  }
  for (const Delivery& one : deliveries) {
    if (one.state == DeliveryState::unconfirmed)
      out.missing.push_back(
          fmt::format("On {} it is in doubt: `carillon resolve {}` with --url or --absent.",
                      one.channel, one.id));
    if (one.state == DeliveryState::published)
      where.push_back(one.receipts.empty() || one.receipts.front().url.empty()
                          ? one.channel
                          : one.receipts.front().url);
  }
  out.found = fmt::format("told at {}", fmt::join(where, ", "));
  return out;
}

Result<Evidence> look_at_farewell(Hub& hub, const PlanBasis& basis) {
  std::vector<Channel> channels;
  for (const Channel& channel : hub.workspace().channels) {
    const bool itself = channel.name == basis.channel.name && channel.use == Use::broadcast;
    if (channel.use == Use::home || itself) channels.push_back(channel);
  }
  return look_at_post(hub, farewell_slug(basis.channel.name), channels);
}

Result<Evidence> look_at_report(Hub& hub, const PlanBasis& basis) {
  std::vector<Channel> homes;
  for (const Channel& channel : hub.workspace().channels) {
    if (channel.use == Use::home) homes.push_back(channel);
  }
  return look_at_post(hub, report_slug(basis.channel.name), homes);
}

// The host of the home is enough: profiles shorten addresses.
Result<Evidence> look_at_profile(Hub& hub, const PlanBasis& basis) {
  TRY(const Profile profile, hub.profile(basis.channel.name));
  TRY(const Url home, parse_url(basis.home));
  if (profile.text.find(home.host) == std::string::npos)
    return lacks(fmt::format("The profile does not name {} yet.", home.host));
  return seen(profile.pinned.empty()
                  ? fmt::format("the profile names {}; no post is pinned", home.host)
                  : fmt::format("the profile names {}; pinned: {}", home.host,
                                fmt::join(profile.pinned, ", ")));
}

// "https://example.org/@news" and "https://example.org/users/news" are @news@example.org; on a
// server whose names are of another domain the name alone must do.
bool is_account(const std::string& address, const std::string& account) {
  const auto parts = split(account, '@');
  const std::string& name = parts.size() >= 3 ? parts[1] : parts.back();
  const std::string last = address.substr(address.rfind('/') + 1);
  const std::string plain = last.starts_with('@') ? last.substr(1) : last;
  return lower_ascii(plain.substr(0, plain.find('@'))) == lower_ascii(name);
}

Result<Evidence> look_at_move(Hub& hub, const PlanBasis& basis) {
  TRY(const Profile profile, hub.profile(basis.channel.name));
  if (profile.moved_to.empty()) return lacks("The server does not say yet that the account moved.");
  if (!is_account(profile.moved_to, basis.move_to))
    return lacks(fmt::format("The server says that the account moved to {}, not to {}.",
                             profile.moved_to, basis.move_to));
  return seen(fmt::format("the server says that it moved to {}", profile.moved_to));
}

constexpr std::int64_t lines_shown = 5;

// What is left to remove in one source or on one site, added to `out`; how many lines.
Result<std::int64_t> look_in(Hub& hub, const PlanBasis& basis, const std::string& root,
                             const std::string& name, Evidence& out) {
  DelistScanRequest request;
  request.channel = {basis.channel.name};
  request.path = {root};
  const Actor looks{.name = "carillon", .holds = Permission::admin, .local = true};
  const auto scanned = delist_scan(hub, looks, request);
  if (!scanned) {
    out.missing.push_back(fmt::format("{} could not be read: {}", name, scanned.error().what));
    return 0;
  }
  std::int64_t left = 0;
  for (const Reference& one : scanned->findings) {
    if (one.action != Action::delist || !reaches(basis.decision, one.scope)) continue;
    if (++left <= lines_shown)
      out.missing.push_back(fmt::format("{}: {}:{} still points to it.", name, one.path, one.line));
  }
  if (left > lines_shown)
    out.missing.push_back(fmt::format("{}: {} more lines as well.", name, left - lines_shown));
  for (const std::string& path : scanned->unread)
    out.missing.push_back(fmt::format("{}: {} could not be read.", name, path));
  return left;
}

// Sources first: a site that is not published yet would only repeat them.
Result<Evidence> look_at_sites(Hub& hub, const PlanBasis& basis) {
  Evidence out;
  std::int64_t left = 0;
  std::vector<std::string> names;
  for (const OwnSite& site : hub.workspace().config.sites) {
    if (site.source.empty()) continue;
    const auto root = (hub.workspace().dir / site.source).lexically_normal();
    TRY(const std::int64_t here, look_in(hub, basis, root.string(), site.source, out));
    left += here;
    names.push_back(site.source);
  }
  for (const OwnSite& site : hub.workspace().config.sites) {
    if (left > 0 || site.url.empty()) continue;
    TRY(const std::int64_t here, look_in(hub, basis, site.url, site.url, out));
    left += here;
    names.push_back(site.url);
  }
  out.found = fmt::format("searched {}: nothing left to remove", fmt::join(names, ", "));
  return out;
}

Result<Evidence> look_at_use(Hub& hub, const PlanBasis& basis) {
  TRY(const auto all, hub.outbox().deliveries(""));
  Evidence out = seen(fmt::format("carillon.yaml says {}", word_of(basis.decision.to)));
  for (const Delivery& one : all) {
    if (one.channel != basis.channel.name || is_settled(one.state)) continue;
    out.missing.push_back(
        fmt::format("Delivery {} still waits for this channel: let it go, or "
                    "`carillon resolve {} --cancel`.",
                    one.id, one.id));
  }
  return out;
}

Result<Evidence> look_at_keeping(Hub& hub, const PlanBasis& basis) {
  CustodyRegister custody(hub.store(), hub.clock());
  TRY(const Custody known, custody.of(basis.channel.name));
  const Micros last = last_proven(known);
  if (last == 0)
    return lacks(fmt::format("No log-in is known: `carillon channel proof {} NAME --proof …`.",
                             basis.channel.name));
  const Micros next = next_keep_alive(known, basis.rules);
  if (next != 0 && next < hub.clock().now())
    return lacks(fmt::format("The last log-in was on {}; one is overdue since {}.", day_of(last),
                             day_of(next)));
  return seen(next == 0
                  ? fmt::format("last log-in on {}", day_of(last))
                  : fmt::format("last log-in on {}, the next by {}", day_of(last), day_of(next)));
}

}  // namespace

Result<PlanBasis> plan_basis(Hub& hub, const std::string& name, const Decision& decision,
                             const std::string& move_to) {
  TRY(const Speaker* speaker, hub.speaker(name));
  PlanBasis out;
  out.channel = speaker->channel;
  TRY(out.rules, rules_of(hub, name));
  out.decision = decision;
  if (const auto account = account_at(out.channel.url))
    out.handle = account->handle.substr(0, account->handle.find('@'));
  out.scannable = accounts_of(out.channel).has_value();
  out.home = hub.workspace().config.organisation.url;
  out.server_asked = speaker->adapter->tells_profile() && !out.home.empty();
  out.has_sites = !hub.workspace().config.sites.empty();
  for (const Channel& channel : hub.workspace().channels) {
    if (channel.use == Use::home) out.home_channel = channel.name;
  }
  out.move_to = move_to;
  return out;
}

Result<Evidence> look_at(Hub& hub, const PlanBasis& basis, const Retirement& retirement,
                         const PlanStep& step) {
  if (step.key == "decision") return look_at_decision(hub, basis);
  if (step.key == "dependents") return look_at_dependents(hub, basis);
  if (step.witness == Witness::person) return Evidence{};
  if (step.key == "archive") return look_at_archive(hub, basis);
  if (step.key == "custodians") return look_at_custodians(hub, basis, retirement);
  if (step.key == "farewell") return look_at_farewell(hub, basis);
  if (step.key == "profile") return look_at_profile(hub, basis);
  if (step.key == "move") return look_at_move(hub, basis);
  if (step.key == "delist" || step.key.starts_with("look-")) return look_at_sites(hub, basis);
  if (step.key == "use") return look_at_use(hub, basis);
  if (step.key == "keep") return look_at_keeping(hub, basis);
  if (step.key == "report") return look_at_report(hub, basis);
  return fail(Fault::internal, fmt::format("nobody looks at the step {}", step.key));
}

}  // namespace carillon
