#include "hub/desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "core/post_text.hpp"
#include "hub/reply_answers.hpp"

namespace carillon {

namespace {

constexpr std::size_t title_bytes = 60;  // of a text without a title
constexpr std::size_t context = 3;       // unchanged lines around a change

// The draft with what was decided of it.
struct Known {
  WorkingText text;
  Clearance clearance;
};

Result<Known> known(Hub& hub, Result<WorkingText> text) {
  if (!text) return tl::unexpected<Error>(std::move(text).error());
  TRY(const Team team, team_of(hub));
  Clearance clearance =
      clearance_of(*text, text->last(), hub.workspace().config.policy.approval, team);
  return Known{std::move(*text), std::move(clearance)};
}

const Revision* revision_in(const WorkingText& text, std::int64_t number) {
  for (const Revision& one : text.revisions) {
    if (one.revision == number) return &one;
  }
  return nullptr;
}

// What a reviewer has seen last: the revision approved last before this one, else the one before.
const Revision* seen_before(const WorkingText& text) {
  std::int64_t out = text.last().revision - 1;
  std::int64_t approved = 0;
  for (const DeskEntry& entry : text.entries) {
    if (entry.act == DeskAct::approved && entry.revision < text.last().revision)
      approved = std::max(approved, entry.revision);
  }
  return revision_in(text, approved > 0 ? approved : out);
}

std::vector<DraftHappening> history_of(const WorkingText& text) {
  std::vector<std::pair<Micros, DraftHappening>> all;
  const std::int64_t last = text.last().revision;
  for (const Revision& one : text.revisions)
    all.push_back({one.at, {iso_time(one.at), one.name, "saved", one.revision, {}, false}});
  for (const DeskEntry& one : text.entries) {
    const bool review =
        one.act == DeskAct::approved || one.act == DeskAct::returned || one.act == DeskAct::asked;
    const std::string words = one.act == DeskAct::published ? std::string() : one.words;
    all.push_back({one.at,
                   {iso_time(one.at), one.name, word_of(one.act), one.revision, words,
                    review && one.revision < last}});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<DraftHappening> out;
  for (auto& [at, happening] : all) out.push_back(std::move(happening));
  return out;
}

DraftRights rights_of(Hub& hub, const Actor& actor, const WorkingText& text) {
  const Signature who = signature_of(actor);
  const Revision& last = text.last();
  const ApprovalRule rule = rule_for(hub.workspace().config.policy.approval, last.content.kind);
  DraftRights out;
  out.change = who.role >= Role::editor || is_same(text.owner(), who);
  out.review = check_reviewer(rule, who, authors_of(text, last.digest)).has_value();
  out.publish = actor.holds >= Permission::editor;
  return out;
}

DraftView view_of(Hub& hub, const Actor& actor, const Known& draft) {
  const WorkingText& text = draft.text;
  const Revision& last = text.last();
  DraftView out;
  out.id = text.id;
  out.title = title_of(last.content);
  out.state = state_of(text, draft.clearance);
  out.revision = last.revision;
  out.digest = last.digest;
  out.owner = text.owner().name;
  out.by = last.name;
  out.at = iso_time(last.at);
  out.content = last.content;
  out.text = post_text(last.content);
  out.cleared = draft.clearance.cleared;
  out.needed = draft.clearance.needed;
  out.given = draft.clearance.given;
  out.missing = draft.clearance.missing;
  out.announcement = text.announcement;
  out.override_open = open_override(text) != nullptr;
  if (const Revision* before = seen_before(text); before != nullptr) {
    out.compared_with = before->revision;
    out.difference = line_diff(post_text(before->content), out.text, context);
  }
  out.history = history_of(text);
  out.may = rights_of(hub, actor, text);
  return out;
}

Result<DraftView> viewed(Hub& hub, const Actor& actor, Result<WorkingText> text) {
  TRY(const Known draft, known(hub, std::move(text)));
  DraftView out = view_of(hub, actor, draft);
  TRY(const auto copies, desk_of(hub).copies(out.id));
  const Signature who = signature_of(actor);
  for (const WorkingCopy& one : copies)
    out.copies.push_back(
        {one.name, iso_time(one.at), one.based_on, one.text, is_same(one.by(), who)});
  return out;
}

// A word of the actor on the revision they mean.
Result<DraftView> say(Hub& hub, const Actor& actor, const std::string& id, std::int64_t revision,
                      DeskAct act, const std::string& words) {
  Desk desk = desk_of(hub);
  TRY(const WorkingText text, desk.get(id));
  return viewed(hub, actor,
                desk.add(id, revision == 0 ? text.last().revision : revision, act, words,
                         signature_of(actor)));
}

// Nothing is overridden for a text that could not go out anyway.
Result<void> check_can_go(const Hub& hub, const Post& post, const std::string& at) {
  CHECK_OK(due_of(hub, at, post));
  TRY(const auto renditions, hub.render(post.draft, {}));
  for (const Rendition& one : renditions) {
    if (!one.blockers.empty())
      return fail(Fault::invalid, fmt::format("{}: {}", one.channel, one.blockers.front()),
                  "Nothing was sent.");
  }
  return {};
}

// A time that has gone by since is a matter for whoever publishes.
Result<void> check_time(const Hub& hub, const Post& post) {
  if (post.draft.at.empty() || post.draft.at == "now") return {};
  const auto when = parse_when(post.draft.at, hub.workspace().config.organisation.time_zone);
  if (when) return {};
  return tl::unexpected<Error>(within(post.at, when.error()));
}

// Empty where the text names no time, or none that this machine understands.
std::string due_in_words(const Hub& hub, const Draft& draft) {
  if (draft.at.empty() || draft.at == "now") return {};
  const auto when = parse_when(draft.at, hub.workspace().config.organisation.time_zone);
  return when ? iso_time(*when) : std::string();
}

}  // namespace

std::string title_of(const Draft& draft) {
  if (!draft.title.empty()) return draft.title;
  const std::string_view text =
      trim(draft.body.empty() && !draft.texts.empty() ? draft.texts.begin()->second : draft.body);
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.size() <= title_bytes) return std::string(line);
  std::size_t end = title_bytes;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
  return std::string(line.substr(0, end)) + "…";
}

Result<std::vector<DraftLine>> draft_list(Hub& hub, const Actor&, const DraftListRequest& request) {
  TRY(const auto all, desk_of(hub).list(request.open ? OnDesk::open : OnDesk::all));
  TRY(const Team team, team_of(hub));
  std::vector<DraftLine> out;
  for (const WorkingText& text : all) {
    const Revision& last = text.last();
    const Clearance clearance =
        clearance_of(text, last, hub.workspace().config.policy.approval, team);
    out.push_back({text.id, title_of(last.content), last.content.kind, state_of(text, clearance),
                   last.revision, text.owner().name, last.name, iso_time(last.at),
                   clearance.missing, due_in_words(hub, last.content)});
  }
  return out;
}

Result<DraftView> draft_show(Hub& hub, const Actor& actor, const DraftShowRequest& request) {
  return viewed(hub, actor, desk_of(hub).get(request.id));
}

Result<DraftView> draft_save(Hub& hub, const Actor& actor, const DraftSaveRequest& request) {
  TRY(const Post post, read_post(hub, actor, {request.file, request.text, {}}, Keep::yes));
  for (const std::string& channel : post.draft.channels) CHECK_OK(hub.channel(channel));
  CHECK_OK(check_time(hub, post));
  CHECK_OK(keep_answered(hub, post.draft));
  Desk desk = desk_of(hub);
  const Signature by = signature_of(actor);
  if (request.id.empty()) return viewed(hub, actor, desk.begin(post.draft, by));
  if (request.based_on <= 0)
    return fail(Fault::invalid, "it is not said which revision was changed",
                fmt::format("Add --based-on with the number that `carillon draft show {}` shows.",
                            request.id));
  return viewed(hub, actor, desk.save(request.id, request.based_on, post.draft, by));
}

Result<DraftCopyKept> draft_copy(Hub& hub, const Actor& actor, const DraftCopyRequest& request) {
  std::string text = request.text;
  if (!request.file.empty()) {
    if (!actor.local || !text.empty())
      return fail(Fault::invalid, "name a file, on the machine itself, or send the text");
    TRY(text, read_file(request.file, limits::post_file_bytes));
  }
  CHECK_OK(desk_of(hub).keep_copy(request.id, request.based_on, text, signature_of(actor)));
  return DraftCopyKept{request.id, iso_time(hub.clock().now())};
}

Result<DraftView> draft_ask(Hub& hub, const Actor& actor, const DraftAskRequest& request) {
  return say(hub, actor, request.id, request.revision, DeskAct::asked, {});
}

Result<DraftView> draft_approve(Hub& hub, const Actor& actor, const DraftAskRequest& request) {
  return say(hub, actor, request.id, request.revision, DeskAct::approved, {});
}

Result<DraftView> draft_return(Hub& hub, const Actor& actor, const DraftReturnRequest& request) {
  return say(hub, actor, request.id, request.revision, DeskAct::returned, request.reason);
}

Result<DraftView> draft_note(Hub& hub, const Actor& actor, const DraftNoteRequest& request) {
  return say(hub, actor, request.id, 0, DeskAct::noted, request.text);
}

Result<std::vector<DeliveryView>> draft_publish(Hub& hub, const Actor& actor,
                                                const DraftPublishRequest& request) {
  Desk desk = desk_of(hub);
  TRY(const Known draft, known(hub, desk.get(request.id)));
  const Revision& last = draft.text.last();
  if (request.revision != 0 && request.revision != last.revision)
    return fail(Fault::conflict,
                fmt::format("{} saved revision {} on {}, and this is about revision {}", last.name,
                            last.revision, in_zone(last.at, "UTC"), request.revision),
                "Nothing was sent. Look at it first.");
  const Post post{last.content, "the draft " + request.id, "the draft: /at", {}};
  const bool free = draft.clearance.cleared || is_owner(actor);
  if (free && !request.override.empty())
    return fail(Fault::conflict, "it may go out as it is, and needs no override",
                "Leave out the reason.");
  if (!free && request.override.empty())
    return fail(Fault::denied, "it is not cleared: " + draft.clearance.missing,
                "In an emergency --override REASON sends it, and every editor is told.");
  if (!free) {
    CHECK_OK(check_can_go(hub, post, request.at));
    CHECK_OK(desk.add(request.id, last.revision, DeskAct::overridden, request.override,
                      signature_of(actor)));
  }
  TRY(const Planned planned,
      plan_post(hub, actor, post, {}, request.at, request.undo ? Undo::yes : Undo::no));
  return send_planned(hub, actor, planned);
}

Result<DraftRemoved> draft_remove(Hub& hub, const Actor& actor, const DraftShowRequest& request) {
  CHECK_OK(desk_of(hub).remove(request.id, signature_of(actor)));
  return DraftRemoved{request.id};
}

std::vector<Operation<Hub>> desk_operations() {
  const auto row = [](std::string name, std::string method, std::string path, std::string summary) {
    return OperationSpec{.name = std::move(name),
                         .method = std::move(method),
                         .path = std::move(path),
                         .needs = Permission::author,
                         .summary = std::move(summary),
                         .positional = {"id"},
                         .guarded_by = "draft show"};
  };
  auto show = row("draft show", "GET", "/drafts/{id}",
                  "a draft with its history, and what it needs to go out");
  show.state = {"revision"};
  auto list = row("draft list", "GET", "/drafts", "the drafts on the desk, and how far each is");
  list.positional = {};
  auto save = row("draft save", "POST", "/drafts", "put a post file on the desk, or a revision");
  save.help =
      "A new draft, or with --id a new revision of one. It says which revision it was made from; "
      "where somebody saved another one since, nothing is changed.";
  save.positional = {"file"};
  save.hidden = {"text"};
  save.local = {"file"};
  save.valued = {{"id", "ID"}, {"based_on", "REVISION"}};
  auto copy = row("draft copy", "PUT", "/drafts/{id}/copy", "keep what is typed, not yet saved");
  copy.help =
      "No revision is made: it is kept beside the draft, one for each person, until they save. "
      "Whoever opens the draft sees that they are at it.";
  copy.positional = {"id", "file"};
  copy.hidden = {"text"};
  copy.local = {"file"};
  copy.valued = {{"based_on", "REVISION"}};
  copy.quiet = true;
  auto returned = row("draft return", "POST", "/drafts/{id}/returns", "ask for changes");
  returned.valued = {{"reason", "TEXT"}};
  auto note = row("draft note", "POST", "/drafts/{id}/notes",
                  "say something to reviewers; it is never published");
  note.positional = {"id", "text"};
  auto publish = row("draft publish", "POST", "/drafts/{id}/publication",
                     "publish the last revision as it was approved");
  publish.needs = Permission::editor;
  publish.help =
      "Sends what the policy lets out. --override sends it without: the reason is written down, "
      "and stands on everybody's list until another editor has approved the text.";
  publish.valued = {{"at", "TIME"}, {"override", "REASON"}};
  publish.hidden = {"undo"};
  return {
      operation<Hub>(list, &draft_list),
      operation<Hub>(show, &draft_show),
      operation<Hub>(save, &draft_save),
      operation<Hub>(copy, &draft_copy),
      operation<Hub>(row("draft ask", "POST", "/drafts/{id}/requests", "ask for approval"),
                     &draft_ask),
      operation<Hub>(row("draft approve", "POST", "/drafts/{id}/approvals",
                         "this revision may go out; void when it is edited"),
                     &draft_approve),
      operation<Hub>(returned, &draft_return),
      operation<Hub>(note, &draft_note),
      operation<Hub>(publish, &draft_publish, &published_code),
      operation<Hub>(row("draft remove", "DELETE", "/drafts/{id}",
                         "take a draft off the desk that is not published"),
                     &draft_remove),
  };
}

}  // namespace carillon
