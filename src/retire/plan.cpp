#include "retire/plan.hpp"

#include <fmt/format.h>

namespace carillon {

namespace {

std::string account_of(const PlanBasis& basis) {
  return basis.handle.empty() ? fmt::format("the account on {}", basis.rules.title)
                              : fmt::format("@{} on {}", basis.handle, basis.rules.title);
}

std::string after_close(const PlanBasis& basis) {
  return basis.decision.to == Use::closed ? "nobody can get at it any more"
                                          : "nobody looks after it any more";
}

PlanStep archive_step(const PlanBasis& basis) {
  PlanStep out{.key = "archive",
               .title = "Keep its posts",
               .what = basis.rules.archive + "\n",
               .why =
                   "Everything else can be mended later; posts that were never fetched are "
                   "gone once " +
                   after_close(basis) + ".",
               .verify = "",
               .undo = "Delete data/archive.db and data/archive/; fetch the archive again."};
  if (basis.rules.readable) {
    out.what +=
        "  carillon archive import FILE\n"
        "  carillon archive build";
    out.verify = "The program finds a whole import of this account.";
    out.witness = Witness::machine;
  } else {
    out.what += "Keep it where more than one person can find it.";
    out.verify = "A person says where it lies.";
  }
  return out;
}

PlanStep dependents_step(const std::string& name) {
  return {.key = "dependents",
          .title = "Move what needs the account",
          .what = fmt::format(
              "Ask everybody who ever had the password: what logs in with it (Medium, Figma, "
              "Buffer), which pages show its posts, which programs post with its keys?\n"
              "Note each, give it another log-in, and say so:\n"
              "  carillon channel dependent {0} \"Medium\"\n"
              "  carillon channel dependent {0} \"Medium\" --moved \"log-in by mail, Ada has it\"\n"
              "When all are found:\n"
              "  carillon retire next {0} dependents --proof \"asked on the list, DATE\"",
              name),
          .why =
              "A service whose only log-in is this account locks you out when it ends. A page "
              "that shows its posts will show those of whoever takes the name.",
          .verify =
              "The program sees that each one noted was moved; a person says that all were "
              "asked.",
          .undo = "Log in with the account again while it lives.",
          .may_skip = false};
}

PlanStep custodians_step(const PlanBasis& basis) {
  const std::string& name = basis.channel.name;
  return {.key = "custodians",
          .title = "Show that more than one person can get in",
          .what = fmt::format(
              "Let two persons or more log in, change the password to a new long one, and check "
              "the recovery address and the second factor.\n"
              "Each of them:\n"
              "  carillon channel custodian {0} \"NAME\"\n"
              "  carillon channel proof {0} \"NAME\" --proof \"logged in, from the team's safe\"",
              name),
          .why =
              "The last steps need the account, and so does every year after them while the "
              "name is held.",
          .verify = "The register has two custodians with a log-in since the plan began.",
          .undo = fmt::format("carillon channel custodian {} \"NAME\" --remove", name),
          .witness = Witness::machine};
}

PlanStep farewell_step(const std::string& name) {
  return {.key = "farewell",
          .title = "Tell the followers",
          .what = fmt::format("A draft lies in posts/{1}.md: read it, make it yours.\n"
                              "  carillon preview posts/{1}.md\n"
                              "  carillon publish posts/{1}.md\n"
                              "On {0} itself it may wait for you as a card:\n"
                              "  carillon card DELIVERY\n"
                              "  carillon resolve DELIVERY --url ADDRESS",
                              name, farewell_slug(name)),
          .why =
              "People follow you, not a platform: say where you can be found, on every "
              "channel, while they still see it.",
          .verify = fmt::format("The program sees it published on {} and on the home, and nothing "
                                "in doubt.",
                                name),
          .undo = "Publish a changed text; what stands on a platform is changed there.",
          .witness = Witness::machine};
}

PlanStep profile_step(const PlanBasis& basis) {
  const std::string home = basis.home.empty() ? "your home's address" : basis.home;
  PlanStep out{.key = "profile",
               .title = "Let the profile say where you are",
               .what = fmt::format("Pin the farewell, and put {} into the profile's text.\n{}\n",
                                   home, basis.rules.profile),
               .why = "Who comes later sees the profile first, and perhaps nothing else.",
               .verify = "",
               .undo = "Write the old text again; the archive has it."};
  if (basis.server_asked) {
    out.what += fmt::format("Then:\n  carillon retire next {}", basis.channel.name);
    out.verify = "The program asks the server and finds the address in the profile.";
    out.witness = Witness::machine;
  } else {
    out.what += fmt::format(
        "Then:\n  carillon retire next {} profile --proof \"ADDRESS of the pinned post\"",
        basis.channel.name);
    out.verify = "A person gives the address of the pinned post.";
  }
  return out;
}

PlanStep move_step(const PlanBasis& basis) {
  return {
      .key = "move",
      .title = "Take the followers along",
      .what = fmt::format(
          "1. On the new account's server: Preferences, Account, Moving from a different account: "
          "enter the old one as alias.\n"
          "2. On the old account's server: Preferences, Account, Moving to a different account: "
          "enter {}. It asks for the password.\n"
          "Then:\n  carillon retire next {} move --confirm {}",
          basis.move_to, basis.channel.name, basis.handle),
      .why = "Mastodon lets followers go along by themselves; posts stay where they are.",
      .verify = "The program asks the old server, which then names the new account.",
      .undo =
          "None. Followers are moved at once; the old account cannot move again for 30 days, "
          "and some servers ignore a second move for 7 days. Not every server takes part.",
      .door = Door::one_way,
      .witness = Witness::machine,
      .confirm = basis.handle};
}

PlanStep delist_step(const PlanBasis& basis) {
  const std::string& name = basis.channel.name;
  std::string scopes;
  for (const Scope scope : basis.decision.scopes)
    scopes += (scopes.empty() ? "" : ", ") + word_of(scope);
  PlanStep out{.key = "delist",
               .title = "Take down what points to it",
               .what = "",
               .why =
                   "A link that stays sends your readers to silence, later perhaps to a "
                   "stranger with your name.",
               .verify = "",
               .undo = "Revert the commits; the patch can be undone byte for byte."};
  if (basis.decision.scopes.empty()) {
    out.what = fmt::format(
        "The decision {} names no scope: nothing may be taken down.\n"
        "Then:\n  carillon retire next {} delist --proof \"nothing to take down, by decision {}\"",
        basis.decision.id, name, basis.decision.id);
    out.verify = "A person says so.";
  } else if (!basis.scannable) {
    out.what = fmt::format(
        "The scan does not know what links to {} look like: search your sites for {} by hand.\n"
        "Then:\n  carillon retire next {} delist --proof \"removed in DATE's change\"",
        basis.rules.title, basis.channel.url.empty() ? "the account" : basis.channel.url, name);
    out.verify = "A person says where that can be seen.";
  } else if (basis.has_sites) {
    out.what = fmt::format(
        "The decision reaches: {1}.\n"
        "  carillon delist scan FOLDER --channel {0}\n"
        "  carillon delist patch FOLDER --channel {0} --write\n"
        "Each site of carillon.yaml is looked at. Publish what you changed, then:\n"
        "  carillon retire next {0}",
        name, scopes);
    out.verify =
        "The program scans every source and site named in carillon.yaml and finds "
        "nothing left to remove within the decision's scopes.";
    out.witness = Witness::machine;
  } else {
    out.what = fmt::format(
        "carillon.yaml names no web site of yours. Name each, with the folder or repository it is "
        "made from:\n"
        "  sites:\n"
        "    - url: https://example.org\n"
        "      source: ../website\n"
        "Or, when there is none:\n"
        "  carillon retire next {} delist --proof \"we have no web site\"",
        name);
    out.verify = "A person says that there is no site; else the program scans them.";
  }
  return out;
}

PlanStep use_step(const PlanBasis& basis) {
  const std::string to = word_of(basis.decision.to);
  return {.key = "use",
          .title = fmt::format("Make the channel {}", to),
          .what = fmt::format("The program writes `use: {}` into carillon.yaml, with decision {}.",
                              to, basis.decision.id),
          .why = "From then on nothing is posted there, and the list of channels says so.",
          .verify = "The program reads it back.",
          .undo = fmt::format("carillon channel set {} use=broadcast", basis.channel.name),
          .witness = Witness::machine,
          .may_skip = false};
}

PlanStep hide_step(const PlanBasis& basis) {
  return {.key = "hide",
          .title = "Hide its posts, or leave them",
          .what = fmt::format(
              "{}\nHidden posts keep the name and end replies to you there; open ones still tell "
              "people where you went. Choose, and say which:\n"
              "  carillon retire next {} hide --proof \"hidden on DATE\"\n"
              "  carillon retire next {} hide --proof \"left open, because …\"",
              basis.rules.hide, basis.channel.name, basis.channel.name),
          .why = "A silent account that looks alive is asked questions that nobody answers.",
          .verify = "A person says which.",
          .undo = "The same switch."};
}

PlanStep keep_step(const PlanBasis& basis) {
  const std::string& name = basis.channel.name;
  const std::string every = basis.rules.keep_alive_days > 0
                                ? fmt::format("every {} days", basis.rules.keep_alive_days)
                                : std::string("now and then");
  return {.key = "keep",
          .title = "Hold the name",
          .what = fmt::format("{}\nSomebody logs in {}, and says so:\n"
                              "  carillon channel proof {} \"NAME\" --proof \"logged "
                              "in\"\n`carillon doctor` and `carillon channel register` remind you.",
                              basis.rules.unused, every, name),
          .why =
              "A name that falls free is taken: by a stranger, by somebody who sells it, by "
              "somebody who pretends to be you.",
          .verify = "The register has a log-in that is not overdue.",
          .undo = "Not needed.",
          .witness = Witness::machine};
}

PlanStep close_step(const PlanBasis& basis) {
  return {.key = "close",
          .title = "Close the account",
          .what = fmt::format(
              "{}\nThink again: a held name costs one log-in now and then. If it is what the "
              "decision says, close {} in its settings, then:\n"
              "  carillon retire next {} close --confirm {} --proof \"closed on DATE by NAME\"",
              basis.rules.closing, account_of(basis), basis.channel.name,
              basis.handle.empty() ? basis.channel.name : basis.handle),
          .why = fmt::format("Decision {}: {}", basis.decision.id, basis.decision.title),
          .verify = "A person types the name and says who closed it.",
          .undo = "None once the platform's time of grace is over.",
          .door = Door::one_way,
          .may_skip = false,
          .confirm = basis.handle.empty() ? basis.channel.name : basis.handle};
}

PlanStep look_step(const PlanBasis& basis, int days) {
  const bool held = basis.decision.to != Use::closed;
  PlanStep out{.key = fmt::format("look-{}", days),
               .title = fmt::format("Look again after {} days", days),
               .what = "",
               .why = "Old links come back with a template, a translation, a theme's update.",
               .verify = "",
               .undo = "Not needed.",
               .after = "use",
               .days = days};
  const std::string name_too =
      held ? "that the profile still says where you are" : "who has the name now";
  if (basis.has_sites && basis.scannable && !basis.decision.scopes.empty()) {
    out.what = fmt::format("See {}; the program scans your sites again:\n  carillon retire next {}",
                           name_too, basis.channel.name);
    out.verify = "The program scans every source and site again and finds nothing.";
    out.witness = Witness::machine;
  } else {
    out.what = fmt::format(
        "See {}, and look through your pages:\n  carillon retire next {} look-{} --proof "
        "\"looked, all as it was\"",
        name_too, basis.channel.name, days);
    out.verify = "A person says what they saw.";
  }
  return out;
}

PlanStep report_step(const PlanBasis& basis) {
  const std::string& name = basis.channel.name;
  PlanStep out{.key = "report",
               .title = "Show what was done",
               .what = fmt::format("The report is written to posts/{}.md: every step, who did it, "
                                   "the proof. Read it; then\n",
                                   report_slug(name)),
               .why = "The community that was asked may see what became of it.",
               .verify = "",
               .undo = "Publish a changed text."};
  if (!basis.home_channel.empty()) {
    out.what +=
        fmt::format("  carillon publish posts/{}.md --channel {}\n  carillon retire next {}",
                    report_slug(name), basis.home_channel, name);
    out.verify = "The program sees it published on the home.";
    out.witness = Witness::machine;
  } else {
    out.what += fmt::format(
        "put it where your community reads it, and say where:\n  carillon "
        "retire next {} report --proof ADDRESS",
        name);
    out.verify = "A person gives its address.";
  }
  return out;
}

PlanStep decision_step(const PlanBasis& basis) {
  return {.key = "decision",
          .title = "A decision stands behind it",
          .what = fmt::format("Decision {}: {} ({}, {}).", basis.decision.id, basis.decision.title,
                              basis.decision.body, basis.decision.decided),
          .why = "Consent is never assumed: a body decides, and says how far and from when.",
          .verify = "The program reads the decision and its first day.",
          .undo = "The body decides again.",
          .witness = Witness::machine,
          .may_skip = false};
}

}  // namespace

std::string farewell_slug(const std::string& channel) {
  return "farewell-" + channel;
}

std::string report_slug(const std::string& channel) {
  return channel + "-report";
}

std::vector<PlanStep> plan_steps(const PlanBasis& basis) {
  const std::string& name = basis.channel.name;
  std::vector<PlanStep> out{decision_step(basis),   archive_step(basis), dependents_step(name),
                            custodians_step(basis), farewell_step(name), profile_step(basis)};
  if (!basis.move_to.empty() && basis.rules.moves) out.push_back(move_step(basis));
  out.push_back(delist_step(basis));
  out.push_back(use_step(basis));
  if (basis.decision.to == Use::closed) {
    out.push_back(close_step(basis));
  } else {
    if (!basis.rules.hide.empty()) out.push_back(hide_step(basis));
    out.push_back(keep_step(basis));
  }
  out.push_back(report_step(basis));
  out.push_back(look_step(basis, 30));
  out.push_back(look_step(basis, 90));
  return out;
}

std::string farewell_post(const PlanBasis& basis, std::string_view organisation) {
  const std::string home = basis.home.empty() ? "our own site" : basis.home;
  return fmt::format(
      "---\n"
      "title: {0} leaves {1}\n"
      "slug: {2}\n"
      "kind: general\n"
      "---\n"
      "{0} no longer posts on {1}. You find us on our own place: {3}\n"
      "\n"
      "There you can follow us by feed or by the channels we keep. Our posts from {1} stay "
      "readable there. Nobody writes in our name on {1} from now on.\n",
      organisation, basis.rules.title, farewell_slug(basis.channel.name), home);
}

}  // namespace carillon
