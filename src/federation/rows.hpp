// The SQL of the fediverse account: who follows, what came back, what is to be delivered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "federation/account.hpp"
#include "store/db.hpp"

namespace carillon::fedi_rows {

// Somebody's account as its server showed it.
struct FediActor {
  std::string id;
  std::string key_id;
  std::string key_pem;
  std::string inbox;
  std::string shared_inbox;  // empty: its server has none
  std::string host;          // with a port where that is not the scheme's
  Micros read = 0;
  std::string name = {};  // preferredUsername, as it writes it; empty: it was not told
};
BOOST_DESCRIBE_STRUCT(FediActor, (), (id, key_id, key_pem, inbox, shared_inbox, host, read, name))

struct FediFollower {
  std::string actor;
  std::string inbox;
  std::string target;  // where posts go: the shared inbox, else its own
  std::string host;
  std::string follow;  // id of the activity
  Micros since = 0;
};
BOOST_DESCRIBE_STRUCT(FediFollower, (), (actor, inbox, target, host, follow, since))

enum class ReactionKind { like, boost, reply };
BOOST_DESCRIBE_ENUM(ReactionKind, like, boost, reply)

struct FediReaction {
  std::string id;  // of a like or a boost: of who and what; of a reply: of its address
  ReactionKind kind = ReactionKind::like;
  std::string actor;
  std::string post;     // the permalink
  std::string uri;      // of the activity or the reply
  std::string content;  // of a reply, as plain text
  Micros made = 0;
  std::string warning = {};  // shown before the text of a reply, one line of plain text
};
BOOST_DESCRIBE_STRUCT(FediReaction, (), (id, kind, actor, post, uri, content, made, warning))

struct HostCount {
  std::string host;
  std::int64_t followers = 0;
};
BOOST_DESCRIBE_STRUCT(HostCount, (), (host, followers))

Result<std::int64_t> followers(Db& db);
// How that account follows, by the activity of that id.
[[nodiscard]] FediFollower follower_of(const FediActor& actor, const std::string& follow,
                                       Micros since);
// By the hosts of the followers themselves, wherever their inboxes are. The most followers first,
// at most `count` hosts.
Result<std::vector<HostCount>> followers_by_host(Db& db, std::int64_t count);
// How many hosts there are.
Result<std::int64_t> follower_hosts(Db& db);
Result<FediCounts> counts(Db& db, const std::string& post);

Result<std::optional<FediActor>> actor(Db& db, const std::string& id);
Result<void> save(Db& db, const FediActor& actor);
Result<bool> follows(Db& db, const std::string& actor);
Result<void> save(Db& db, const FediFollower& follower);
Result<void> remove_follower(Db& db, const std::string& actor);
// Takes everything of that actor away.
Result<void> forget(Db& db, const std::string& actor);

// Keeps a reaction; the same again changes nothing but the text of a reply.
Result<void> save(Db& db, const FediReaction& reaction);
// Only what that actor did. `uri` is the activity, or the reply.
Result<void> remove_reaction(Db& db, const std::string& actor, const std::string& uri);

// False when an activity of that id came before.
Result<bool> first_seen(Db& db, const std::string& activity, const std::string& type,
                        const std::string& host, Micros now);
// Forgets the ids of activities that came before `before`.
Result<void> forget_seen(Db& db, Micros before);

}  // namespace carillon::fedi_rows
