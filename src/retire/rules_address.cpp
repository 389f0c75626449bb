#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "retire/rules.hpp"

namespace carillon::rules {

namespace {

// The lines of the element or call that begins here, as one text.
std::string element_text(const ScanPage& page, std::size_t line) {
  std::string out = page.plain(line);
  for (std::size_t next = line + 1; next < line + 4 && next < page.count(); ++next) {
    if (out.find("</a>") != npos || out.find("/>") != npos || out.find("</blockquote>") != npos)
      break;
    if (out.rfind('<') == npos || page.raw(next).empty()) break;
    out += ' ' + page.plain(next);
  }
  return out;
}

bool names_own_in_share(const std::string& text, const WatchedNetwork& who) {
  for (const AccountName& account : who.accounts) {
    const std::string name = lower_ascii(account.handle);
    for (const std::string_view before :
         {"via=", "via=@", "related=", "related=@", "data-via=\"", "data-via=\"@", "data-via='",
          "data-related=\"", "data-related='", "data-related=\"@", "data-via='@",
          "data-via=", "via: '", "via: \"", "@", "source=", "screen_name="}) {
      const std::string whole = std::string(before) + name;
      for (auto at = text.find(whole); at != npos; at = text.find(whole, at + 1)) {
        const auto end = at + whole.size();
        if (end >= text.size() || !is_name_char(text[end])) return true;
      }
    }
  }
  return false;
}

bool in_json_ld(const ScanPage& page, std::size_t line) {
  for (std::size_t back = 0; back <= 12 && back <= line; ++back) {
    const std::string& plain = page.plain(line - back);
    if (plain.find("sameas") != npos) return true;
    if (back > 0 && (plain.find(']') != npos || plain.find("</script") != npos)) return false;
  }
  return false;
}

bool is_value(const ScanPage& page, std::size_t line, std::string_view plain, std::size_t begin) {
  const Syntax syntax = page.place().syntax;
  if (syntax == Syntax::data) return true;
  std::string_view before = plain.substr(0, begin);
  for (const std::string_view scheme : {"https://", "http://", "//"})
    if (before.ends_with(scheme)) before.remove_suffix(scheme.size());
  while (!before.empty() && (before.back() == ' ' || before.back() == '"' || before.back() == '\''))
    before.remove_suffix(1);
  if (!before.ends_with(":") && !before.ends_with("=")) return false;
  if (before.find("href") != npos && syntax != Syntax::code) return false;
  const bool front = page.plain(0) == "---" && syntax != Syntax::prose && line < 200;
  return syntax == Syntax::code || front || before.find('<') == npos;
}

Form form_of(const ScanPage& page, std::size_t line, const Link& link) {
  const std::string& plain = page.plain(line);
  if (link.kind == LinkKind::badge || any_of(plain, {"shields.io", "badgen.net"}))
    return Form::badge;
  if (any_of(plain, {"-timeline\"", "-timeline'", "-follow-button", "twitter-timeline"}))
    return Form::widget;
  if (in_json_ld(page, line)) return Form::json_ld;
  if (any_of(plain, {"rel=\"me", "rel='me", "rel=me", " me\"", "rel=\"publisher", "publisher\""}))
    return Form::rel_me;
  if (is_value(page, line, plain, link.begin)) return Form::config_item;
  return Form::link;
}

Verdict own_account(const ScanPage& page, std::size_t line, const WatchedNetwork& who,
                    const Link& link, const std::string& own) {
  const std::string& plain = page.plain(line);
  Verdict out{Action::delist, form_of(page, line, link), "", own};
  const std::string account = fmt::format("{} on {}", own, who.network->title);
  if (any_of(plain, {"twitter-tweet"}))
    return {Action::leave, Form::status_link,
            "an embedded post: what it quotes is history; its words can come from the archive",
            own};
  if (in_link_rules(page, line))
    return {Action::review, Form::rule, "a rule for a link checker: pointless once the links go",
            own};
  if (is_comment(page, line)) {
    out.action = Action::review;
    out.reason = fmt::format("names {}, but is commented out already", account);
    return out;
  }
  if (page.place().syntax == Syntax::prose && out.form == Form::link && is_promise(plain) &&
      any_of(plain, {"tweet", "followers", "shout"}))
    return {Action::review, Form::perk,
            "a promise that uses the account: settle it with whom it was made", own};
  switch (out.form) {
    case Form::badge:
      out.reason = fmt::format("a badge for {}: remove this badge, keep its neighbours", account);
      break;
    case Form::widget:
      out.reason = fmt::format("a widget that shows {}: whoever gets the name shows here", account);
      break;
    case Form::json_ld:
      out.reason = fmt::format("tells search engines that {} is this organisation", account);
      break;
    case Form::rel_me:
      out.reason = fmt::format("claims {} with rel; keep the rel=me of others", account);
      break;
    case Form::config_item:
      out.reason = fmt::format("a value that links to {}: the whole item goes", account);
      break;
    default:
      out.reason = fmt::format("links to {}", account);
  }
  return out;
}

bool is_person_data(const ScanPage& page, std::size_t line) {
  std::size_t hits = 0;
  for (std::size_t back = line > 4 ? line - 4 : 0; back < line + 5 && back < page.count(); ++back) {
    const std::string& plain = page.plain(back);
    hits += any_of(plain, {"author", "github:", "affiliation", "email:", "bio:", "avatar", "person",
                           "member", "speaker", "team"})
                ? 1
                : 0;
  }
  return hits > 0;
}

Verdict foreign_account(const ScanPage& page, std::size_t line, const WatchedNetwork& who,
                        const Link& link) {
  const std::string& plain = page.plain(line);
  if (who.network->dead && who.accounts.empty() && !is_person_data(page, line))
    return {Action::delist, form_of(page, line, link),
            fmt::format("links to {}, a network that is gone", who.network->title), link.name};
  if (who.network->dead && any_of(plain, {"publisher"}))
    return {Action::delist, Form::rel_me,
            fmt::format("rel=publisher of {}, a network that is gone", who.network->title),
            link.name};
  return {Action::leave, form_of(page, line, link), "the account of someone else", link.name};
}

Verdict share(const ScanPage& page, std::size_t line, const WatchedNetwork& who, const Link& link) {
  if (who.network->dead)
    return {Action::delist, Form::share_intent,
            fmt::format("a button that shares on {}, a network that is gone", who.network->title),
            ""};
  const std::string text = element_text(page, line);
  if (!names_own_in_share(text + ' ' + link.query, who))
    return {Action::leave, Form::share_intent,
            "a button for readers to share this page; it names no account of yours", ""};
  const std::string* own = who.named_in(text);
  return {Action::review, Form::share_intent,
          "a share button that names your account: keep the button or not, the name must go",
          own == nullptr ? "" : *own};
}

// What is put in where a template makes the address.
Verdict variable(const ScanPage& page, std::size_t line, const WatchedNetwork& who,
                 const Link& link) {
  Owner owner = owner_of(link.name);
  for (std::size_t back = 1; owner == Owner::unknown && back <= 12 && back <= line; ++back) {
    const std::string& before = page.plain(line - back);
    if (any_of(before, {"person", "author", "member", "speaker", "contributor", "people",
                        "maintainer", "profile"}))
      owner = Owner::person;
  }
  if (owner == Owner::person)
    return {Action::leave, Form::template_link, "made for each person, from that person's data",
            ""};
  if (owner == Owner::organisation && !is_comment(page, line))
    return {Action::delist, Form::template_link,
            fmt::format("a template makes the link to your account on {} from a setting",
                        who.network->title),
            ""};
  return {Action::review, Form::template_link,
          "a program puts the name in here: whose, only a person can tell", ""};
}

Verdict script(const ScanPage& page, std::size_t line, const WatchedNetwork& who,
               const Link& link) {
  const bool posts = page.holds("twitter-tweet");
  const bool shares = page.holds("-share-button") || page.holds("-hashtag-button");
  const bool shows = page.holds("-timeline") || page.holds("-follow-button");
  const std::string_view loader = "the script of a widget";
  if (any_of(page.plain(line), {"csp", "security-policy", "script-src", "frame-src"}))
    return {Action::review, Form::rule, "allows the platform's script: pointless afterwards", ""};
  if (who.network->dead)
    return {Action::delist, Form::widget, fmt::format("{} of a network that is gone", loader), ""};
  if (who.network->name != "x")
    return {Action::leave, Form::widget, fmt::format("{} of the platform", loader), ""};
  if (shows && !posts && !shares)
    return {Action::delist, Form::widget, fmt::format("{}, which goes with it", loader), ""};
  if (posts)
    return {Action::leave, Form::widget, "loads what embedded posts on this page need", ""};
  if (shares) {
    bool own = false;
    for (std::size_t near = line > 6 ? line - 6 : 0; near < line + 3 && !own; ++near)
      own = names_own_in_share(page.plain(near), who);
    return {own ? Action::review : Action::leave, Form::share_intent,
            own ? "the script of a share button that names your account"
                : "the script of a share button, which names no account",
            ""};
  }
  return {Action::review, Form::widget,
          fmt::format("{}: nothing on this page seems to use it ({})", loader, link.name), ""};
}

Answer of(const ScanPage& page, std::size_t line, const WatchedNetwork& who, const Link& link) {
  const std::string* own = who.own(link.name);
  switch (link.kind) {
    case LinkKind::account:
    case LinkKind::follow:
    case LinkKind::badge:
      return own != nullptr ? own_account(page, line, who, link, *own)
                            : foreign_account(page, line, who, link);
    case LinkKind::status:
      if (own == nullptr)
        return Verdict{Action::leave, Form::status_link, "a post of someone else", link.name};
      if (any_of(page.plain(line), {"twitter-tweet"}))
        return Verdict{Action::leave, Form::status_link,
                       "an embedded post: its words can come from the archive", *own};
      return Verdict{Action::review, Form::status_link,
                     "one of your own posts: it can point to its page in your archive", *own};
    case LinkKind::share:
      return share(page, line, who, link);
    case LinkKind::by_number:
      return Verdict{Action::review, Form::link,
                     "names an account by its number: whose, only a person can tell", ""};
    case LinkKind::variable:
      return variable(page, line, who, link);
    case LinkKind::script:
      return script(page, line, who, link);
    case LinkKind::shortened:
      return Verdict{Action::review, Form::short_link,
                     "a shortened address: where it leads only the archive can tell", ""};
    case LinkKind::pattern:
      if (in_link_rules(page, line) || page.place().syntax == Syntax::data)
        return Verdict{Action::review, Form::rule, "a rule about addresses: pointless afterwards",
                       ""};
      return Verdict{Action::leave, Form::rule, "code that recognises addresses", ""};
    case LinkKind::bare: {
      const std::string& plain = page.plain(line);
      const bool base = any_of(plain, {".com/\";", ".com/'", ".com/\" +", ".com/\"", ".com/`"}) &&
                        any_of(plain, {"const ", "var ", "let ", "base", "prefix", "= \"http"});
      if (base && page.place().syntax != Syntax::data)
        return Verdict{Action::review, Form::template_link,
                       "the first half of an address: whose name follows, only a person can tell",
                       ""};
      if (in_link_rules(page, line))
        return Verdict{Action::review, Form::rule, "a rule about addresses: pointless afterwards",
                       ""};
      return Verdict{Action::leave, Form::link, "names the platform, no account", ""};
    }
    case LinkKind::api:
    case LinkKind::page:
      break;
  }
  return Verdict{Action::leave, Form::link, "a page or interface of the platform, no account",
                 link.name};
}

}  // namespace

bool any_of(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return text.find(part) != npos; });
}

