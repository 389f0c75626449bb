// The desk: announcements while people work on them. A revision is a whole draft and never changes;
// what anybody says of one is bound to it, so an edit makes it void.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "core/policy.hpp"
#include "store/db.hpp"

namespace carillon {

// Asked: for approval. Noted: for reviewers, never published. Overridden: it went out uncleared.
enum class DeskAct { asked, approved, returned, noted, published, overridden };
BOOST_DESCRIBE_ENUM(DeskAct, asked, approved, returned, noted, published, overridden)

struct Revision {
  std::int64_t revision = 0;  // counts from 1
  std::string digest;
  Draft content;  // in a list only that of the last revision
  std::string person;
  std::string name;
  Role role = Role::contributor;  // in which they saved it
  Micros at = 0;
  [[nodiscard]] Signature by() const { return {person, name, role}; }
};
BOOST_DESCRIBE_STRUCT(Revision, (), (revision, digest, content, person, name, role, at))

struct DeskEntry {
  std::string id;
  std::int64_t revision = 0;
  std::string digest;
  DeskAct act = DeskAct::noted;
  std::string words;
  std::string person;
  std::string name;
  Role role = Role::contributor;
  Micros at = 0;
  [[nodiscard]] Signature by() const { return {person, name, role}; }
};
BOOST_DESCRIBE_STRUCT(DeskEntry, (), (id, revision, digest, act, words, person, name, role, at))

struct WorkingText {
  std::string id;
  Micros made = 0;
  std::string announcement;         // its id, once it was published
  std::string slug;                 // under which it was published; empty: not yet
  std::vector<Revision> revisions;  // oldest first, at least one
  std::vector<DeskEntry> entries;   // oldest first
  [[nodiscard]] const Revision& last() const { return revisions.back(); }
  [[nodiscard]] const Signature owner() const { return revisions.front().by(); }
};

// What somebody has typed on a draft and not saved: it survives a lost session, and shows others
// that they are at it.
struct WorkingCopy {
  std::string draft;
  std::string person;
  std::string name;
  std::int64_t based_on = 0;  // the revision it was made from
  std::string text;           // of a post file, whole or not
  Micros at = 0;
  [[nodiscard]] Signature by() const { return {person, name, Role::contributor}; }
};
BOOST_DESCRIBE_STRUCT(WorkingCopy, (), (draft, person, name, based_on, text, at))

// Who belongs to the team when it is asked whose approval counts.
struct Team {
  std::vector<Person> people;
  TeamRules rules;
  Micros now = 0;
};

// Everybody who saved this very text. Pure.
[[nodiscard]] std::vector<Signature> authors_of(const WorkingText& text, const std::string& digest);
// Whether that revision may go out. The approval of whoever has left, or has lost the role since,
// counts no longer. Pure.
[[nodiscard]] Clearance clearance_of(const WorkingText& text, const Revision& revision,
                                     const std::vector<ApprovalRule>& rules, const Team& team);

// Writing: nobody was asked. Asked: waits for approvals. Returned: changes are asked for. Cleared:
// was asked for and may go out. Published: this revision is out.
enum class DraftState { writing, asked, returned, cleared, published };
BOOST_DESCRIBE_ENUM(DraftState, writing, asked, returned, cleared, published)

// Of the last revision. Pure.
[[nodiscard]] DraftState state_of(const WorkingText& text, const Clearance& clearance);
// The override of the last one published that nobody but who did it has approved since; null: none.
// Pure.
[[nodiscard]] const DeskEntry* open_override(const WorkingText& text);

// Open: what somebody still has to do with it: its last revision is not published, or it went out
// by an override.
enum class OnDesk { open, all };

// The digests of the pictures of every draft as it stands now.
[[nodiscard]] Result<std::set<std::string>> pictures_on_desk(Db& db);

// Thread-safe: holds nothing but what it is given. Every change is an event.
class Desk {
 public:
  Desk(Store& store, const Clock& clock, Ids& ids, std::vector<ApprovalRule> rules)
      : store_(store), clock_(clock), ids_(ids), rules_(std::move(rules)) {}

  // The one changed last first.
  Result<std::vector<WorkingText>> list(OnDesk which);
  // Errors: not_found.
  Result<WorkingText> get(const std::string& id);
  // The id of the one that was published as that announcement; empty: none was.
  Result<std::string> published_as(const std::string& announcement);
  // Those of which a revision is this very text.
  Result<std::vector<WorkingText>> holding(const std::string& digest);

  Result<WorkingText> begin(const Draft& draft, const Signature& by);
  // A new revision on top of `based_on`; the same text again is the same revision. Errors:
  // not_found; conflict when another revision came since, saying whose; denied for an author on
  // somebody else's; invalid when the slug of what is published would change.
  Result<WorkingText> save(const std::string& id, std::int64_t based_on, const Draft& draft,
                           const Signature& by);
  // Keeps what is typed until it is saved as a revision, at most one a person; an empty text drops
  // it. No event: nothing was done yet. Errors: not_found; denied for an author on somebody else's;
  // too_large; invalid for what is no text.
  Result<void> keep_copy(const std::string& id, std::int64_t based_on, const std::string& text,
                         const Signature& by);
  // The latest first.
  Result<std::vector<WorkingCopy>> copies(const std::string& id);
  // The drafts of which somebody has typed since.
  Result<std::set<std::string>> typed_since(Micros at);
  // A word on a revision. Errors: not_found; conflict when it is not the last one; denied by
  // check_reviewer for an opinion, and for an author who asks for somebody else; invalid without
  // words where there must be some.
  Result<WorkingText> add(const std::string& id, std::int64_t revision, DeskAct act,
                          const std::string& words, const Signature& by);
  // That revision went out as this announcement.
  Result<WorkingText> published(const std::string& id, std::int64_t revision,
                                const std::string& announcement, const std::string& slug,
                                const Signature& by);
  // What was said to be published as this announcement since then was taken back: the draft is as
  // it was before, and so is its override. `gone`: there is no such announcement any more. Within
  // the caller's transaction.
  Result<void> withdrawn(Db& db, const std::string& announcement, Micros since, bool gone,
                         const Signature& by);
  // Errors: not_found; denied for an author on somebody else's; conflict once it is published.
  Result<void> remove(const std::string& id, const Signature& by);

 private:
  Result<void> write(Db& db, const WorkingText& text, std::int64_t revision, const Draft& draft,
                     const Signature& by);
  Result<void> enter(Db& db, const WorkingText& text, const Revision& revision, DeskAct act,
                     const std::string& words, const Signature& by);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
  std::vector<ApprovalRule> rules_;
};

}  // namespace carillon
