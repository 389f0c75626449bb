// What apps leave with us for a person: pictures that no post names yet, and how far they read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

struct ClientMedia {
  std::string id;
  std::string person;
  std::string file;    // as a draft names it
  std::string digest;  // of the master
  std::string alt;
  std::int64_t width = 0;
  std::int64_t height = 0;
  Micros made = 0;
};
BOOST_DESCRIBE_STRUCT(ClientMedia, (), (id, person, file, digest, alt, width, height, made))

struct ClientMarker {
  std::string timeline;   // "home" or "notifications"
  std::string last_read;  // an id
  std::int64_t version = 0;
  Micros updated = 0;
};
BOOST_DESCRIBE_STRUCT(ClientMarker, (), (timeline, last_read, version, updated))

namespace client_rows {

// Forgets what nobody named within a day.
Result<void> save(Db& db, const ClientMedia& media);
Result<std::optional<ClientMedia>> media(Db& db, const std::string& person, const std::string& id);
// Nothing: there is none of that id, or it is another person's.
Result<std::optional<ClientMedia>> describe(Db& db, const std::string& person,
                                            const std::string& id, const std::string& alt);
Result<std::vector<ClientMarker>> markers(Db& db, const std::string& person);
Result<void> mark(Db& db, const std::string& person, const ClientMarker& marker);

}  // namespace client_rows

}  // namespace carillon
