#include "hub/home_moving.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/moment.hpp"
#include "federation/answering.hpp"
#include "federation/finding.hpp"
#include "federation/limits.hpp"
#include "hub/blocking.hpp"
#include "hub/fediverse.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

// The home's account, and what reads those of others.
struct Ours {
  std::shared_ptr<const Fediverse> fediverse;
  [[nodiscard]] const FediAccount& account() const { return fediverse->site.account(); }
  [[nodiscard]] std::string handle() const { return "@" + account().address(); }
  [[nodiscard]] Result<FarAccount> find(Hub& hub, const std::string& text) const {
    PeerMemory memory;
    return find_far_account(
        {hub.http(), hub.store(), hub.clock(), fediverse->signer, fediverse->trust}, memory, text);
  }
};

Result<Ours> ours_of(Hub& hub) {
  CHECK_OK(check_account(hub));
  TRY(const SiteView view, hub.view());
  TRY(auto fediverse, fediverse_of(hub, view));
  if (!fediverse)
    return fail(Fault::conflict, "the home has no address",
                "Set organisation.url in carillon.yaml.");
  return Ours{std::move(fediverse)};
}

std::string people(std::int64_t count) {
  return fmt::format("{} {}", count, count == 1 ? "follower" : "followers");
}

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

Result<void> note(Db& db, Hub& hub, const Actor& actor, const char* kind,
                  const std::string& account) {
  return append_event(db, {hub.ids().next(), hub.clock().now(), kind, actor.name, account, {}});
}

// The one of that kind which the words name, also where its server is no more.
Result<FediTie> held(Hub& hub, TieKind kind, const std::string& text) {
  const auto wanted = read_far_name(text);
  TRY(const auto all, hub.store().read(fedi_rows::all_ties));
  for (const FediTie& one : all) {
    const bool named = one.account == text || (wanted && wanted->handle() == one.name);
    if (one.kind == kind && one.ended == 0 && named) return one;
  }
  return fail(Fault::not_found, fmt::format("nothing was said here of {}", text),
              "`carillon home moves` shows what was.");
}

Result<HomeMove> begun(Hub& hub, const Ours& ours, const FarAccount& other, Micros since) {
  HomeMove out;
  out.account = ours.handle();
  out.other = other.handle;
  out.address = other.actor.id;
  out.since = since == 0 ? std::string() : iso_time(since);
  out.followers_there = other.followers;
  return hub.store().read([&](Db& db) -> Result<HomeMove> {
    TRY(out.followers, fedi_rows::followers(db));
    if (since > 0) {
      TRY(out.followers_since, fedi_rows::followers_since(db, since));
    }
    return out;
  });
}

// What is to be done at the server of the old account.
void say_old(HomeMove& out, const Ours& ours, const FarAccount& old) {
  const std::string& host = old.actor.host;
  const auto step = [&](const std::string& where, bool done, std::string words) {
    out.steps.push_back({where, done, std::move(words)});
  };
  const bool elsewhere = !old.moved_to.empty() && !out.moved;
  if (elsewhere)
    step(host, false,
         fmt::format("{} leads to {} now. Sign in there as {} and take that back: Mastodon has it "
                     "under Preferences, Account, \"Cancel redirect\".",
                     old.handle, old.moved_to, old.handle));
  if (out.moved) {
    step(host, true, fmt::format("{} leads to {}.", old.handle, out.account));
  } else {
    step(host, false,
         fmt::format("Sign in as {}. Mastodon: Preferences, Account, \"Move to a different "
                     "account\"; type {} and the password. GoToSocial, Misskey and others: "
                     "Migration in the settings; where it asks for an address, it is {}.",
                     old.handle, out.account.substr(1), ours.account().id()));
    step(host, false,
         fmt::format("It cannot be repeated soon: Mastodon moves an account once in 30 days, "
                     "GoToSocial once in 7. If {} moved lately, its server says until when.",
                     old.handle));
  }
  std::string come = fmt::format(
      "The servers of the followers let them follow {} by themselves; "
      "nobody has to do anything. {} came since {}",
      out.account, people(out.followers_since), out.since);
  if (out.followers_there)
    come += fmt::format("; {} has {} still", old.handle, people(*out.followers_there));
  step("here", out.moved && out.followers_since > 0, come + ".");
  step(host, false,
       fmt::format("Keep {}: it leads people here as long as it exists. Its posts stay there; "
                   "`carillon archive import` takes them to the home.",
                   old.handle));
}

