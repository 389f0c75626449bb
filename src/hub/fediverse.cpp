#include "hub/fediverse.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <tuple>

#include "base/log.hpp"
#include "federation/authorized_fetch.hpp"
#include "federation/gone.hpp"
#include "federation/limits.hpp"
#include "federation/polls.hpp"
#include "federation/quotes.hpp"
#include "federation/replies.hpp"
#include "federation/rows.hpp"
#include "federation/telling.hpp"
#include "federation/ties.hpp"
#include "federation/webmention.hpp"
#include "home/body.hpp"
#include "hub/blocking.hpp"
#include "net/url.hpp"
#include "publish/pins.hpp"
#include "store/allowance.hpp"

namespace carillon {

namespace {

constexpr const char* key_field = "fediverse_key";
constexpr std::int64_t hosts_shown = 100;
constexpr std::size_t profile_links = 4;  // Mastodon shows no more

const Channel* home_of(const Hub& hub) {
  for (const Channel& channel : hub.workspace().channels) {
    if (channel.use == Use::home && channel.platform == "home") return &channel;
  }
  return nullptr;
}

// The same key as long as there is an account: other servers keep it and refuse another.
Result<PrivateKey> key_of(Hub& hub, const std::string& channel) {
  auto kept = hub.vault().get(channel, key_field);
  if (!kept && kept.error().fault == Fault::not_found) {
    TRY(const PrivateKey made, PrivateKey::make(Signing::rs256));
    CHECK_OK(hub.vault().put(channel, key_field, made.pem()));
    kept = hub.vault().get(channel, key_field);
  }
  if (!kept) return tl::unexpected(kept.error());
  return PrivateKey::from_pem(*kept);
}

// Handle and host of the account.
std::pair<std::string, std::string> name_of(const HomeSettings& settings, const std::string& home) {
  const std::size_t at = settings.handle.find('@');
  if (at != std::string::npos)
    return {settings.handle.substr(0, at), settings.handle.substr(at + 1)};
  const auto url = parse_url(home);
  return {settings.handle, url ? url->origin().substr(url->scheme.size() + 3) : ""};
}

FediAccount account_of(const SiteView& view, const HomeSettings& settings, const PrivateKey& key) {
  FediAccount out;
  const Organisation& organisation = view.organisation;
  out.home = organisation.url;
  std::tie(out.handle, out.host) = name_of(settings, organisation.url);
  out.name = organisation.name;
  out.about = organisation.description;
  out.language = organisation.language;
  if (!view.logo.empty()) out.icon = organisation.url + view.logo;
  out.public_key = key.public_pem();
  for (const SiteChannel& one : view.channels) {
    const bool shown = one.channel.use == Use::broadcast && !one.channel.url.empty();
    if (shown && out.links.size() < profile_links)
      out.links.push_back({one.platform, one.channel.url});
  }
  return out;
}

FediPost post_of(const SiteView& view, const SitePost& post) {
  const Draft& draft = post.announcement.draft;
  const std::string& home = view.organisation.url;
  const auto url = parse_url(home);
  FediPost out;
  out.announcement = post.announcement.id;
  out.revision = post.announcement.revision;
  out.url = post.announcement.permalink;
  out.title = draft.title;
  out.html = body_html(join_parts(post.text.empty() ? draft.body : post.text),
                       {.origin = url ? url->origin() : home,
                        .page = out.url,
                        .resolve = true,
                        .bare = true,
                        .few_tags = true})
                 .str();
  out.link = draft.link;
  out.language = draft.language.empty() ? view.organisation.language : draft.language;
  for (const std::string& tag : draft.tags)
    out.tags.push_back({tag, home + "/tags/" + percent_encode(tag_segment(tag)) + "/"});
  for (const SitePicture& picture : post.pictures)
    out.pictures.push_back(
        {home + picture.path, picture.mime, picture.alt, picture.width, picture.height});
  out.warning = draft.warning;
  if (!post.answers.actor.empty())
    out.answers = {draft.answers, post.answers.actor, post.answers.author};
  out.published = post.published;
  out.updated = post.updated;
  if (draft.poll) out.poll = {draft.poll->options, draft.poll->several, post.tally.closes};
  return out;
}

FediNumbers numbers_of(Hub& hub) {
  return {.followers = [&hub] { return hub.store().read(fedi_rows::followers); },
          .of_post =
              [&hub](const std::string& url) {
                return hub.store().read([&](Db& db) { return fedi_rows::counts(db, url); });
              },
          .ties = [&hub] { return hub.store().read(fedi_rows::ties); },
          .pinned = [&hub] { return hub.store().read(pinned); },
          .tally =
              [&hub](const std::string& url) {
                return hub.store().read([&](Db& db) { return fedi_rows::tally(db, url); });
              }};
}

// The log of SQLite, which is written at each commit, whichever program makes it.
std::string commits_of(Hub& hub) {
  const Workspace& workspace = hub.workspace();
  return hub.store().is_postgres()
             ? std::string()
             : store_url(workspace.config.store.url, workspace.dir.string()) + "-wal";
}

// Another after each change of the file; 0 where it cannot be told.
std::uint64_t mark_of(const std::string& file) {
  struct stat found {};
  if (file.empty() || ::stat(file.c_str(), &found) != 0) return 0;
  const auto moment = static_cast<std::uint64_t>(found.st_mtim.tv_sec) * 1'000'000'000U +
                      static_cast<std::uint64_t>(found.st_mtim.tv_nsec);
  return moment ^ static_cast<std::uint64_t>(found.st_size) << 1U;
}

std::optional<HttpAnswer> answer_object(const Fediverse& fediverse, const InboxHouse& house,
                                        AnswerCache& given, const HttpQuery& query) {
  const FediSite& site = fediverse.site;
  const AnswerCache::Date date = given.date(house.access.clock.now());
  // The account tells where it moves and what is pinned. A command beside this program says so, and
  // whoever was told asks at once.
  const std::string address = site.address_of(query.path);
  const bool account = address == site.account().id() || address == site.account().featured();
  const bool told_of = !fediverse.commits.empty() && date.mark != 0;
  const bool open = !fediverse.authorized_fetch || is_open_to_all(site, query.path);
  if (!open || (account && !told_of)) return site.answer(query);
  auto made = site.answer(without_conditions(query));
  if (!made) return std::nullopt;
  return given.keep(query, std::move(*made), date);
}

}  // namespace

Result<std::optional<HomeSettings>> home_settings(const Hub& hub) {
  const Channel* home = home_of(hub);
  if (home == nullptr || hub.workspace().config.rehearsal) return std::nullopt;
  TRY(auto settings, from_json<HomeSettings>(home->settings));
  return std::optional(std::move(settings));
}

Result<std::optional<HomeSettings>> fediverse_settings(const Hub& hub) {
  TRY(auto settings, home_settings(hub));
  if (settings && settings->handle.empty()) return std::nullopt;
  return settings;
}

Result<std::optional<FediAccount>> fediverse_names(const Hub& hub) {
  TRY(const auto settings, fediverse_settings(hub));
  FediAccount out;
  out.home = hub.workspace().config.organisation.url;
  if (!settings || out.home.empty()) return std::nullopt;
  std::tie(out.handle, out.host) = name_of(*settings, out.home);
  return out;
}

Result<std::shared_ptr<const Fediverse>> fediverse_of(Hub& hub, const SiteView& view) {
  TRY(const auto settings, fediverse_settings(hub));
  if (!settings || view.organisation.url.empty()) return nullptr;
  TRY(const PrivateKey key, key_of(hub, home_of(hub)->name));
  FediAccount account = account_of(view, *settings, key);
  std::vector<FediPost> posts;
  posts.reserve(view.posts.size());
  for (const SitePost& post : view.posts) {
    if (!post.announcement.permalink.empty()) posts.push_back(post_of(view, post));
  }
  std::stable_sort(posts.begin(), posts.end(),
                   [](const FediPost& a, const FediPost& b) { return a.published > b.published; });
  Signer signer{account.key_id(), key};
  return std::make_shared<const Fediverse>(
      FediSite(std::move(account), std::move(posts), numbers_of(hub)), std::move(signer),
      settings->loopback_peers ? Trust::admin : Trust::foreign, settings->authorized_fetch,
      commits_of(hub));
}

std::shared_ptr<const InboxHouse> house_of(std::shared_ptr<Hub> hub,
                                           std::shared_ptr<const Fediverse> fediverse,
                                           PeerMemory& memory) {
  struct Held {
    std::shared_ptr<Hub> hub;
    std::shared_ptr<const Fediverse> fediverse;
    InboxHouse house;
  };
  const InboxHouse house{
      fediverse->site,
      {hub->http(), hub->store(), hub->clock(), fediverse->signer, fediverse->trust},
      memory};
  const auto held = std::make_shared<const Held>(Held{std::move(hub), std::move(fediverse), house});
  return {held, &held->house};
}

std::shared_ptr<AnswerCache> answers_of(const Fediverse* fediverse, const InboxQueue& inbox) {
  if (fediverse == nullptr) return std::make_shared<AnswerCache>(AnswerCache::Mark());
  struct Looked {
    std::atomic<std::int64_t> at = 0;
    std::atomic<std::uint64_t> mark = 0;
  };
  // Two commits of one moment may leave the file alike; ours at least are counted.
  return std::make_shared<AnswerCache>(
      [file = fediverse->commits, &inbox, looked = std::make_shared<Looked>()]() -> std::uint64_t {
        if (file.empty()) return 1 + inbox.commits();
        // Under load the file is not looked at for each request: no other program is that quick.
        const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                                     std::chrono::steady_clock::now().time_since_epoch())
                                     .count();
        if (looked->at.load(std::memory_order_acquire) != now) {
          looked->mark.store(mark_of(file), std::memory_order_relaxed);
          looked->at.store(now, std::memory_order_release);
        }
        const std::uint64_t mark = looked->mark.load(std::memory_order_relaxed);
        return mark == 0 ? 0 : mark + inbox.commits();
      });
}

