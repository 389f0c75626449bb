#include "retire/accounts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"

namespace carillon {

namespace {

// The networks with forms of their own.
std::vector<Network> table() {
  return {
      {.name = "x",
       .title = "X (Twitter)",
       .hosts = {"twitter.com", "x.com", "nitter.", "xcancel.com", "fxtwitter.com", "vxtwitter.com",
                 "fixupx.com", "fixvx.com", "twstalker.com"},
       .words = {"twitter", "tweet"},
       .labels = {"x", "twitter", "x/twitter", "twitter/x", "x-twitter", "twitter-x", "x.com",
                  "x (twitter)", "twitter (x)", "x (formerly twitter)", "twitter bird", "x-logo",
                  "twitter-logo", "twitter logo", "x logo", "twitter icon", "tweets"},
       .before = {"@", "#!", "i/user"},
       .share = {"share", "intent"},
       .not_a_name = {"home",          "search",   "hashtag", "login",           "signup",
                      "tos",           "privacy",  "about",   "oauth",           "settings",
                      "statuses",      "users",    "compose", "messages",        "explore",
                      "notifications", "download", "jobs",    "widgets",         "i",
                      "account",       "en",       "logout",  "search-advanced", "who_to_follow"},
       .traces = {"twtr.", "t.co/", "twimg.com", "@#{x", "@${x", "@{{x", "@{{ x"}},
      {.name = "gplus",
       .title = "Google+",
       .dead = true,
       .hosts = {"plus.google.com", "google.com/+"},
       .words = {"google+", "gplus", "google-plus", "googleplus", "google_plus", "google plus",
                 "plusone"},
       .labels = {"google+", "g+", "gplus", "google-plus", "google plus", "googleplus"},
       .before = {"+", "u/0", "b", "u/1"},
       .share = {"share"},
       .not_a_name = {"communities", "collection", "events", "photos", "people", "hangouts"},
       .traces = {"g:plus", "g-plus"}}};
}

// Those of which the address tells no company: a server is anybody's, a name may be a domain.
std::vector<Network> open_ones() {
  return {
      {.name = "mastodon",
       .title = "Mastodon",
       .words = {"mastodon"},
       .labels = {"mastodon", "mastodon logo", "mastodon icon", "fediverse", "toots"},
       .before = {"@", "web/@", "users"},
       .share = {"share", "authorize_interaction"},
       .not_a_name = {"about", "explore", "public", "tags", "auth", "search", "privacy-policy",
                      "terms-of-service", "directory", "media", "system", "packs", "api"},
       .signs = "-.@",
       .post = "/"},
      {.name = "bluesky",
       .title = "Bluesky",
       .hosts = {"bsky.app"},
       .words = {"bluesky", "bsky"},
       .labels = {"bluesky", "bsky", "bluesky logo", "bluesky icon", "skeets"},
       .before = {"profile"},
       .share = {"intent"},
       .not_a_name = {"search", "feeds", "hashtag", "starter-pack", "settings", "messages",
                      "notifications", "lists", "support", "did"},
       .signs = "-.",
       .post = "/post/"},
  };
}

// Those that hosts and paths say all of.
std::vector<Network> others() {
  return {
      {.name = "facebook",
       .title = "Facebook",
       .hosts = {"facebook.com", "fb.com", "fb.me"},
       .words = {"facebook"},
       .labels = {"facebook", "facebook-f", "fb", "facebook-square", "facebook logo"},
       .before = {"pages", "groups", "pg", "people"},
       .share = {"sharer", "sharer.php", "share.php", "share", "dialog"},
       .not_a_name = {"plugins", "tr", "help", "policies", "legal", "business", "events", "login",
                      "v2.0", "docs", "notes", "photo.php", "watch", "permalink.php"},
       .post = "/posts/"},
      {.name = "linkedin",
       .title = "LinkedIn",
       .hosts = {"linkedin.com"},
       .words = {"linkedin"},
       .labels = {"linkedin", "linkedin-in", "linked in"},
       .before = {"company", "in", "school", "showcase", "groups"},
       .share = {"sharearticle", "sharing", "cws"},
       .not_a_name = {"pulse", "posts", "feed", "jobs", "legal", "learning", "help"},
       .post = "/posts/"},
      {.name = "youtube",
       .title = "YouTube",
       .hosts = {"youtube.com"},
       .words = {"youtube"},
       .labels = {"youtube", "youtube-play", "you tube"},
       .before = {"@", "c", "user", "channel"},
       .not_a_name = {"watch", "playlist", "embed", "results", "live", "shorts", "iframe_api", "t",
                      "feed", "oembed", "v"}},
      {.name = "instagram",
       .title = "Instagram",
       .hosts = {"instagram.com"},
       .words = {"instagram"},
       .labels = {"instagram", "insta"},
       .not_a_name = {"p", "explore", "about", "accounts", "reel", "tv", "stories"}},
      {.name = "threads",
       .title = "Threads",
       .hosts = {"threads.net", "threads.com"},
       .labels = {"threads"},
       .before = {"@"}},
      {.name = "tiktok",
       .title = "TikTok",
       .hosts = {"tiktok.com"},
       .words = {"tiktok"},
       .labels = {"tiktok"},
       .before = {"@"}},
      {.name = "reddit",
       .title = "Reddit",
       .hosts = {"reddit.com"},
       .words = {"reddit"},
       .labels = {"reddit", "reddit-alien"},
       .before = {"r", "u", "user"},
       .share = {"submit"},
       .not_a_name = {"login", "search", "wiki"}},
      {.name = "medium",
       .title = "Medium",
       .hosts = {"medium.com"},
       .labels = {"medium"},
       .before = {"@"},
       .not_a_name = {"m", "p", "tag"}},
      {.name = "telegram",
       .title = "Telegram",
       .hosts = {"t.me", "telegram.me"},
       .words = {"telegram"},
       .labels = {"telegram", "telegram-plane"},
       .before = {"s"},
       .share = {"share"},
       .not_a_name = {"joinchat", "addstickers", "proxy"}},
  };
}

}  // namespace

const std::vector<Network>& networks() {
  static const std::vector<Network> all = [] {
    std::vector<Network> out = table();
    for (auto make : {&open_ones, &others})
      for (Network& network : make()) out.push_back(std::move(network));
    return out;
  }();
  return all;
}

std::shared_ptr<const Network> network_of(const AccountName& account) {
  struct AtServer {
    std::string server;
    Network network;
  };
  const Network* known = find_network(account.platform);
  const auto at = account.handle.find('@');
  if (known == nullptr || known->name != "mastodon" || at == std::string::npos)
    return {std::shared_ptr<const Network>(), known};
  auto out = std::make_shared<AtServer>();
  out->server = lower_ascii(account.handle.substr(at + 1));
  out->network = *known;
  out->network.hosts = {out->server};
  return {out, &out->network};
}

const Network* find_network(std::string_view name) {
  std::string key = lower_ascii(name);
  if (key == "twitter") key = "x";
  if (key == "google+" || key == "googleplus" || key == "g+") key = "gplus";
  for (const Network& network : networks()) {
    if (network.name == key) return &network;
  }
  return nullptr;
}

Result<AccountName> parse_account(std::string_view text) {
  const auto colon = text.find(':');
  std::string known;
  for (const Network& network : networks())
    known += (known.empty() ? "" : ", ") + std::string(network.name);
  const std::string hint = fmt::format("Write it as x:NAME. Known platforms: {}.", known);
  if (colon == std::string_view::npos)
    return fail(Fault::invalid, fmt::format("\"{}\" names no platform", text), hint);
  const Network* network = find_network(text.substr(0, colon));
  if (network == nullptr)
    return fail(Fault::invalid, fmt::format("there is no platform \"{}\"", text.substr(0, colon)),
                hint);
  std::string_view handle = trim(text.substr(colon + 1));
  while (!handle.empty() && (handle.front() == '@' || handle.front() == '+'))
    handle.remove_prefix(1);
  const bool good = !handle.empty() && handle.size() <= 100 &&
                    std::all_of(handle.begin(), handle.end(), [](char c) {
                      return static_cast<unsigned char>(c) > 0x20 && c != '/' && c != '"' &&
                             c != '\'' && c != '<' && c != '>';
                    });
  if (!good) return fail(Fault::invalid, fmt::format("\"{}\" names no account", text), hint);
  const auto at = handle.find('@');
  if (network->name == "mastodon" && (at == std::string_view::npos || at + 1 == handle.size()))
    return fail(Fault::invalid, fmt::format("\"{}\" does not say on which server", text),
                "Write it as mastodon:NAME@SERVER.");
  return AccountName{std::string(network->name), std::string(handle)};
}

}  // namespace carillon