Result<HomeMove> undo_from(Hub& hub, const Actor& actor, const Ours& ours,
                           const HomeMoveFromRequest& request) {
  TRY(const FediTie tie, held(hub, TieKind::from, request.account));
  CHECK_OK(hub.store().write([&](Db& db) -> Result<void> {
    TRY(const bool ended, fedi_rows::untie(db, tie.kind, tie.account, hub.clock().now()));
    return ended ? note(db, hub, actor, "home.alias_ended", tie.account) : Result<void>{};
  }));
  FarAccount other;
  other.handle = tie.name;
  other.actor.id = tie.account;
  TRY(HomeMove out, begun(hub, ours, other, 0));
  out.steps.push_back(
      {"here", true,
       fmt::format("{} names {} no more. Who came from there stays.", out.account, tie.name)});
  return out;
}

// When servers take the next Move of this account; 0: at once.
Micros resting_until(const std::vector<FediTie>& all, Micros now) {
  Micros out = 0;
  for (const FediTie& one : all) {
    if (one.kind == TieKind::to) out = std::max(out, one.made + limits::move_rest);
  }
  return out > now ? out : 0;
}

void say_new(HomeMove& out, const Ours& ours, const FarAccount& target, bool names_us) {
  const std::string& host = target.actor.host;
  const auto step = [&](const std::string& where, bool done, std::string words) {
    out.steps.push_back({where, done, std::move(words)});
  };
  if (!target.moved_to.empty())
    step(host, false, fmt::format("{} itself leads to {} now.", target.handle, target.moved_to));
  if (names_us) {
    step(host, true, fmt::format("{} names {}.", target.handle, out.account));
  } else {
    step(host, false,
         fmt::format("{} does not name {}. Sign in there; Mastodon: Preferences, Account, \"Moving "
                     "from a different account\", an alias for {}. Others: Migration in the "
                     "settings; where it asks for an address, it is {}.",
                     target.handle, out.account, out.account.substr(1), ours.account().id()));
  }
  if (!out.moved) {
    step("here", false,
         fmt::format("With --confirm the servers of {} are told to follow {} instead. There is no "
                     "way back: nobody comes back by themselves, and servers take one move in 7 "
                     "days.",
                     people(out.followers), target.handle));
  } else {
    step("here", true,
         fmt::format("{} leads to {} since {}. The servers of the followers are told; `carillon "
                     "home deliveries` says how many were. {} follow here still.",
                     out.account, target.handle, out.since, people(out.followers)));
  }
  step("here", out.moved,
       "Announcements after that stand on the home as before, and are not sent to who follows here "
       "still. What was sent before is still changed and taken back.");
}

Result<void> move_now(Hub& hub, const Actor& actor, const Ours& ours, const FarAccount& target) {
  const Micros now = hub.clock().now();
  return hub.store().write([&](Db& db) -> Result<void> {
    TRY(const bool first,
        fedi_rows::tie(db, {target.actor.id, TieKind::to, target.handle, actor.name, now, 0}));
    if (!first) return {};
    TRY(const FediTies ties, fedi_rows::ties(db));
    // As it is now comes before the Move: some look into what they have of it.
    CHECK_OK(fedi_rows::tell_followers(db, ours.account(),
                                       actor_update_of(ours.account(), ties, now), now));
    CHECK_OK(fedi_rows::tell_followers(db, ours.account(),
                                       move_of(ours.account(), target.actor.id, now + 1), now + 1));
    return note(db, hub, actor, "home.moved", target.actor.id);
  });
}

