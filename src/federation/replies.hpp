// Replies to the home's posts, as a team works through them. Nothing of them is shown in public.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "federation/rows.hpp"
#include "store/db.hpp"

namespace carillon {

// Unseen: nobody looked at it, or it was changed since. Left alone: nobody will answer.
enum class ReplyState { unseen, seen, answered, left_alone };
BOOST_DESCRIBE_ENUM(ReplyState, unseen, seen, answered, left_alone)

struct FediReply {
  std::string id;
  std::string actor;    // address of the account
  std::string name;     // what its server calls it; empty: not known
  std::string host;     // of its server; empty: not known
  std::string post;     // permalink of the announcement
  std::string slug;     // of the announcement; empty: there is none any more
  std::string uri;      // where the reply stands
  std::string content;  // plain text
  std::string warning;  // that its author put before the text; empty: none
  Micros made = 0;      // when it came
  ReplyState state = ReplyState::unseen;
  std::string person;  // who said so; empty: nobody yet
  Micros changed = 0;  // when
};
BOOST_DESCRIBE_STRUCT(FediReply, (),
                      (id, actor, name, host, post, slug, uri, content, warning, made, state,
                       person, changed))

namespace fedi_rows {

// The newest first, at most `count`; of one state, or of all.
Result<std::vector<FediReply>> replies(Db& db, std::optional<ReplyState> state, std::int64_t count);
// The one of that id, or with that address; nothing: there is none.
Result<std::optional<FediReply>> reply_of(Db& db, const std::string& id_or_uri);
// How many are in that state, and when the oldest of them came.
struct ReplyCount {
  std::int64_t count = 0;
  Micros oldest = 0;
};
BOOST_DESCRIBE_STRUCT(ReplyCount, (), (count, oldest))
Result<ReplyCount> count_replies(Db& db, ReplyState state);
// Errors: not_found.
Result<FediReply> mark_reply(Db& db, const std::string& id, ReplyState state,
                             const std::string& person, Micros now);
// Keeps a reply, new or changed; one whose words are others now is unseen again.
Result<void> save_reply(Db& db, const FediReaction& reply);
// Forgets what was said of replies that are no more.
Result<void> forget_reply_states(Db& db);

}  // namespace fedi_rows

}  // namespace carillon