std::optional<HttpAnswer> answer_fediverse(const Fediverse& fediverse, const InboxHouse& house,
                                           AnswerCache& given, const HttpQuery& query) {
  if (auto mention = answer_webmention(house, query)) return mention;
  Store& store = house.access.store;
  auto out = answer_quote(fediverse.site, store, query);
  if (!out) out = answer_object(fediverse, house, given, query);
  if (!out) out = answer_gone(fediverse.site, store, query);
  if (!out || !fediverse.authorized_fetch) return out;
  return for_signed_only(house, query, std::move(*out));
}

Result<std::unique_ptr<Courier>> courier_of(Hub& hub, const Fediverse& fediverse) {
  if (const auto done = take_back(hub.store()); !done)
    log(Level::warning, done.error().what, {{"hint", done.error().hint}});
  CourierOptions options;
  options.fanout.trust = fediverse.trust;
  options.fanout.contact_url = hub.workspace().config.organisation.url;
  return Courier::start(hub.store(), hub.clock(), fediverse.signer, std::move(options));
}

Result<void> prune_fediverse(Hub& hub) {
  const Micros now = hub.clock().now();
  const auto forgot = hub.store().write([&](Db& db) -> Result<void> {
    CHECK_OK(fedi_rows::forget_seen(db, now - limits::seen_for));
    CHECK_OK(fedi_rows::forget_reply_states(db));
    return fedi_rows::prune(db, now - limits::delivered_kept);
  });
  if (!forgot) return forgot;
  // All of them are looked at, and they are many: once a day is enough.
  TRY(const Micros wait, take_try(hub.store(), now, {{"accounts of others", 1, day}}));
  if (wait == 0) CHECK_OK(forget_actors(hub.store(), now - limits::actor_kept));
  return {};
}

