// The replies that the home answers: what its answers have to say of them, kept for as long as the
// answers stand, whatever becomes of the replies.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "federation/queue.hpp"
#include "federation/rows.hpp"

namespace carillon {

struct FediAnswered {
  std::string reply;  // the id of their Note
  std::string actor;  // the address of their account
  std::string name;   // "@ann@example.org"
  std::string inbox;  // where it hears of an answer: the shared inbox of its server, else its own
  std::string post;   // the permalink of the post that it was a reply to
  Micros made = 0;
};
BOOST_DESCRIBE_STRUCT(FediAnswered, (), (reply, actor, name, inbox, post, made))

namespace fedi_rows {

// Of the reply with that id (the address of the Note); nothing where none was kept.
Result<std::optional<FediAnswered>> answered(Db& db, const std::string& reply);
Result<std::vector<FediAnswered>> all_answered(Db& db);
// What is known now of who is answered takes the place of what was known before.
Result<void> save(Db& db, const FediAnswered& row);

// Queues an activity of ours for who wrote that reply, once, whether or not they follow. Nothing
// where none was kept, or its account is blocked. Within the caller's transaction.
Result<void> tell_answered(Db& db, const std::string& reply, const FediActivity& activity);

}  // namespace fedi_rows

}  // namespace carillon