Result<void> come_back(Hub& hub, const Actor& actor, const FediAccount& account,
                       const FediTie& tie) {
  const Micros now = hub.clock().now();
  return hub.store().write([&](Db& db) -> Result<void> {
    TRY(const bool ended, fedi_rows::untie(db, tie.kind, tie.account, now));
    if (!ended) return {};
    TRY(const FediTies ties, fedi_rows::ties(db));
    CHECK_OK(fedi_rows::tell_followers(db, account, actor_update_of(account, ties, now), now));
    return note(db, hub, actor, "home.move_ended", tie.account);
  });
}

Result<HomeMove> undo_to(Hub& hub, const Actor& actor, const Ours& ours,
                         const HomeMoveToRequest& request) {
  TRY(const FediTie tie, held(hub, TieKind::to, request.account));
  CHECK_OK(come_back(hub, actor, ours.account(), tie));
  FarAccount other;
  other.handle = tie.name;
  other.actor.id = tie.account;
  TRY(HomeMove out, begun(hub, ours, other, 0));
  out.steps.push_back(
      {"here", true,
       fmt::format("{} leads nowhere else any more, and new announcements are sent to {} again. "
                   "Who follows {} by now stays there, what was announced meanwhile is not sent "
                   "afterwards, and servers take the next move after {}.",
                   out.account, people(out.followers), tie.name,
                   iso_time(tie.made + limits::move_rest))});
  return out;
}

}  // namespace

Result<HomeMove> home_move_from(Hub& hub, const Actor& actor, const HomeMoveFromRequest& request) {
  TRY(const Ours ours, ours_of(hub));
  if (request.undo) return undo_from(hub, actor, ours, request);
  TRY(const FarAccount old, ours.find(hub, request.account));
  const FediAccount& account = ours.account();
  if (old.actor.id == account.id())
    return fail(Fault::invalid, "that is the home's own account", "Name the older one.");
  const Micros now = hub.clock().now();
  TRY(const FediTies ties, hub.store().write([&](Db& db) -> Result<FediTies> {
    TRY(const bool first,
        fedi_rows::tie(db, {old.actor.id, TieKind::from, old.handle, actor.name, now, 0}));
    TRY(FediTies all, fedi_rows::ties(db));
    if (!first) return all;
    // Its server may have an older copy of the home's account, and look into that.
    const json::object news = actor_update_of(account, all, now);
    CHECK_OK(send_to(db, old.actor, std::string(news.at("id").as_string()), news, now));
    CHECK_OK(note(db, hub, actor, "home.alias", old.actor.id));
    return all;
  }));
  TRY(const FediTie tie, held(hub, TieKind::from, old.actor.id));
  TRY(HomeMove out, begun(hub, ours, old, tie.made));
  out.moved = old.moved_to == account.id();
  out.steps.push_back({"here", holds(ties.also_known_as, old.actor.id),
                       fmt::format("{} names {} as an account of its own (alsoKnownAs).",
                                   out.account, old.handle)});
  say_old(out, ours, old);
  return out;
}