Answer stronger(Answer a, Answer b) {
  if (!a) return b;
  if (!b) return a;
  return static_cast<int>(b->action) < static_cast<int>(a->action) ? b : a;
}

bool names_network(std::string_view plain, const Network& network) {
  return std::any_of(network.words.begin(), network.words.end(),
                     [&](std::string_view word) { return plain.find(word) != npos; });
}

bool is_comment(const ScanPage& page, std::size_t line) {
  const std::string_view text = trim(page.raw(line));
  const Place& place = page.place();
  if (text.starts_with("<!--") && text.ends_with("-->")) return true;
  if (text.starts_with("{#") && text.ends_with("#}")) return true;
  if (text.starts_with("<%#") || text.starts_with("-#") || text.starts_with("{{!")) return true;
  if (place.hash_comments && text.starts_with("#")) return true;
  if (text.starts_with("#") && (place.syntax == Syntax::prose || place.syntax == Syntax::page)) {
    // A commented item in a block of configuration shown on a page; a heading has no quotes.
    return text.find(": \"") != npos || text.find(": '") != npos;
  }
  return (place.slash_comments || place.syntax == Syntax::code) && text.starts_with("//");
}

bool in_link_rules(const ScanPage& page, std::size_t line) {
  const std::string path = lower_ascii(page.path());
  if (any_of(path, {"lychee", "link-check", "linkcheck", "htmlproofer", "html-proofer",
                    "linkinator", "check-links"}))
    return true;
  for (std::size_t back = 0; back <= 12 && back <= line; ++back) {
    const std::string& plain = page.plain(line - back);
    if (any_of(plain, {"linkcheck", "check-links", "link-check", "check_links", "lychee",
                       "url_ignore", "url-ignore", "ignore_urls", "ignorepatterns", "htmlproofer",
                       "html-proofer", "ignore-url", "linkinator"}))
      return true;
    if (back > 0 && page.raw(line - back).empty()) return false;
  }
  return false;
}

Answer addresses(const ScanPage& page, std::size_t line, const WatchedNetwork& who) {
  Answer out;
  for (const Link& link : links_in(page.plain(line), *who.network))
    out = stronger(out, of(page, line, who, link));
  return out;
}

}  // namespace carillon::rules
