// What an announcement needs before it goes out: whose approval, and how many. Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/announcement.hpp"
#include "core/person.hpp"

namespace carillon {

// One of `policy: approval:` in carillon.yaml; the first that names the kind counts.
struct ApprovalRule {
  std::vector<Kind> kinds = {};     // empty: every kind
  std::int64_t approvals = 1;       // how many are needed
  Role from = Role::editor;         // the least role of those whose approval counts
  std::optional<Role> exempt = {};  // from this role on nobody needs any for what they wrote
};
BOOST_DESCRIBE_STRUCT(ApprovalRule, (), (kinds, approvals, from, exempt))

// Who did something, and in which role they did it.
struct Signature {
  std::string person = {};  // the id; empty: the owner of the machine
  std::string name = {};
  Role role = Role::contributor;
};
BOOST_DESCRIBE_STRUCT(Signature, (), (person, name, role))

// Approved: it may go out as it is. Returned: it must be changed first.
enum class Opinion { approved, returned };
BOOST_DESCRIBE_ENUM(Opinion, approved, returned)

// Whose word on which text.
struct Review {
  Signature by;
  Opinion opinion = Opinion::approved;
  std::int64_t revision = 0;
  std::string digest;  // of the text, so that a number alone proves nothing
  std::string words;   // what must be changed
};

// The text whose fate is asked for.
struct Reviewed {
  std::int64_t revision = 0;
  std::string digest;
};

struct Clearance {
  bool cleared = false;
  std::int64_t needed = 0;
  std::int64_t given = 0;
  std::string missing;  // why not, in a sentence; empty when it is cleared
};

// Whether both are the same person.
[[nodiscard]] bool is_same(const Signature& a, const Signature& b);

// "an editor", "an admin", "an author", with what is above it: "an editor or admin".
[[nodiscard]] std::string in_words(Role least);

// The first rule for this kind. Where none is for it: one approval of an editor, but editors and
// admins publish what they wrote themselves.
[[nodiscard]] ApprovalRule rule_for(const std::vector<ApprovalRule>& rules, Kind kind);

// Errors: invalid, naming the rule ("/policy/approval/0: …"): fewer than none, or a role that may
// not look at drafts.
[[nodiscard]] Result<void> check_rules(const std::vector<ApprovalRule>& rules);

// Whether `who` may have a say on a text that `authors` wrote. Errors: denied, for one of them and
// for a role that does not count.
[[nodiscard]] Result<void> check_reviewer(const ApprovalRule& rule, const Signature& who,
                                          const std::vector<Signature>& authors);

// Whether the text may go out. Reviews of another revision or another text are void, of one
// person's the last counts, and those of `authors` (everybody who saved this very text) never.
// `reviews` oldest first.
[[nodiscard]] Clearance clearance_of(const ApprovalRule& rule, const Reviewed& text,
                                     const std::vector<Review>& reviews,
                                     const std::vector<Signature>& authors);

}  // namespace carillon
