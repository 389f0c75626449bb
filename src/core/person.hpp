// Who works here, and what each may do. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/operation.hpp"

namespace carillon {

// Contributor: proposes. Member: of a body, votes. Author: writes. Editor: approves and publishes.
// Admin: everything.
enum class Role { contributor, member, author, editor, admin };
BOOST_DESCRIBE_ENUM(Role, contributor, member, author, editor, admin)

struct Person {
  std::string id = {};
  std::string name = {};   // stands in events; until the invitation is taken: the e-mail address
  std::string email = {};  // in lower case; may be empty
  Role role = Role::contributor;
  bool active = true;  // false: an admin ended the membership
  Micros invited = 0;
  Micros joined = 0;  // took the invitation; 0: not yet
  Micros used = 0;    // was last here
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, name, email, role, active, invited, joined, used))

// `team` of carillon.yaml.
struct TeamRules {
  std::int64_t lapses_after_days = 0;  // a membership that nobody uses so long; 0: never
};
BOOST_DESCRIBE_STRUCT(TeamRules, (), (lapses_after_days))

// How long before a membership lapses it is said.
inline constexpr Micros lapse_told = 30 * day;

// Invited: has not come yet. Lapsing: lapses within `lapse_told`. Ended: by an admin.
enum class Standing { invited, active, lapsing, lapsed, ended };
BOOST_DESCRIBE_ENUM(Standing, invited, active, lapsing, lapsed, ended)

// What a role may do.
[[nodiscard]] Permission permission_of(Role role);

// When the membership lapses by the rule; 0: it does not. Of the admins, the one who was here last
// stays, so that the rule locks nobody out of the workspace.
[[nodiscard]] Micros lapses_at(const std::vector<Person>& people, const Person& person,
                               const TeamRules& rules);

[[nodiscard]] Standing standing_of(const std::vector<Person>& people, const Person& person,
                                   const TeamRules& rules, Micros now);

// A membership that may be used.
[[nodiscard]] inline bool is_open(Standing standing) {
  return standing == Standing::active || standing == Standing::lapsing;
}

// Whether `people` have an admin who can sign in. Lapsed ones count: an admin can bring them back.
[[nodiscard]] bool has_admin(const std::vector<Person>& people);

// Errors: conflict when `changed` in place of the person with its id would leave nobody who is
// admin, where there is one.
[[nodiscard]] Result<void> check_admin_stays(const std::vector<Person>& people,
                                             const Person& changed);

// What a person wants to be called, trimmed. Errors (invalid): empty, longer than
// limits::name_bytes, an "@" or control characters in it, or a word that events use for others.
[[nodiscard]] Result<std::string> check_person_name(std::string_view name);

// An e-mail address in lower case, looked at only as far as that it can be one. Errors: invalid.
[[nodiscard]] Result<std::string> check_email(std::string_view email);

}  // namespace carillon
