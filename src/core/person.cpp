#include "core/person.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/limits.hpp"

namespace carillon {

namespace {

bool is_working_admin(const Person& person) {
  return person.role == Role::admin && person.active && person.joined > 0;
}

// Whoever reads the audit log must know a person from the program and from its owner.
constexpr std::string_view taken[] = {"admin", "api", "carillon", "nobody", "system"};

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  });
}

}  // namespace

Permission permission_of(Role role) {
  switch (role) {
    case Role::contributor:
    case Role::member:
      return Permission::anyone;
    case Role::author:
      return Permission::author;
    case Role::editor:
      return Permission::editor;
    case Role::admin:
      return Permission::admin;
  }
  return Permission::anyone;
}

Micros lapses_at(const std::vector<Person>& people, const Person& person, const TeamRules& rules) {
  if (rules.lapses_after_days <= 0 || person.joined == 0 || !person.active) return 0;
  const bool later = std::any_of(people.begin(), people.end(), [&](const Person& other) {
    return other.id != person.id && is_working_admin(other) &&
           std::pair(other.used, other.id) > std::pair(person.used, person.id);
  });
  if (person.role == Role::admin && !later) return 0;
  return person.used + rules.lapses_after_days * day;
}

Standing standing_of(const std::vector<Person>& people, const Person& person,
                     const TeamRules& rules, Micros now) {
  if (!person.active) return Standing::ended;
  if (person.joined == 0) return Standing::invited;
  const Micros lapses = lapses_at(people, person, rules);
  if (lapses == 0 || now < lapses - lapse_told) return Standing::active;
  return now < lapses ? Standing::lapsing : Standing::lapsed;
}

bool has_admin(const std::vector<Person>& people) {
  return std::any_of(people.begin(), people.end(), is_working_admin);
}

Result<void> check_admin_stays(const std::vector<Person>& people, const Person& changed) {
  std::vector<Person> after = people;
  for (Person& person : after) {
    if (person.id == changed.id) person = changed;
  }
  if (has_admin(after) || !has_admin(people)) return {};
  return fail(Fault::conflict, fmt::format("{} is the last admin", changed.name),
              "Make somebody else admin first: `carillon person set NAME role=admin`.");
}

Result<std::string> check_person_name(std::string_view name) {
  name = trim(name);
  const std::string lower = lower_ascii(name);
  if (name.empty()) return fail(Fault::invalid, "the name is empty", "Say how you are called.");
  if (name.size() > limits::name_bytes)
    return fail(Fault::invalid, fmt::format("the name is longer than {} bytes", limits::name_bytes),
                "Take a shorter one.");
  if (first_bad_utf8(name) || has_control(name) || name.find('@') != std::string_view::npos)
    return fail(Fault::invalid, "the name has a character that does not belong in a name",
                "Take letters, digits and blanks; an e-mail address is no name.");
  if (std::find(std::begin(taken), std::end(taken), lower) != std::end(taken))
    return fail(Fault::invalid, fmt::format("\"{}\" is a word of the audit log", name),
                "Take your own name, so that others know who acted.");
  return std::string(name);
}

Result<std::string> check_email(std::string_view email) {
  email = trim(email);
  const auto at = email.find('@');
  const bool plain = !has_control(email) && !first_bad_utf8(email) &&
                     email.find_first_of(" <>,;\"") == std::string_view::npos;
  if (plain && at != std::string_view::npos && at > 0 && at + 1 < email.size() &&
      email.find('@', at + 1) == std::string_view::npos && email.size() <= limits::email_bytes)
    return lower_ascii(email);
  return fail(Fault::invalid, fmt::format("\"{}\" is not an e-mail address", email),
              "Write it as name@example.org.");
}

}  // namespace carillon
