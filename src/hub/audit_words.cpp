// The sentences of the audit log.
#include <fmt/format.h>

#include <map>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "hub/audit.hpp"

namespace carillon {

namespace {

// Kind -> what follows the name of who did it. {subject} is what it is about, other words in braces
// are members of the details; ": {word}" falls away where there is none.
const std::map<std::string_view, std::string_view>& phrases() {
  static const std::map<std::string_view, std::string_view> all{
      {"announcement.planned", "planned revision {revision} of {subject}"},
      {"announcement.moved", "gave {subject} another time: {due}"},
      {"announcement.removed", "removed {slug} from the home"},
      {"announcement.withdrawn", "withdrew {slug} before anything of it left"},
      {"delivery.published", "published {subject} on {channel}"},
      {"delivery.part", "published a part of {subject} on {channel}"},
      {"delivery.refused", "was refused by {channel} with {subject}: {reason}"},
      {"delivery.later", "tries {subject} on {channel} again later: {reason}"},
      {"delivery.waits", "waits with {subject} for {channel}: {reason}"},
      {"delivery.unconfirmed", "does not know whether {subject} stands on {channel}: {reason}"},
      {"delivery.looked", "looked for {subject} on {channel} and cannot tell yet: {reason}"},
      {"delivery.absent", "found that {subject} is not on {channel}, and sends it again"},
      {"delivery.needs_person", "asks a person about {subject} on {channel}: {reason}"},
      {"delivery.handed_over", "gives {subject} for {channel} to a person to post"},
      {"delivery.missed", "let the time of {subject} pass unsent: {reason}"},
      {"delivery.cancelled", "cancelled a delivery of {subject}"},
      {"delivery.resolved", "settled by hand a delivery of {subject}"},
      {"draft.saved", "saved revision {revision} of the draft {subject}"},
      {"draft.asked", "asked for approval of revision {revision} of the draft {subject}"},
      {"draft.approved", "approved revision {revision} of the draft {subject}"},
      {"draft.returned", "returned revision {revision} of the draft {subject}: {words}"},
      {"draft.noted", "noted on revision {revision} of the draft {subject}: {words}"},
      {"draft.published", "published revision {revision} of the draft {subject}"},
      {"draft.overridden",
       "let revision {revision} of the draft {subject} out without the approvals it needs: "
       "{words}"},
      {"draft.withdrawn", "withdrew revision {revision} of the draft {subject}"},
      {"draft.removed", "removed the draft {title}"},
      {"home.alias", "said that {subject} is an older account of the home"},
      {"home.alias_ended", "took back that {subject} is an older account of the home"},
      {"home.moved", "moved the home's account to {subject}"},
      {"home.move_ended", "took back that the home's account moved to {subject}"},
      {"person.invited", "invited {subject} as {role}"},
      {"person.joined", "joined as {role}"},
      {"person.link", "made a new sign-in link for {subject}"},
      {"person.changed", "changed what {subject} may do here: {role}"},
      {"person.removed", "removed {name}"},
      {"session.started", "signed in"},
      {"session.ended", "signed out"},
      {"app.let_in", "let the app {subject} in: {scopes}"},
      {"app.put_out", "lost the app {subject}, whose code came twice"},
      {"password.changed", "changed the password"},
      {"recovery_code.used", "signed in with a recovery code"},
      {"totp.on", "turned on the second factor"},
      {"totp.off", "turned off the second factor of {subject}"},
      {"mail.proven", "proved an address for notices of {subject}"},
      {"mail.turned_off", "turned off notices of {subject}"},
      {"proposal.made", "made the proposal {subject}"},
      {"proposal.taken", "took up the proposal {subject}"},
      {"proposal.declined", "declined the proposal {subject}"},
      {"proposal.published", "saw the proposal {subject} published"},
      {"proposal.removed", "removed the proposal {subject}"},
      {"retirement.begun", "began to end the channel {subject} by the decision {decision}"},
      {"retirement.step_done", "did the step {step} of ending {subject}: {proof}"},
      {"retirement.step_skipped", "left out the step {step} of ending {subject}: {proof}"},
      {"watch.seen", "saw the name {subject}: {state}"},
      {"details.erased", "erased the details of events about {subject}"},
  };
  return all;
}

std::string word_in(const Event& event, const std::string& about, std::string_view name) {
  if (name == "subject") return about.empty() ? event.subject : about;
  const json::value* value = event.data.if_contains(name);
  if (value == nullptr) return {};
  if (value->is_string()) return std::string(value->get_string());
  return json::serialize(*value);
}

// What came over a way is shown where there is one: "by token 3kabc".
std::string way_of(const LogEntry& entry) {
  return entry.via.empty() ? std::string() : fmt::format(" [{}]", entry.via);
}

}  // namespace

std::string said_of(const Event& event, const std::string& about) {
  const auto found = phrases().find(event.kind);
  const std::string named = about.empty() ? event.subject : about;
  if (found == phrases().end())
    return fmt::format("{}: {}{}", event.actor, event.kind, named.empty() ? "" : " " + named);
  std::string out = event.actor + " ";
  std::string_view rest = found->second;
  for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const auto close = rest.find('}', open);
    const std::string word = word_in(event, about, rest.substr(open + 1, close - open - 1));
    std::string_view before = rest.substr(0, open);
    if (word.empty() && before.ends_with(": ")) before.remove_suffix(2);
    out += before;
    out += word.empty() && !rest.substr(0, open).ends_with(": ") ? "(erased)" : word;
    rest.remove_prefix(close + 1);
  }
  return out.append(rest);
}

std::string log_in_words(const LogPage& page, const std::string& zone) {
  std::string out;
  for (const LogEntry& entry : page.events)
    out += fmt::format("{:>6}  {}  {}{}{}\n", entry.number,
                       in_zone(parse_time(entry.at).value_or(0), zone),
                       entry.override ? "OVERRIDE: " : "", entry.said, way_of(entry));
  if (page.events.empty()) return "Nothing like that has happened.\n";
  if (page.next > 0) out += fmt::format("\nOlder ones: --before {}\n", page.next);
  return out;
}

}  // namespace carillon
