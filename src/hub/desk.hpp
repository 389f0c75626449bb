// Drafts on the desk, as operations: written, asked for, approved, published by the policy.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/clearance.hpp"
#include "hub/publishing.hpp"
#include "text/line_diff.hpp"

namespace carillon {

struct DraftListRequest {
  bool open = false;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"open", "only those whose last revision is not published"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftListRequest, (), (open))

struct DraftShowRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"id", "the draft, as the list shows it"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftShowRequest, (), (id))

struct DraftSaveRequest {
  std::string file = {};
  std::string text = {};
  std::string id = {};
  std::int64_t based_on = 0;
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"file", "the post file"},
      {"text", "the post file's text: front matter and Markdown"},
      {"id", "the draft this is a new revision of; default: a new draft"},
      {"based_on", "with --id: the revision that was changed"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftSaveRequest, (), (file, text, id, based_on))

struct DraftCopyRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  std::string file = {};
  std::string text = {};
  std::int64_t based_on = 0;
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"id", "the draft, as the list shows it"},
      {"file", "a file with what is typed so far"},
      {"text", "what is typed so far; empty: drop it"},
      {"based_on", "the revision that is changed"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftCopyRequest, (), (id, file, text, based_on))

struct DraftCopyKept {
  std::string id;
  std::string at;  // when
};
BOOST_DESCRIBE_STRUCT(DraftCopyKept, (), (id, at))

struct DraftAskRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  std::int64_t revision = 0;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"id", "the draft, as the list shows it"},
      {"revision", "the revision that is meant; default: the last"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftAskRequest, (), (id, revision))

struct DraftReturnRequest {
  static constexpr std::array<std::string_view, 2> required{"id", "reason"};
  std::string id;
  std::string reason;
  std::int64_t revision = 0;
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"id", "the draft, as the list shows it"},
      {"reason", "what must be changed"},
      {"revision", "the revision that is meant; default: the last"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftReturnRequest, (), (id, reason, revision))

struct DraftNoteRequest {
  static constexpr std::array<std::string_view, 2> required{"id", "text"};
  std::string id;
  std::string text;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"id", "the draft, as the list shows it"},
      {"text", "what others shall know of it"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftNoteRequest, (), (id, text))

struct DraftPublishRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  std::string at = {};
  std::string override = {};
  std::int64_t revision = 0;
  bool undo = false;
  static constexpr std::array<std::array<std::string_view, 2>, 5> notes{{
      {"id", "the draft, as the list shows it"},
      {"undo", "what would go out at once waits ten seconds, in which it can be withdrawn"},
      {"at", "when, such as \"2026-12-01 15:00 Europe/Paris\", or now; default: as the draft says"},
      {"override", "in an emergency: why it goes out without the approvals it needs"},
      {"revision", "the revision that is meant; default: the last"},
  }};
};
BOOST_DESCRIBE_STRUCT(DraftPublishRequest, (), (id, at, override, revision, undo))

// A draft in a list.
struct DraftLine {
  std::string id;
  std::string title;
  Kind kind = Kind::general;
  DraftState state = DraftState::writing;
  std::int64_t revision = 1;
  std::string owner;  // who began it
  std::string by;     // who saved the last revision
  std::string at;     // when: RFC 3339 in UTC
  std::string missing;
  std::string due;  // when it shall go out, where the text says so: RFC 3339 in UTC
};
BOOST_DESCRIBE_STRUCT(DraftLine, (),
                      (id, title, kind, state, revision, owner, by, at, missing, due))

// Something that was done with a draft. `what`: saved, asked, approved, returned, noted, published,
// overridden.
struct DraftHappening {
  std::string at;
  std::string who;
  std::string what;
  std::int64_t revision = 0;
  std::string words;
  bool outdated = false;  // an edit came after it
};
BOOST_DESCRIBE_STRUCT(DraftHappening, (), (at, who, what, revision, words, outdated))

// What somebody has typed and not saved.
struct DraftCopy {
  std::string who;
  std::string at;
  std::int64_t based_on = 0;
  std::string text;
  bool own = false;
};
BOOST_DESCRIBE_STRUCT(DraftCopy, (), (who, at, based_on, text, own))

// What the one who asks may do with it now.
struct DraftRights {
  bool change = false;
  bool review = false;
  bool publish = false;
};
BOOST_DESCRIBE_STRUCT(DraftRights, (), (change, review, publish))

struct DraftView {
  std::string id;
  std::string title;
  DraftState state = DraftState::writing;
  std::int64_t revision = 1;
  std::string digest;
  std::string owner;
  std::string by;
  std::string at;
  Draft content;
  std::string text;  // the post file that says it
  bool cleared = false;
  std::int64_t needed = 0;
  std::int64_t given = 0;
  std::string missing;
  std::string announcement;
  bool override_open = false;        // it went out uncleared, and nobody else has approved it since
  std::int64_t compared_with = 0;    // the last approved, else the last revision before; 0: none
  std::vector<DiffLine> difference;  // from that one to this
  std::vector<DraftHappening> history;  // oldest first
  DraftRights may;
  std::vector<DraftCopy> copies;  // the latest first
};
BOOST_DESCRIBE_STRUCT(DraftView, (),
                      (id, title, state, revision, digest, owner, by, at, content, text, cleared,
                       needed, given, missing, announcement, override_open, compared_with,
                       difference, history, may, copies))

struct DraftRemoved {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(DraftRemoved, (), (id))

// What a list calls it: the title, else the beginning of the text. Pure.
[[nodiscard]] std::string title_of(const Draft& draft);

// Errors of all: those of Desk.
Result<std::vector<DraftLine>> draft_list(Hub& hub, const Actor& actor,
                                          const DraftListRequest& request);
Result<DraftView> draft_show(Hub& hub, const Actor& actor, const DraftShowRequest& request);
// Errors: also those of read_post.
Result<DraftView> draft_save(Hub& hub, const Actor& actor, const DraftSaveRequest& request);
// Keeps what is typed without making a revision. Errors: those of Desk::keep_copy.
Result<DraftCopyKept> draft_copy(Hub& hub, const Actor& actor, const DraftCopyRequest& request);
Result<DraftView> draft_ask(Hub& hub, const Actor& actor, const DraftAskRequest& request);
Result<DraftView> draft_approve(Hub& hub, const Actor& actor, const DraftAskRequest& request);
Result<DraftView> draft_return(Hub& hub, const Actor& actor, const DraftReturnRequest& request);
Result<DraftView> draft_note(Hub& hub, const Actor& actor, const DraftNoteRequest& request);
// Publishes the last revision, to the byte, when the policy lets it out. Errors: denied with what
// is missing; conflict for an override that nothing needs; those of plan_post.
Result<std::vector<DeliveryView>> draft_publish(Hub& hub, const Actor& actor,
                                                const DraftPublishRequest& request);
Result<DraftRemoved> draft_remove(Hub& hub, const Actor& actor, const DraftShowRequest& request);

// The replies for people. Pure.
[[nodiscard]] std::string drafts_in_words(const std::vector<DraftLine>& all,
                                          const std::string& zone);
[[nodiscard]] std::string draft_in_words(const DraftView& draft, const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> desk_operations();

}  // namespace carillon
