#include "core/platform_rules.hpp"

#include <algorithm>

namespace carillon {

namespace {

PlatformRules x_rules() {
  PlatformRules out;
  out.unused =
      "X asks for a log-in at least every 30 days and may remove accounts that are inactive for "
      "long; since 2025 it also sells the names of dormant accounts.";
  out.keep_alive_days = 25;
  out.archive =
      "On X: Settings, Your account, Download an archive of your data. It is ready after a day "
      "or so and can be fetched for a few days.";
  out.readable = true;
  out.profile = "On X: open the profile, Edit profile; pin a post from its menu (…).";
  out.hide =
      "On X: Settings, Privacy and safety, Audience and tagging, Protect your posts. Then only "
      "followers see them; the same switch undoes it.";
  out.closing =
      "X deactivates the account, deletes it after 30 days, and then the name is free for "
      "anybody. A stranger who takes it inherits every link that still points to it.";
  out.sources = {
      "https://help.x.com/en/rules-and-policies/inactive-x-accounts",
      "https://help.x.com/en/managing-your-account/how-to-deactivate-x-account",
      "https://help.x.com/en/safety-and-security/public-and-protected-posts",
  };
  return out;
}

PlatformRules mastodon_rules() {
  PlatformRules out;
  out.unused = "The rules of the server decide; most keep unused accounts.";
  out.archive =
      "On the server: Preferences, Import and export, Data export, Request your archive. It can "
      "be requested once in 7 days.";
  out.readable = true;
  out.profile =
      "On the server: Preferences, Public profile; pin a post from its menu (…). Put your home's "
      "address into a field of the profile.";
  out.closing =
      "The server deletes the account and asks others to; its name can never be used again "
      "there, by nobody.";
  out.moves = true;
  out.sources = {"https://docs.joinmastodon.org/user/moving/"};
  return out;
}

PlatformRules bluesky_rules() {
  PlatformRules out;
  out.unused = "No rule about unused accounts is known.";
  out.archive =
      "`curl -o repo.car 'https://SERVER/xrpc/com.atproto.sync.getRepo?did=DID'`, or in the app: "
      "Settings, Account, Export my data.";
  out.readable = true;
  out.profile = "In the app: open the profile, Edit profile; pin a post from its menu (…).";
  out.closing =
      "The account is deleted. A handle that is a domain of yours stays yours; a name of "
      "bsky.social may become free.";
  out.sources = {"https://docs.bsky.app/blog/repo-export",
                 "https://bsky.social/about/blog/4-28-2023-domain-handle-tutorial"};
  return out;
}

PlatformRules facebook_rules() {
  PlatformRules out;
  out.unused = "No rule about unused pages is noted here: look it up before you rely on it.";
  out.archive = "On Facebook, as an admin of the page: Settings, Your information, Download.";
  out.profile = "On Facebook: open the page, Edit; pin a post from its menu (…).";
  out.hide = "On Facebook: Settings, deactivate the page. It can be activated again.";
  out.closing =
      "Facebook deletes the page after a time of grace (guides say 14 or 30 days: check now). It "
      "needs a person with full control.";
  out.sources = {"https://www.facebook.com/help/"};
  return out;
}

PlatformRules linkedin_rules() {
  PlatformRules out;
  out.unused = "No rule about unused pages is noted here: look it up before you rely on it.";
  out.archive = "LinkedIn gives pages no archive: save what you want to keep by hand.";
  out.profile = "On LinkedIn, as an admin of the page: Edit page; pin a post from its menu (…).";
  out.hide = "On LinkedIn, as a super admin: Settings, Deactivate page.";
  out.closing =
      "Only a super admin can deactivate the page, and LinkedIn's support names no new one: make "
      "sure that two persons are super admins first.";
  out.sources = {"https://www.linkedin.com/help/linkedin/answer/a541981"};
  return out;
}

// Each reads the Open Graph of the page: docs.joinmastodon.org/entities/PreviewCard,
// docs.x.com (cards), developers.facebook.com/docs/sharing/webmasters and /docs/threads/posts,
// linkedin.com/help/linkedin/answer/a521928.
bool makes_cards(std::string_view name) {
  return name == "mastodon" || name == "x" || name == "threads" || name == "facebook" ||
         name == "linkedin";
}

PlatformRules unknown_rules() {
  PlatformRules out;
  out.unused = "Nothing is known here about its unused accounts: look it up before you rely on it.";
  out.archive = "Look for an export of your data in the account's settings.";
  out.profile = "In the account's settings.";
  out.closing =
      "Nothing is known here about what happens to the name: assume that a stranger can take it.";
  return out;
}

std::string title_of(std::string_view name) {
  if (name == "x") return "X";
  if (name == "linkedin") return "LinkedIn";
  std::string out(name);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

}  // namespace

PlatformRules platform_rules(std::string_view name) {
  PlatformRules out = name == "x"          ? x_rules()
                      : name == "mastodon" ? mastodon_rules()
                      : name == "bluesky"  ? bluesky_rules()
                      : name == "facebook" ? facebook_rules()
                      : name == "linkedin" ? linkedin_rules()
                                           : unknown_rules();
  out.name = name;
  out.cards = makes_cards(name);
  out.title = title_of(name);
  out.noted = "2026-11-25";
  return out;
}

}  // namespace carillon