Result<HomeMove> home_move_to(Hub& hub, const Actor& actor, const HomeMoveToRequest& request) {
  TRY(const Ours ours, ours_of(hub));
  if (request.undo) return undo_to(hub, actor, ours, request);
  TRY(const FarAccount target, ours.find(hub, request.account));
  if (target.actor.id == ours.account().id())
    return fail(Fault::invalid, "that is the home's own account", "Name the new one.");
  const bool names_us = holds(target.also_known_as, ours.account().id());
  TRY(const auto all, hub.store().read(fedi_rows::all_ties));
  const auto now_there = std::find_if(all.begin(), all.end(), [](const FediTie& one) {
    return one.kind == TieKind::to && one.ended == 0;
  });
  const bool moved = now_there != all.end() && now_there->account == target.actor.id;
  if (!moved && now_there != all.end())
    return fail(Fault::conflict, fmt::format("the home's account leads to {}", now_there->name),
                fmt::format("`carillon home move-to {} --undo` takes that back.", now_there->name));
  const Micros rest = moved ? 0 : resting_until(all, hub.clock().now());
  if (rest > 0)
    return fail(Fault::conflict, "the home's account moved less than 7 days ago",
                fmt::format("Servers take the next move after {}.", iso_time(rest)));
  if (!moved && request.confirm) {
    if (!names_us || !target.moved_to.empty())
      return fail(Fault::conflict,
                  names_us ? fmt::format("{} itself leads to {}", target.handle, target.moved_to)
                           : fmt::format("{} does not name @{} as an account of its own",
                                         target.handle, ours.account().address()),
                  "Without --confirm it is said what to do there.");
    CHECK_OK(move_now(hub, actor, ours, target));
  }
  TRY(const auto after, hub.store().read(fedi_rows::ties));
  Micros since = 0;
  if (after.moved_to == target.actor.id) {
    TRY(const FediTie tie, held(hub, TieKind::to, target.actor.id));
    since = tie.made;
  }
  TRY(HomeMove out, begun(hub, ours, target, since));
  out.moved = since > 0;
  say_new(out, ours, target, names_us);
  return out;
}

Result<std::vector<HomeMoveView>> home_moves(Hub& hub, const Actor&, const HomeMovesRequest&) {
  CHECK_OK(check_account(hub));
  TRY(const auto all, hub.store().read(fedi_rows::all_ties));
  std::vector<HomeMoveView> out;
  for (const FediTie& one : all)
    out.push_back({one.kind, one.name, one.account, one.person, iso_time(one.made),
                   one.ended == 0 ? std::string() : iso_time(one.ended)});
  return out;
}

std::string move_in_words(const HomeMove& move) {
  std::string out;
  for (const MoveStep& step : move.steps)
    out += fmt::format("{}  {}: {}\n", step.done ? "done " : "to do", step.where, step.words);
  return out;
}

std::string moves_in_words(const std::vector<HomeMoveView>& all) {
  std::string out;
  for (const HomeMoveView& one : all) {
    out +=
        fmt::format("{}  {:<4}  {}  {}{}\n", one.made.substr(0, 10), word_of(one.kind), one.account,
                    one.person, one.ended.empty() ? "" : ", until " + one.ended.substr(0, 10));
  }
  return out.empty() ? "The home's account came from nowhere, and goes nowhere.\n" : out;
}

std::vector<Operation<Hub>> moving_operations() {
  OperationSpec from{.name = "home move-from",
                     .method = "POST",
                     .path = "/home/moves/from",
                     .needs = Permission::admin,
                     .summary = "let the followers of an older account come to the home's",
                     .help =
                         "Names the older account as one of its own, which its server asks for, "
                         "and says each step to be done there. Run again, it looks whether the "
                         "older account leads here and how many came.",
                     .positional = {"account"}};
  OperationSpec to{.name = "home move-to",
                   .method = "POST",
                   .path = "/home/moves/to",
                   .needs = Permission::admin,
                   .summary = "send the followers of the home's account to another one",
                   .help =
                       "Without --confirm it is only said what would happen. The new account must "
                       "name the home's as one of its own. Followers do not come back by "
                       "themselves. Announcements after it are not sent to who follows still.",
                   .positional = {"account"},
                   .quiet = true};  // its event is told only where something happened
  OperationSpec list{.name = "home moves",
                     .method = "GET",
                     .path = "/home/moves",
                     .needs = Permission::editor,
                     .summary = "which accounts the home's came from, and where it went"};
  return {operation<Hub>(from, &home_move_from), operation<Hub>(to, &home_move_to),
          operation<Hub>(list, &home_moves)};
}

}  // namespace carillon
