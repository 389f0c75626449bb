#include <fmt/format.h>

#include "base/bytes.hpp"
#include "retire/rules.hpp"

namespace carillon::rules {

namespace {

bool is_credential(std::string_view plain) {
  for (auto at = plain.find("twitter"); at != npos; at = plain.find("twitter", at + 1)) {
    std::size_t end = at;
    while (end < plain.size() && (is_name_char(plain[end]) || plain[end] == '-')) ++end;
    if (any_of(plain.substr(at + 7, end - at - 7),
               {"consumer", "access", "secret", "token", "api", "bearer", "oauth_", "client_id",
                "client_secret", "_key", "password"}))
      return true;
  }
  return plain.find("secrets.") != npos && plain.find("twitter") != npos;
}

// Libraries that speak to the platform.
bool names_client(std::string_view plain) {
  return any_of(plain,
                {"python-twitter",   "tweepy",         "twython",           "twitter-api",
                 "twitter_ads",      "twitter4j",      "twitteroauth",      "node-twitter",
                 "twitter-lite",     "import twitter", "require 'twitter'", "require \"twitter\"",
                 "require('twitter", "twit\"",         "twitter::rest",     "gem 'twitter'",
                 "gem \"twitter\"",  "tweetinvi",      "send-tweet",        "twitter-together",
                 "tweet-action",     "twurl",          "go-twitter"});
}

bool is_poster(const ScanPage& page) {
  if (page.place().syntax != Syntax::code) return false;
  return page.holds("import twitter") || page.holds("tweepy") || page.holds("twython") ||
         page.holds("require 'twitter'") || page.holds("require('twitter") ||
         page.holds("twitter::rest") || page.holds("twitter-api") || page.holds("update_status") ||
         page.holds("create_tweet");
}

// The first line of a program that names the platform stands for all of it.
bool is_first(const ScanPage& page, std::size_t line) {
  for (std::size_t above = 0; above < line; ++above) {
    if (any_of(lower_ascii(page.raw(above)), {"twitter", "tweet"})) return false;
  }
  return true;
}

}  // namespace

Answer services(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  if (who.network->name != "x") return std::nullopt;
  const std::string& plain = page.plain(line);
  if (any_of(plain, {"twitter-site-verification", "twitter-domain-verification"}))
    return Verdict{Action::review, Form::rule,
                   "proves your domain to the platform: outside this tree, in the DNS, too", ""};
  if (any_of(plain, {"content-security-policy", "script-src", "frame-src", "connect-src", "img-src",
                     "child-src", "csp_"}) &&
      any_of(plain, {"twitter", "twimg", "x.com"}))
    return Verdict{Action::review, Form::rule,
                   "allows the platform's content: pointless afterwards", ""};
  if (any_of(plain, {"twitter\\.com", "twitter\\\\.com"}) && in_link_rules(page, line))
    return Verdict{Action::review, Form::rule, "a rule for a link checker: pointless afterwards",
                   ""};
  if (is_credential(plain) || names_client(plain)) {
    if (page.place().syntax == Syntax::code && is_poster(page) && !is_first(page, line))
      return Verdict{Action::leave, Form::auto_poster,
                     "part of a program that posts: decided at its first line", ""};
    const bool follows =
        line > 0 && (is_credential(page.plain(line - 1)) || names_client(page.plain(line - 1)));
    if (follows)
      return Verdict{Action::leave, Form::auto_poster,
                     "one of several keys or libraries for posting: decided with the line above",
                     ""};
    return Verdict{Action::review, Form::auto_poster,
                   "a key or library for posting: take it into the inventory, revoke it there", ""};
  }
  if (is_poster(page) && any_of(plain, {"twitter", "tweet"}))
    return Verdict{is_first(page, line) ? Action::review : Action::leave, Form::auto_poster,
                   is_first(page, line) ? "a program that posts: stop it and revoke its keys"
                                        : "part of a program that posts: decided at its first line",
                   ""};
  if (any_of(plain, {"twitter plugin", "twitter bot", "twitterbot", "tweetbot", "twitter poster",
                     "twitter integration", "auto-tweet", "autotweet"}) &&
      plain.find("user-agent") == npos)
    return Verdict{Action::review, Form::auto_poster,
                   "speaks of a program that posts: stop it and revoke its keys", ""};
  return std::nullopt;
}

Answer sign_in(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  if (!names_network(plain, *who.network)) return std::nullopt;
  if (any_of(plain, {"oauth", "omniauth", "passport-", "auth_url", "sign in with", "log in with",
                     "login with", "sign_in", "identity provider", "allauth"}))
    return Verdict{
        Action::leave, Form::login,
        "signing in with the platform: a feature; move its users before the account goes", ""};
  return std::nullopt;
}

}  // namespace carillon::rules
