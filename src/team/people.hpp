// The people of the organisation, and the links by which they come in.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/ids.hpp"
#include "core/person.hpp"
#include "store/db.hpp"

namespace carillon {

// From where the events come of those who are about to sign in, or look after their own account.
inline constexpr const char* by_pages = "the sign-in pages";

// Opens /welcome/TOKEN once, until it expires. Who has it becomes that person.
struct WelcomeLink {
  std::string person;  // the name; empty: whoever becomes the first admin
  Secret token;
  Micros expires = 0;
};

struct PersonChange {
  std::optional<Role> role;
  std::optional<bool> active;  // true also brings back who lapsed
};

// How somebody who comes by a link is called.
struct Arrival {
  std::string name = {};
  std::string email = {};
  std::string id = {};  // of who is not known yet; empty: a new one
};

// What lets a person in from now on.
struct WayIn {
  std::string event;  // that it was set, for who came before
  std::function<Result<void>(Db&, const Person&)> write;
};
// A password, by its hash.
[[nodiscard]] WayIn by_password(const std::string& hash, Micros now);

// Thread-safe: holds nothing but what it is given. `by` names who acts, for the event.
class People {
 public:
  People(Store& store, const Clock& clock, Ids& ids) : store_(store), clock_(clock), ids_(ids) {}

  // By name.
  Result<std::vector<Person>> list();
  // By name or e-mail address, in any case. Errors: not_found with the nearest name.
  Result<Person> named(const std::string& who);
  // Nothing: there is none.
  Result<std::optional<Person>> find(const std::string& who);

  // A person who has not come yet, and the link for them. Errors: invalid (the address), conflict
  // (somebody has it).
  Result<WelcomeLink> invite(const std::string& email, Role role, const std::string& by);
  // The link of the first admin; those before it are void. Errors: conflict when there is one.
  Result<WelcomeLink> first_link();
  // A new link for a person, who sets a password by it; those before it are void. Errors:
  // not_found; conflict when the membership has ended.
  Result<WelcomeLink> link_for(const std::string& who, const std::string& by);
  // Whom a link is for; without an id: the first admin. Errors: denied when it is not valid.
  Result<Person> of_link(const Secret& token);
  // Takes the link: it is void, the person has come and has this way in, in place of the password
  // they had; nothing that was open before stays so. `who` counts for who comes for the first time.
  // Errors: denied (the link), invalid, conflict (the name is taken), those of `way`.
  Result<Person> accept(const Secret& token, const Arrival& who, const WayIn& way);

  // Errors: not_found; conflict for the last admin.
  Result<Person> change(const std::string& who, const PersonChange& change, const std::string& by);
  // With all that is theirs; what they did stays in the events. Errors: as change.
  Result<void> remove(const std::string& who, const std::string& by);
  // They were here. Written once an hour.
  Result<void> note_use(const Person& person);

 private:
  Result<WelcomeLink> make_link(Db& db, const Person& person);
  Store& store_;
  const Clock& clock_;
  Ids& ids_;
};

}  // namespace carillon
