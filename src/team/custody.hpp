// Who can get into each account, and what hangs on it: the register that keeps an organisation from
// losing a name with the one person who had the password.
#pragma once

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "core/platform_rules.hpp"
#include "store/db.hpp"

namespace carillon {

// Fewer custodians than this are worth a warning.
inline constexpr std::size_t custodians_wanted = 3;
// A log-in is proof that a person can get in for so long.
inline constexpr Micros proof_lasts = 180 * day;

// A person who can get into a channel's account.
struct Custodian {
  std::string person;
  Micros since = 0;
  Micros proven = 0;  // when they last said that they logged in; 0: never
  std::string proof;  // what they said
};
BOOST_DESCRIBE_STRUCT(Custodian, (), (person, since, proven, proof))

// Something that needs the account: a service that logs in with it, a page that shows its posts.
struct Dependent {
  std::string what;
  Micros since = 0;
  Micros moved = 0;  // when it no longer needed the account; 0: it still does
  std::string proof;
};
BOOST_DESCRIBE_STRUCT(Dependent, (), (what, since, moved, proof))

// What is known of one channel's account.
struct Custody {
  std::vector<Custodian> custodians;  // by name
  std::vector<Dependent> dependents;  // by name
};

// Thread-safe: holds nothing but the store.
class CustodyRegister {
 public:
  CustodyRegister(Store& store, const Clock& clock) : store_(store), clock_(clock) {}

  Result<Custody> of(const std::string& channel);
  // Errors: invalid for an empty name. Adding one who is there changes nothing.
  Result<void> add_custodian(const std::string& channel, const std::string& person);
  // Errors: not_found, with the custodians there are.
  Result<void> remove_custodian(const std::string& channel, const std::string& person);
  // A custodian logged in at `at` and says how that can be seen. Errors: not_found; invalid without
  // a proof, or for a time to come.
  Result<void> prove(const std::string& channel, const std::string& person,
                     const std::string& proof, Micros at);
  // Adds what needs the account. Errors: invalid for an empty name.
  Result<void> add_dependent(const std::string& channel, const std::string& what);
  // It needs the account no longer. Errors: not_found, invalid without a proof.
  Result<void> move_dependent(const std::string& channel, const std::string& what,
                              const std::string& proof);

 private:
  Store& store_;
  const Clock& clock_;
};

// The last proven log-in of anybody; 0: none. Pure.
[[nodiscard]] Micros last_proven(const Custody& custody);
// Until when somebody must log in again by the platform's rule; 0: no rule, or no log-in is known.
// Pure.
[[nodiscard]] Micros next_keep_alive(const Custody& custody, const PlatformRules& rules);
// How many custodians have shown within `proof_lasts` that they can get in. Pure.
[[nodiscard]] std::size_t proven_custodians(const Custody& custody, Micros now);
// What is wrong, each in a sentence with what to do. Pure.
[[nodiscard]] std::vector<std::string> custody_warnings(const std::string& channel,
                                                        const Custody& custody,
                                                        const PlatformRules& rules, Micros now);

}  // namespace carillon