Result<FollowersReply> home_followers(Hub& hub, const Actor&, const FollowersRequest&) {
  CHECK_OK(check_account(hub));
  TRY(const auto settings, fediverse_settings(hub));
  FollowersReply out;
  const auto [handle, host] = name_of(*settings, hub.workspace().config.organisation.url);
  out.account = fmt::format("@{}@{}", handle, host);
  return hub.store().read([&](Db& db) -> Result<FollowersReply> {
    TRY(out.followers, fedi_rows::followers(db));
    TRY(out.servers, fedi_rows::follower_hosts(db));
    TRY(const auto hosts, fedi_rows::followers_by_host(db, hosts_shown));
    out.hosts.clear();
    for (const auto& one : hosts) out.hosts.push_back({one.host, one.followers});
    return out;
  });
}

std::vector<Operation<Hub>> fediverse_operations() {
  return {operation<Hub>(
      {.name = "home followers",
       .method = "GET",
       .path = "/home/followers",
       .needs = Permission::author,
       .summary = "how many follow the home in the fediverse, and on which servers",
       .help = "Counts who follows the home's account, `handle` of its channel, and names the "
               "servers with the most of them. No list of them is shown."},
      &home_followers)};
}

void add_object_headers(const Fediverse& fediverse, const HttpQuery& query, HttpAnswer& page) {
  const std::string object = fediverse.site.object_at(query.path);
  if (object.empty()) return;
  page.headers.set("Vary", "Accept, Accept-Encoding");
  page.headers.add("Link",
                   fmt::format("<{}>; rel=\"alternate\"; type=\"{}\"", object, activity_type));
  page.headers.add("Link",
                   fmt::format("<{}>; rel=\"webmention\"", webmention_address(fediverse.site)));
}

Result<void> check_peers(const Hub& hub, const std::string& address) {
  TRY(const auto settings, home_settings(hub));
  const bool here = address == "127.0.0.1" || address == "::1" || address == "[::1]";
  if (!settings || !settings->loopback_peers || here) return {};
  return fail(
      Fault::denied,
      fmt::format("loopback_peers is for tests: with it nobody may be served at {}", address),
      "Take loopback_peers out of the home's channel in carillon.yaml.");
}

}  // namespace carillon
