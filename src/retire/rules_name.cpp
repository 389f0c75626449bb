#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/rules.hpp"

namespace carillon::rules {

namespace {

struct Pair {
  std::string key;
  std::string value;      // up to the first character no name has, without `@`
  std::size_t begin = 0;  // of the key
  bool whole = false;     // the value is nothing but a name
};

std::string_view skip(std::string_view text, std::string_view chars) {
  const auto at = text.find_first_not_of(chars);
  return at == npos ? std::string_view{} : text.substr(at);
}

// The value behind a key that ends in front of `rest`: `: name`, `= "name"`, `" => 'name'`, `"] =`.
std::optional<std::string_view> value_behind(std::string_view rest) {
  rest = skip(rest, "\"'`])");
  rest = skip(rest, " \t");
  if (rest.starts_with("=>")) {
    rest.remove_prefix(2);
  } else if (rest.starts_with(":") || rest.starts_with("=")) {
    rest.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  return skip(rest, " \t\"'`");
}

// The identifier around [begin, end).
std::pair<std::size_t, std::size_t> identifier(std::string_view plain, std::size_t begin,
                                               std::size_t end) {
  const auto part = [](char c) { return is_name_char(c) || c == '-'; };
  while (begin > 0 && part(plain[begin - 1])) --begin;
  while (end < plain.size() && part(plain[end])) ++end;
  while (begin < end && plain[begin] == '-') ++begin;
  return {begin, end};
}

std::optional<Pair> pair_at(std::string_view plain, std::size_t begin, std::size_t end,
                            const Network& network) {
  const auto [from, to] = identifier(plain, begin, end);
  const auto value = value_behind(plain.substr(to));
  if (!value) return std::nullopt;
  std::string_view text = *value;
  while (text.starts_with("@") || text.starts_with("+")) text.remove_prefix(1);
  std::size_t length = 0;
  while (length < text.size() &&
         (is_name_char(text[length]) || network.signs.find(text[length]) != npos))
    ++length;
  const std::string_view behind = skip(text.substr(length), "\"'`");
  const bool whole =
      length > 0 && (behind.empty() ||
                     any_of(behind.substr(0, 1), {",", "}", "]", ")", ";", " ", "\t", "#", "|"}));
  return Pair{std::string(plain.substr(from, to - from)), std::string(text.substr(0, length)), from,
              whole};
}

// All keys on the line that carry a word of the network.
std::vector<Pair> pairs_in(std::string_view plain, const Network& network) {
  std::vector<Pair> out;
  const auto take = [&](std::size_t at, std::size_t size) {
    if (auto pair = pair_at(plain, at, at + size, network)) out.push_back(std::move(*pair));
  };
  for (const std::string_view word : network.words) {
    for (auto at = plain.find(word); at != npos; at = plain.find(word, at + word.size()))
      take(at, word.size());
  }
  if (network.name == "x") {
    for (const std::string_view key : {"x", "x_username", "x_handle", "x-username", "x_com"}) {
      const auto at = find_word(plain, key);
      if (at != npos && (at == 0 || !any_of(plain.substr(at - 1, 1), {"-", ".", "/"})))
        take(at, key.size());
    }
  }
  return out;
}

bool is_secret_key(std::string_view key) {
  return any_of(key, {"token", "secret", "api_key", "apikey", "api-key", "consumer", "client_id",
                      "access_key", "bearer", "password", "oauth"});
}

// `project_twitter` names the organisation's account by a word of its own before the platform's.
bool is_settings_key(std::string_view key, const Network& network) {
  for (const std::string_view word : network.words) {
    const auto at = key.find(word);
    if (at == npos || at == 0) continue;
    const std::string_view before = key.substr(0, at);
    return before.ends_with("_") && before != "social_" && before != "site_" && before != "links_";
  }
  return false;
}

// The key in whose block this line stands, by indentation, or a TOML table's name; with its line.
std::optional<std::size_t> parent_of(const ScanPage& page, std::size_t line) {
  const std::size_t own = page.indent(line);
  if (own == npos) return std::nullopt;
  for (std::size_t back = 1; back <= 8 && back <= line; ++back) {
    const std::size_t above = line - back;
    const std::size_t indent = page.indent(above);
    if (indent == npos) continue;
    const std::string_view text = trim(page.raw(above));
    if (text.starts_with("[") && text.ends_with("]") && own == indent) return above;
    if (indent >= own) continue;
    return text.ends_with(":") || text.ends_with("{") ? std::optional(above) : std::nullopt;
  }
  return std::nullopt;
}

bool is_card_key(std::string_view plain, const Network& network) {
  return network.name == "x" &&
         any_of(plain, {"twitter:site", "twitter:creator", "twitter_site", "twitter_creator"});
}

// Whether one of our accounts is the whole content near the card's name: the tag may be broken.
const std::string* card_names(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  for (std::size_t next = line; next < line + 3; ++next) {
    if (const std::string* own = who.named_in(page.plain(next))) return own;
    if (page.plain(next).find('>') != npos || page.plain(next).ends_with(",")) break;
  }
  return nullptr;
}

// An account's name with `@` in front and nothing behind that would make it another thing.
const std::string* at_name(std::string_view plain, const WatchedNetwork& who, std::size_t* where) {
  for (const AccountName& account : who.accounts) {
    std::string name = "@" + lower_ascii(account.handle);
    // Of mastodon a name without its server is anybody's.
    if (who.network->name == "mastodon" && !who.network->hosts.empty())
      name += fmt::format("@{}", who.network->hosts.front());
    for (auto at = plain.find(name); at != npos; at = plain.find(name, at + 1)) {
      const char before = at == 0 ? ' ' : plain[at - 1];
      const std::size_t end = at + name.size();
      const char after = end < plain.size() ? plain[end] : ' ';
      const char next = end + 1 < plain.size() ? plain[end + 1] : ' ';
      if (is_name_char(before) || before == '/' || before == '.' || before == '@') continue;
      if (is_name_char(after) || after == '@' || after == '/' || after == '-') continue;
      if (after == '.' && is_name_char(next)) continue;
      *where = at;
      return &account.handle;
    }
  }
  return nullptr;
}

}  // namespace

Answer cards(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  if (who.network->name != "x") return std::nullopt;
  const bool card =
      any_of(plain, {"\"twitter:", "'twitter:", "=twitter:", "twitter:card", "twitter:title",
                     "twitter:image", "twitter:description", "twitter:site", "twitter:creator",
                     "twitter:url", "twitter:domain", "twitter:label", "twitter:data"});
  if (!card) {
    if (any_of(plain, {"twitter_card", "twitter-card", "twittercard", "twitter card",
                       "opengraph/twitter", "twitter_image", "twitter-image"}))
      return Verdict{Action::leave, Form::meta_card,
                     "about the card that other networks preview, too", ""};
    return std::nullopt;
  }
  if (plain.find("twitter://") != npos) return std::nullopt;
  if (is_card_key(plain, *who.network)) {
    if (const std::string* own = card_names(page, line, who))
      return Verdict{Action::review, Form::meta_card,
                     "names your account in the page's head: drop this name, keep the card", *own};
    return Verdict{Action::leave, Form::meta_card, "a card's name that is not fixed here", ""};
  }
  return Verdict{Action::leave, Form::meta_card,
                 "the card: Slack, Mastodon, Discord and Signal read it, too", ""};
}

Answer keys(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  const Syntax syntax = page.place().syntax;
  if (syntax == Syntax::style || syntax == Syntax::picture) return std::nullopt;
  for (const Pair& pair : pairs_in(plain, *who.network)) {
    if (is_secret_key(pair.key)) continue;
    const std::string* own = pair.whole ? who.own(pair.value) : nullptr;
    if (own == nullptr) continue;
    if (is_settings_key(pair.key, *who.network))
      return Verdict{Action::review, Form::username_key,
                     "a setting that templates read: dead once they no longer do", *own};
    if (is_comment(page, line))
      return Verdict{Action::review, Form::username_key, "your account, commented out already",
                     *own};
    if (pair.key.starts_with("data-") || plain.find("shortname") != npos) continue;
    return Verdict{Action::delist, Form::username_key,
                   fmt::format("the value is your account on {}", who.network->title), *own};
  }
  // twitter: / username: acme
  for (const std::string_view key : {"username", "handle", "account", "user", "screen_name", "name",
                                     "site", "creator", "id", "user_name"}) {
    const auto at = find_word(plain, key);
    if (at == npos) continue;
    const auto pair = pair_at(plain, at, at + key.size(), *who.network);
    const std::string* own = pair && pair->whole ? who.own(pair->value) : nullptr;
    const auto parent = own == nullptr ? std::nullopt : parent_of(page, line);
    if (!parent || !names_network(page.plain(*parent), *who.network)) continue;
    return Verdict{Action::review, Form::username_key,
                   "a block that themes make the card's name of: drop the name, keep the card",
                   *own};
  }
  return std::nullopt;
}

Answer widgets(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  const Network& network = *who.network;
  if (network.name == "gplus" &&
      any_of(plain, {"g:plus", "g-plusone", "plusone.js", "g-plus\"", "g-follow", "g-plus'"})) {
    if (page.place().syntax == Syntax::style) return std::nullopt;
    return Verdict{Action::delist, Form::share_intent,
                   "a button of Google+, a network that is gone", ""};
  }
  if (network.name != "x") return std::nullopt;
  if (plain.find("twtr.widget") != npos)
    return Verdict{Action::delist, Form::widget,
                   "a widget of an interface that was switched off in 2013", ""};
  const std::string* named = who.named_in(plain);
  if (named != nullptr &&
      any_of(plain, {"setuser(", "data-screen-name", "screen_name=", "screenname",
                     "twitter-follow-button", "twitter-timeline"}))
    return Verdict{Action::delist, Form::widget, "a widget that shows your account", *named};
  const bool includes =
      any_of(plain, {"include", "partial", "render", "{{>", "{{#>", "import ", "template \""});
  const bool shows =
      any_of(plain, {"tweets", "timeline", "twitter-feed", "twitter_feed", "twitter-widget",
                     "twitter_widget", "twitter-follow", "twitterfeed"});
  const bool used = plain.find("{%") != npos || plain.find("{{") != npos ||
                    plain.find("<%") != npos || plain.find("<?") != npos ||
                    plain.find("= render") != npos || plain.find("!= ") != npos;
  if (includes && shows && used && page.place().syntax != Syntax::code &&
      any_of(plain, {"twitter", "tweet"}))
    return Verdict{Action::delist, Form::widget,
                   "takes in a widget: it goes, and the file it names with it", ""};
  if (any_of(plain, {"twitter-tweet"}))
    return Verdict{Action::leave, Form::status_link,
                   "an embedded post: its words can come from the archive", ""};
  return std::nullopt;
}

// "@{{ x }}", "@#{Settings.twitter}": a name that a template puts behind an @.
Answer at_variable(const ScanPage& page, const std::string& plain) {
  for (const std::string_view mark : {"@#{", "@${", "@{{", "@<%="}) {
    const auto at = plain.find(mark);
    if (at == npos || (at > 0 && is_name_char(plain[at - 1]))) continue;
    const std::string_view expression = std::string_view(plain).substr(at + 1, 80);
    const auto close = expression.find_first_of("}%", 3);
    const std::string_view inside = skip(expression.substr(0, close), "#${<%= ");
    if (!any_of(inside, {"twitter"}) && trim(inside) != "x") continue;
    const Owner owner = owner_of(expression.substr(0, close));
    if (owner == Owner::person)
      return Verdict{Action::leave, Form::template_link,
                     "made for each person, from that person's data", ""};
    const bool layout = any_of(lower_ascii(page.path()), {"layout", "footer", "header", "email"});
    return Verdict{owner == Owner::organisation || layout ? Action::delist : Action::review,
                   Form::template_link, "a template shows your account's name from a setting", ""};
  }
  return std::nullopt;
}

Answer names(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  const Network& network = *who.network;
  const Syntax syntax = page.place().syntax;
  if (network.name == "x") {
    if (auto out = at_variable(page, plain)) return out;
  }
  std::size_t where = 0;
  const std::string* own = at_name(plain, who, &where);
  if (own == nullptr) {
    // A badge made by hand: badge/follow-@acme__org-blue?logo=twitter.
    const std::string* escaped = nullptr;
    if (any_of(plain, {"shields.io/badge"}) && names_network(plain, network)) {
      for (const AccountName& account : who.accounts) {
        std::string doubled;
        for (const char c : lower_ascii(account.handle))
          doubled += c == '_' ? "__" : std::string(1, c);
        if (plain.find(doubled) != npos) escaped = &account.handle;
      }
    }
    if (escaped == nullptr) return std::nullopt;
    return Verdict{Action::delist, Form::badge,
                   "a badge for your account: remove this badge, keep its neighbours", *escaped};
  }
  if (any_of(plain, {"-share-button", "data-via", "data-related", "-hashtag-button"}))
    return Verdict{Action::review, Form::share_intent,
                   "a share button that names your account: the name must go", *own};
  if (syntax == Syntax::picture)
    return Verdict{Action::review, Form::prose,
                   "your account in the text of a picture: it must be drawn anew", *own};
  if (syntax == Syntax::code || syntax == Syntax::style) return std::nullopt;
  const bool network_here = names_network(plain, network) || has_word(plain, "x");
  const std::string_view text = trim(plain);
  const bool step = text.starts_with("- [ ]") || text.starts_with("* [ ]") ||
                    text.starts_with("- [x]") || has_word(plain, "tweet") ||
                    has_word(plain, "tweets") || has_word(plain, "retweet");
  if (step && network.name == "x")
    return Verdict{Action::review, Form::perk,
                   "a step of your work that uses the account: say what is done instead", *own};
  const bool contact = has_word(plain, "dm") || has_word(plain, "dms") ||
                       any_of(plain, {"direct message", "contact", "follow", "reach ", "report"});
  if (network_here || contact)
    return Verdict{Action::delist, Form::prose,
                   contact
                       ? "tells readers to reach you there: name another way, do not only remove"
                       : "names your account",
                   *own};
  return Verdict{Action::review, Form::prose,
                 "a name with @ that is your account's, if this network is meant", *own};
}

}  // namespace carillon::rules
