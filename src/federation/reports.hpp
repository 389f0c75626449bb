// What other servers report of the account or its posts (Flag), for people who look into it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "federation/activity.hpp"
#include "federation/site.hpp"
#include "store/db.hpp"

namespace carillon {

struct FediReport {
  std::string id;     // of its address
  std::string actor;  // who sent it: mostly the server itself, for one of its people
  std::string host;
  std::string words;  // plain text, of a stranger
  std::string about;  // the address of one of our posts; of the account where it names none
  Micros made = 0;
  std::string person;  // who looked into it; empty: nobody yet
  Micros seen = 0;
};
BOOST_DESCRIBE_STRUCT(FediReport, (), (id, actor, host, words, about, made, person, seen))

// Keeps a Flag that is about the account or one of its posts, of all of them the newest
// limits::reports_kept. Within the caller's transaction.
[[nodiscard]] Result<void> take_flag(Db& db, const FediSite& site, const Activity& activity,
                                     Micros now);

namespace fedi_rows {

// The newest first; only those that nobody looked into, or all.
Result<std::vector<FediReport>> reports(Db& db, bool open_only);
// Errors: not_found. Who was first stays.
Result<FediReport> mark_seen(Db& db, const std::string& id, const std::string& person, Micros now);

}  // namespace fedi_rows

}  // namespace carillon
