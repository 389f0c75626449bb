#include "hub/clearance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/post_text.hpp"
#include "hub/people.hpp"

namespace carillon {

namespace {

Role role_of(Permission holds) {
  switch (holds) {
    case Permission::anyone:
      break;
    case Permission::author:
      return Role::author;
    case Permission::editor:
      return Role::editor;
    case Permission::admin:
      return Role::admin;
  }
  return Role::contributor;
}

// An approval is of a text and of where it goes.
Result<void> check_channels(const Hub& hub, const Draft& draft,
                            const std::vector<std::string>& channels) {
  const auto named = hub.channels_of(draft, {});
  for (const std::string& channel : channels) {
    if (std::find(named.begin(), named.end(), channel) == named.end())
      return fail(Fault::denied,
                  fmt::format("this text was not approved for the channel {}", channel),
                  "Name the channel in the draft, and ask anew.");
  }
  return {};
}

}  // namespace

Desk desk_of(Hub& hub) {
  return {hub.store(), hub.clock(), hub.ids(), hub.workspace().config.policy.approval};
}

Result<Team> team_of(Hub& hub) {
  TRY(auto people, people_of(hub).list());
  return Team{std::move(people), hub.workspace().config.team, hub.clock().now()};
}

Signature signature_of(const Actor& actor) {
  return {actor.person, actor.name, role_of(actor.holds)};
}

bool is_owner(const Actor& actor) {
  return actor.person.empty() && actor.holds == Permission::admin;
}

Result<void> check_cleared(Hub& hub, const Actor& actor, const Draft& draft,
                           const std::vector<std::string>& channels) {
  if (is_owner(actor)) return {};
  const auto& rules = hub.workspace().config.policy.approval;
  const std::string digest = digest_of(draft);
  TRY(const auto texts, desk_of(hub).holding(digest));
  TRY(const Team team, team_of(hub));
  for (const WorkingText& text : texts) {
    if (text.last().digest == digest && clearance_of(text, text.last(), rules, team).cleared)
      return check_channels(hub, draft, channels);
  }
  if (texts.empty()) {
    const Clearance own =
        clearance_of(rule_for(rules, draft.kind), {1, digest}, {}, {signature_of(actor)});
    if (own.cleared) return {};
    return fail(Fault::denied, "this text is not cleared: " + own.missing,
                "Put it on the desk: `carillon draft save FILE`, then `carillon draft ask`.");
  }
  const WorkingText& text = texts.front();
  const bool edited = text.last().digest != digest;
  return fail(
      Fault::denied,
      "this text is not cleared: " +
          (edited ? fmt::format("it was edited since, and is revision {} now", text.last().revision)
                  : clearance_of(text, text.last(), rules, team).missing),
      fmt::format("`carillon draft show {}` shows how far it is.", text.id));
}

Result<void> note_published(Hub& hub, const Actor& actor, const AnnouncementRow& row) {
  Desk desk = desk_of(hub);
  TRY(const auto texts, desk.holding(row.digest));
  for (const WorkingText& text : texts) {
    if (text.last().digest != row.digest) continue;
    CHECK_OK(desk.published(text.id, text.last().revision, row.id, row.slug, signature_of(actor)));
  }
  return {};
}

}  // namespace carillon
