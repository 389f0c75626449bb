// What came back to the home's account, by time: for whoever reads it as notifications.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "store/db.hpp"

namespace carillon {

enum class HeardKind { follow, like, boost, reply };
BOOST_DESCRIBE_ENUM(HeardKind, follow, like, boost, reply)

struct FediHeard {
  HeardKind kind = HeardKind::follow;
  std::string id;       // of the row; of a follow: the account
  std::string actor;    // address of the account
  std::string name;     // what its server calls it; empty: not known
  std::string host;     // of its server; empty: not known
  std::string post;     // the permalink; empty for a follow
  std::string uri;      // of the activity or the reply
  std::string content;  // of a reply, as plain text
  Micros made = 0;
  std::string warning = {};  // shown before the text of a reply

  // Counts up with time, and is another for each: 53 bits of microseconds and ten of its id, as the
  // ids of our own things have them (base/ids).
  [[nodiscard]] std::uint64_t number() const;
};
BOOST_DESCRIBE_STRUCT(FediHeard, (),
                      (kind, id, actor, name, host, post, uri, content, made, warning))

// Which of all: those above `above` and below `below`, as FediHeard::number has them.
struct HeardAsked {
  std::vector<HeardKind> kinds;  // without one: none
  std::uint64_t above = 0;
  std::uint64_t below = UINT64_MAX;
  bool oldest_first = false;
  std::size_t count = 20;
};

namespace fedi_rows {

// The newest first, unless it is said otherwise.
Result<std::vector<FediHeard>> heard(Db& db, const HeardAsked& asked);
// The one of that number among these kinds; nothing: there is none.
Result<std::optional<FediHeard>> heard_one(Db& db, const std::vector<HeardKind>& kinds,
                                           std::uint64_t number);
// The reply with that address; nothing: there is none.
Result<std::optional<FediHeard>> reply_at(Db& db, const std::string& uri);
// The replies to a post, the oldest first, at most `count`.
Result<std::vector<FediHeard>> replies_to(Db& db, const std::string& post, std::int64_t count);

}  // namespace fedi_rows

}  // namespace carillon
