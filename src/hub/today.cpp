#include "hub/today.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/moment.hpp"
#include "base/zone.hpp"
#include "federation/replies.hpp"
#include "federation/reports.hpp"
#include "hub/channels.hpp"
#include "hub/desk.hpp"
#include "hub/fediverse.hpp"
#include "hub/people.hpp"
#include "team/expiry.hpp"

namespace carillon {

namespace {

const DeskEntry* last_of(const WorkingText& text, DeskAct act) {
  const DeskEntry* out = nullptr;
  for (const DeskEntry& entry : text.entries) {
    if (entry.act == act && entry.revision == text.last().revision) out = &entry;
  }
  return out;
}

bool has_spoken(const WorkingText& text, const Signature& who) {
  return std::any_of(text.entries.begin(), text.entries.end(), [&](const DeskEntry& entry) {
    return (entry.act == DeskAct::approved || entry.act == DeskAct::returned) &&
           entry.revision == text.last().revision && is_same(entry.by(), who);
  });
}

struct Asking {
  const std::vector<ApprovalRule>& rules;
  Team team;
  Signature who;
};

void add_draft(const WorkingText& text, const Asking& asking, std::vector<TodayItem>& out) {
  const Revision& last = text.last();
  const Clearance clearance = clearance_of(text, last, asking.rules, asking.team);
  const std::string title = "“" + title_of(last.content) + "”";
  const auto add = [&](Need need, Micros since, std::string what, std::string act) {
    out.push_back({need, iso_time(since), std::move(what), std::move(act), text.id, {}, {}, {}});
  };
  if (const DeskEntry* override = open_override(text);
      override != nullptr && asking.who.role >= Role::editor)
    add(Need::look, override->at,
        fmt::format("{} went out uncleared, by {}: {}", title, override->name, override->words),
        is_same(override->by(), asking.who) ? "another editor must look at it"
                                            : "look at it, and approve it or mend it");
  const DraftState state = state_of(text, clearance);
  const DeskEntry* asked = last_of(text, DeskAct::asked);
  const DeskEntry* returned = last_of(text, DeskAct::returned);
  const auto authors = authors_of(text, last.digest);
  const bool own = is_same(text.owner(), asking.who) ||
                   std::any_of(authors.begin(), authors.end(),
                               [&](const Signature& one) { return is_same(one, asking.who); });
  if (state == DraftState::returned && own && returned != nullptr)
    add(Need::change, returned->at,
        fmt::format("{} asks for changes of {}: {}", returned->name, title, returned->words),
        "change it, and ask anew");
  if (state == DraftState::asked && asked != nullptr && !has_spoken(text, asking.who) &&
      check_reviewer(rule_for(asking.rules, last.content.kind), asking.who, authors))
    add(Need::approve, asked->at, fmt::format("{} asks to approve {}", asked->name, title),
        "read it, and approve it or ask for changes");
  if (state == DraftState::cleared && asking.who.role >= Role::editor)
    add(Need::publish, last.at, fmt::format("{} is cleared and may go out", title), "publish it");
}

Need need_of(DeliveryState state) {
  if (state == DeliveryState::missed) return Need::missed;
  if (state == DeliveryState::refused) return Need::refused;
  return state == DeliveryState::manual ? Need::manual : Need::unconfirmed;
}

TodayItem item_of(const DeliveryView& view) {
  const Need need = need_of(view.state);
  TodayItem out{need, view.due, {}, {}, {}, view.id, view.slug, {}};
  switch (need) {
    case Need::missed:
      out.what = fmt::format("{} was not sent to {} in time", view.slug, view.channel);
      out.act = "send it now, or leave it";
      break;
    case Need::refused:
      out.what = fmt::format("{} refused {}: {}", view.channel, view.slug, view.reason);
      out.act = view.hint.empty() ? "mend it, or leave it" : view.hint;
      break;
    case Need::manual:
      out.what = fmt::format("{} is to be posted on {} by hand", view.slug, view.channel);
      out.act = "post it, and say where it stands";
      break;
    default:
      out.what = fmt::format("nobody knows whether {} stands on {}", view.slug, view.channel);
      out.act = "look at the account, and say what is there";
  }
  return out;
}

Result<void> add_deliveries(Hub& hub, const Actor& actor, std::vector<TodayItem>& out) {
  TRY(const auto all, status(hub, actor, {.in_need = true}));
  for (const DeliveryView& view : all) out.push_back(item_of(view));
  return {};
}

Result<void> add_credentials(Hub& hub, std::vector<TodayItem>& out) {
  TRY(const auto all, expiring_secrets(hub));
  for (const Expiring& one : all)
    out.push_back({Need::expiring,
                   iso_time(one.expires - expiry_told),
                   one.warning,
                   renewal_hint(one.channel),
                   {},
                   {},
                   {},
                   one.channel});
  return {};
}

// Admins hear of everybody's, others of their own.
void add_memberships(const Actor& actor, const Team& team, std::vector<TodayItem>& out) {
  for (const Person& person : team.people) {
    const bool own = !actor.person.empty() && person.id == actor.person;
    if (!own && actor.holds < Permission::admin) continue;
    if (standing_of(team.people, person, team.rules, team.now) != Standing::lapsing) continue;
    const Micros lapses = lapses_at(team.people, person, team.rules);
    out.push_back({Need::membership,
                   iso_time(lapses - lapse_told),
                   fmt::format("the membership of {} lapses on {}", person.name, day_of(lapses)),
                   own ? "being here keeps it" : "tell them: signing in keeps it",
                   {},
                   {},
                   {},
                   {}});
  }
}

// What came from the fediverse: one line for all reports, and one for all replies.
Result<void> add_home(Hub& hub, const Actor& actor, std::vector<TodayItem>& out) {
  TRY(const auto account, fediverse_settings(hub));
  if (!account) return {};
  const auto add = [&](Need need, Micros since, std::string what, std::string act) {
    out.push_back({need, iso_time(since), std::move(what), std::move(act), {}, {}, {}, {}});
  };
  TRY(const auto reports, hub.store().read([](Db& db) { return fedi_rows::reports(db, true); }));
  if (!reports.empty() && actor.holds >= Permission::editor)
    add(Need::report, reports.back().made,
        reports.size() == 1 ? fmt::format("{} reports the home's account", reports.back().host)
                            : fmt::format("{} reports of the home's account", reports.size()),
        "look into it, and note that you did");
  TRY(const auto replies,
      hub.store().read([](Db& db) { return fedi_rows::count_replies(db, ReplyState::unseen); }));
  if (replies.count > 0)
    add(Need::reply, replies.oldest,
        replies.count == 1 ? std::string("one reply that nobody has seen")
                           : fmt::format("{} replies that nobody has seen", replies.count),
        "read them, and say what became of them");
  return {};
}

std::string command_of(const TodayItem& item) {
  switch (item.need) {
    case Need::approve:
    case Need::look:
    case Need::change:
      return "carillon draft show " + item.draft;
    case Need::publish:
      return "carillon draft publish " + item.draft;
    case Need::manual:
      return "carillon card " + item.delivery;
    case Need::unconfirmed:
    case Need::missed:
    case Need::refused:
      return "carillon resolve " + item.delivery;
    case Need::expiring:
      return "carillon channel show " + item.channel;
    case Need::report:
      return "carillon home reports";
    case Need::reply:
      return "carillon home replies --state unseen";
    case Need::membership:
      break;
  }
  return "carillon person list";
}

}  // namespace

Result<std::vector<TodayItem>> today(Hub& hub, const Actor& actor, const TodayRequest&) {
  std::vector<TodayItem> out;
  TRY(Team team, team_of(hub));
  const Asking asking{hub.workspace().config.policy.approval, std::move(team), signature_of(actor)};
  TRY(const auto texts, desk_of(hub).list(OnDesk::open));
  for (const WorkingText& text : texts) add_draft(text, asking, out);
  if (actor.holds >= Permission::editor) CHECK_OK(add_deliveries(hub, actor, out));
  if (actor.holds >= Permission::editor) CHECK_OK(add_credentials(hub, out));
  CHECK_OK(add_home(hub, actor, out));
  add_memberships(actor, asking.team, out);
  std::stable_sort(out.begin(), out.end(),
                   [](const TodayItem& a, const TodayItem& b) { return a.since < b.since; });
  return out;
}

std::string today_in_words(const std::vector<TodayItem>& all, const std::string& zone) {
  std::string out;
  for (const TodayItem& item : all)
    out +=
        fmt::format("{:<12} {}\n{:<12} since {}: {}. `{}`\n", word_of(item.need), item.what, "",
                    in_zone(parse_time(item.since).value_or(0), zone), item.act, command_of(item));
  return out.empty() ? "Nothing needs you.\n" : out;
}

std::vector<Operation<Hub>> today_operations() {
  return {operation<Hub>({.name = "today",
                          .method = "GET",
                          .path = "/today",
                          .needs = Permission::author,
                          .summary = "what needs you, oldest first"},
                         &today)};
}

}  // namespace carillon
