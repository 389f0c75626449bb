#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/rules.hpp"

namespace carillon::rules {

namespace {

// The value of `key = value`, `key: value`, `msgid "value"`, `"key": "value",`.
std::string_view catalogue_value(std::string_view plain) {
  for (const std::string_view mark :
       {"msgid ", "msgstr ", "msgid_plural ", "<source>", "<target>"}) {
    const auto at = plain.find(mark);
    if (at != npos) return plain.substr(at + mark.size());
  }
  const auto mark = plain.find_first_of("=:");
  return mark == npos ? plain : plain.substr(mark + 1);
}

std::string title_word(const Network& network) {
  return std::string(network.words.empty() ? network.name : network.words.front());
}

// Where a word of the network stands as a word.
std::size_t network_at(std::string_view plain, const Network& network) {
  for (const std::string_view word : network.words) {
    const auto at = find_word(plain, word);
    if (at != npos) return at;
  }
  return npos;
}

std::string_view sentence_around(std::string_view plain, std::size_t at) {
  const auto stop = [&](std::size_t i) {
    const char c = plain[i];
    return (c == '.' || c == '!' || c == '?' || c == ';') &&
           (i + 1 >= plain.size() || plain[i + 1] == ' ');
  };
  std::size_t begin = at;
  while (begin > 0 && !stop(begin - 1)) --begin;
  std::size_t end = at;
  while (end < plain.size() && !stop(end)) ++end;
  return plain.substr(begin, end - begin);
}

// "we maintain a twitter", "our official twitter account", "follow us on twitter".
bool claims_account(std::string_view sentence, const Network& network) {
  const std::string word = title_word(network);
  const auto at = sentence.find(word);
  if (at == npos) return false;
  const std::string_view before = sentence.substr(0, at);
  const std::string_view behind = sentence.substr(at + word.size());
  const bool we = has_word(before, "we") || has_word(before, "our") || has_word(before, "us");
  if (!we) return false;
  if (before.ends_with("our ") || before.ends_with("our official ")) return true;
  const bool keeps = any_of(before, {"maintain a ", "maintain an ", "have a ", "run a ", "keep a ",
                                     "have an ", "maintain our ", "manage a "});
  if (keeps && at - before.rfind(' ') < 3 && (before.ends_with(" a ") || before.ends_with(" an ")))
    return true;
  for (const std::string_view call : {"follow us on ", "find us on ", "reach us on ", "us on ",
                                      "follow us at ", "contact us on ", "us via "}) {
    if (before.ends_with(call)) return true;
  }
  return any_of(behind.substr(0, 12), {" account", " feed", " page"}) && before.ends_with("our ");
}

}  // namespace

bool is_promise(std::string_view plain) {
  return any_of(plain, {"thank you tweet", "thank-you tweet", "followers", "sponsor", "mention on",
                        "shout-out", "shoutout", "tweet about", "dedicated tweet",
                        "social media "
                        "recognition",
                        "tweets from", "tweet from"});
}

namespace {

bool is_icon(std::string_view plain) {
  return any_of(plain,
                {"fa-twitter", "fa-x-twitter", "icon-twitter", "bi-twitter", "icon--twitter",
                 "twitter.svg", "twitter.png", "twitter-icon", "octicon", "icon=\"twitter",
                 "icons/twitter", "fa-google-plus", "google-plus", "ti-brand-twitter", "icon-x"});
}

}  // namespace

Owner owner_of(std::string_view expression) {
  static constexpr std::array<std::string_view, 33> persons{
      "person",    "people",  "author",   "authors", "member",      "members",    "user",
      "users",     "speaker", "speakers", "sponsor", "contributor", "maintainer", "include",
      "bio",       "profile", "employee", "staff",   "team",        "mentor",     "organizer",
      "organiser", "talk",    "host",     "guest",   "candidate",   "mp",         "post",
      "entry",     "fellow",  "student",  "partner", "actor"};
  static constexpr std::array<std::string_view, 22> organisations{
      "site",         "settings",     "config",  "params",    "theme",        "env",
      "app",          "global",       "social",  "org",       "organisation", "organization",
      "project",      "brand",        "company", "constants", "conf",         "siteconfig",
      "sitemetadata", "html_context", "extra",   "options"};
  const auto in = [](const auto& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  std::vector<std::string> parts;
  std::string part;
  for (const char c : expression) {
    if (is_name_char(c)) {
      part += c;
    } else if (!part.empty()) {
      parts.push_back(std::move(part));
      part.clear();
    }
  }
  if (!part.empty()) parts.push_back(std::move(part));
  const bool person = std::any_of(parts.begin(), parts.end(),
                                  [&](const std::string& one) { return in(persons, one); });
  const bool data = std::find(parts.begin(), parts.end(), "data") != parts.end();
  // A page's own parameters, as Hugo writes them, are that page's author's.
  if (parts.size() > 1 && parts[0] == "params" && expression.find("site") == npos &&
      expression.find(".params") != npos)
    return Owner::unknown;
  if (!parts.empty() && in(organisations, parts[0]))
    return person && data ? Owner::person : Owner::organisation;
  if (person) return Owner::person;
  for (const std::string& one : parts) {
    if (in(organisations, one)) return Owner::organisation;
    if (any_of(one,
               {"project_", "site_", "org_", "twitter_username", "twitter_account", "twitter_url"}))
      return Owner::organisation;
  }
  return Owner::unknown;
}

Answer catalogues(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  const bool extracted = trim(plain).starts_with("msgid ") || trim(plain).starts_with("msgstr ");
  if (page.place().syntax != Syntax::catalogue && !extracted) return std::nullopt;
  const std::string_view value = catalogue_value(plain);
  if (trim(plain).starts_with("#")) return std::nullopt;
  // A name alone may be that of the project: it counts as an account with an @ or beside the
  // network.
  const std::string* own = who.named_in(value);
  if (own != nullptr && value.find("@" + lower_ascii(*own)) == npos) own = nullptr;
  if (!names_network(value, *who.network) && own == nullptr) {
    if (names_network(plain, *who.network))
      return Verdict{Action::leave, Form::i18n_string, "only the key of a string names it", ""};
    return std::nullopt;
  }
  if (own == nullptr && value.size() > 160)
    return Verdict{Action::leave, Form::i18n_string, "a text that speaks of the platform", ""};
  return Verdict{Action::review, Form::i18n_string,
                 "a string of a catalogue: changed at its source and by the translators' way",
                 own == nullptr ? "" : *own};
}

Answer prose(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const Syntax syntax = page.place().syntax;
  if (syntax != Syntax::prose && syntax != Syntax::page && syntax != Syntax::other)
    return std::nullopt;
  const std::string& plain = page.plain(line);
  const auto at = network_at(plain, *who.network);
  if (at == npos) return std::nullopt;
  const std::string_view sentence = sentence_around(plain, at);
  const bool speaks = sentence.find(' ') != npos && !any_of(plain, {"class=", "href=", "src="});
  if (!speaks) return std::nullopt;
  const bool claims = claims_account(sentence, *who.network);
  const bool promises = is_promise(plain);
  if (promises && (claims || any_of(plain, {"tweet"})) &&
      (has_word(plain, "our") || has_word(plain, "we") || has_word(plain, "sponsor") ||
       has_word(plain, "sponsors")))
    return Verdict{Action::review, Form::perk,
                   "a promise that uses the account: settle it with whom it was made", ""};
  if (claims && !is_comment(page, line))
    return Verdict{Action::delist, Form::prose, "says that you keep an account there", ""};
  return std::nullopt;
}

Answer leftovers(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  const std::string& plain = page.plain(line);
  const Network& network = *who.network;
  if (!names_network(plain, network)) {
    // The same name on another network, so that a reader sees it was not overlooked.
    const std::string* own = who.named_in(plain);
    if (own == nullptr || plain.find("://") == npos) return std::nullopt;
    const auto at = plain.find(lower_ascii(*own));
    const std::string_view behind = std::string_view(plain).substr(at + own->size(), 1);
    const bool ends = behind.empty() || std::string_view("\"'?#)>< \t").find(behind[0]) != npos;
    if (at == 0 || (plain[at - 1] != '/' && plain[at - 1] != '@') || !ends) return std::nullopt;
    if (page.place().scope == Scope::history) return std::nullopt;
    return Verdict{Action::leave, Form::other_network, "the same name in another place", *own};
  }
  if (any_of(plain, {"twitter, inc", "twitter inc", "tweetnacl", "twitter bootstrap",
                     "twitter/bootstrap", "twemoji"}))
    return Verdict{Action::leave, Form::style, "a library's name or licence", ""};
  if (page.place().syntax == Syntax::style || is_icon(plain))
    return Verdict{Action::leave, Form::style, "an icon or style: goes when nothing uses it", ""};
  if (page.place().syntax == Syntax::code)
    return Verdict{Action::leave, Form::style, "code that names the platform, no account", ""};
  return Verdict{Action::leave, Form::prose, "speaks of the platform, names no account of yours",
                 ""};
}

}  // namespace carillon::rules
