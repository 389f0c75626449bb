#include "federation/inbox.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "base/log.hpp"
#include "federation/answering.hpp"
#include "federation/blocks.hpp"
#include "federation/limits.hpp"
#include "federation/moving.hpp"
#include "federation/polls.hpp"
#include "federation/quotes.hpp"
#include "federation/replies.hpp"
#include "federation/reports.hpp"
#include "federation/self_check.hpp"
#include "text/html_text.hpp"

namespace carillon {

using fedi_rows::FediActor;
using fedi_rows::ReactionKind;

namespace {

// Who says it must answer for it: of one server are key, actor and activity.
Result<void> check_names(const Activity& activity, const SignatureClaim& claim) {
  const std::string host = host_of(activity.outer.actor);
  for (const std::string* name : {&activity.outer.actor, &activity.outer.id, &claim.key_id}) {
    if (name->size() > limits::address_bytes)
      return fail(Fault::corrupt, "the activity has an address that is too long");
  }
  if (host_of(claim.key_id) != host)
    return fail(Fault::denied, "the key is of another server than the actor");
  if (activity.outer.id.empty()) return fail(Fault::corrupt, "the activity has no id");
  if (host_of(activity.outer.id) != host)
    return fail(Fault::denied, "the activity is of another server than its actor");
  return {};
}

std::string reaction_id(ReactionKind kind, const std::string& actor, const std::string& object) {
  return to_hex(sha256(word_of(kind) + "\n" + actor + "\n" + object));
}

Result<void> take_follow(Db& db, const FediSite& site, const Activity& activity,
                         const FediActor& actor, Micros now) {
  if (activity.outer.object != site.account().id()) return {};
  CHECK_OK(fedi_rows::save(db, fedi_rows::follower_of(actor, activity.outer.id, now)));
  const std::string id = accept_id(site.account(), activity.outer.id);
  // Only what names it, so that nobody makes us send what they like.
  const json::object follow{{"id", json::string(activity.outer.id)},
                            {"type", "Follow"},
                            {"actor", json::string(actor.id)},
                            {"object", json::string(site.account().id())}};
  return send_to(db, actor, id, accept_of(site.account(), follow, id, now), now);
}

Result<void> take_undo(Db& db, const FediSite& site, const Activity& activity) {
  const std::string& who = activity.outer.actor;
  if (activity.inner && !activity.inner->actor.empty() && activity.inner->actor != who) return {};
  const bool follow = activity.inner && activity.inner->type == "Follow" &&
                      activity.inner->object == site.account().id();
  if (follow) return fedi_rows::remove_follower(db, who);
  CHECK_OK(db.run("delete from fedi_follower where actor = $1 and follow = $2", who,
                  activity.outer.object));
  if (activity.inner && (activity.inner->type == "Like" || activity.inner->type == "Announce")) {
    const auto kind = activity.inner->type == "Like" ? ReactionKind::like : ReactionKind::boost;
    CHECK_OK(db.run("delete from fedi_reaction where id = $1",
                    reaction_id(kind, who, activity.inner->object)));
  }
  return fedi_rows::remove_reaction(db, who, activity.outer.object);
}

Result<void> take_reaction(Db& db, const FediSite& site, const Activity& activity,
                           ReactionKind kind, Micros now) {
  const ActivityPart& said = activity.outer;
  if (!site.has(said.object)) return {};
  return fedi_rows::save(
      db, fedi_rows::FediReaction{reaction_id(kind, said.actor, said.object), kind, said.actor,
                                  said.object, said.id, "", now});
}

std::string warning_of(const std::string& summary) {
  std::string out = html_to_text(summary);
  std::replace(out.begin(), out.end(), '\n', ' ');
  return out;
}

// A reply, new or changed: of its own author, from its author's server.
Result<void> take_reply(Db& db, const FediSite& site, const Activity& activity, Micros now) {
  if (!activity.inner) return {};
  const ActivityPart& reply = *activity.inner;
  const FediPost* const post = site.at(reply.in_reply_to);
  if (reply.actor != activity.outer.actor || post == nullptr) return {};
  // Only the voter and we know of it.
  if (is_vote(reply)) return take_vote(db, *post, reply, now);
  if (!reply.is_public || host_of(reply.id) != host_of(reply.actor) ||
      reply.content.size() + reply.summary.size() > limits::reply_bytes ||
      reply.id.size() > limits::address_bytes)
    return {};
  return fedi_rows::save_reply(
      db, fedi_rows::FediReaction{to_hex(sha256(reply.id)), ReactionKind::reply, reply.actor,
                                  reply.in_reply_to, reply.id, html_to_text(reply.content), now,
                                  warning_of(reply.summary)});
}

Result<void> take_update(Db& db, const FediSite& site, const Activity& activity, Micros now) {
  if (activity.outer.object == activity.outer.actor) {
    CHECK_OK(db.run("delete from fedi_actor where id = $1", activity.outer.actor));
    return {};
  }
  return take_reply(db, site, activity, now);
}

Result<void> take_delete(Db& db, const Activity& activity) {
  if (activity.outer.object == activity.outer.actor)
    return fedi_rows::forget(db, activity.outer.actor);
  return fedi_rows::remove_reaction(db, activity.outer.actor, activity.outer.object);
}

Result<void> keep(Db& db, const FediSite& site, const Activity& activity, const FediActor& actor,
                  Micros now) {
  const std::string& type = activity.outer.type;
  TRY(const bool first, fedi_rows::first_seen(db, activity.outer.id, type, actor.host, now));
  CHECK_OK(fedi_rows::revive(db, actor.host, now));
  if (!first) return {};
  if (type == "Follow") return take_follow(db, site, activity, actor, now);
  if (type == "Undo") return take_undo(db, site, activity);
  if (type == "Like") return take_reaction(db, site, activity, ReactionKind::like, now);
  if (type == "Announce") return take_reaction(db, site, activity, ReactionKind::boost, now);
  if (type == "Create") return take_reply(db, site, activity, now);
  if (type == "Update") return take_update(db, site, activity, now);
  if (type == "Delete") return take_delete(db, activity);
  // They block us: nothing goes there any more.
  if (type == "Block" && activity.outer.object == site.account().id())
    return fedi_rows::remove_follower(db, actor.id);
  if (type == "Flag") return take_flag(db, site, activity, now);
  if (type == "QuoteRequest") return take_quote_request(db, site, activity, actor, now);
  return {};
}

// Servers tell everybody when an account ends. Of who never was here nothing has to be read.
Result<bool> is_unknown_end(const InboxHouse& house, const Activity& activity) {
  if (activity.outer.type != "Delete" || activity.outer.object != activity.outer.actor)
    return false;
  TRY(const auto known,
      house.access.store.read([&](Db& db) { return fedi_rows::actor(db, activity.outer.actor); }));
  return !known;
}

// Whether nobody here wants to hear of its actor.
Result<bool> is_unwelcome(const InboxHouse& house, const Activity& activity) {
  return house.access.store.read(
      [&](Db& db) { return fedi_rows::is_blocked(db, activity.outer.actor); });
}

HttpAnswer unwelcome() {
  return say(403, "This server takes nothing from there.");
}

Result<Judgement> judge(const InboxHouse& house, const HttpQuery& query, bool may_ask) {
  const Micros now = house.access.clock.now();
  std::string target;
  const SignedMessage message = message_of(house.site, query, target);
  TRY(const SignatureClaim claim, read_claim(message, now));
  TRY(Activity activity, read_activity(query.body));
  TRY(const bool over, is_unknown_end(house, activity));
  if (over) return kept_answer();
  CHECK_OK(check_names(activity, claim));
  TRY(const bool blocked, is_unwelcome(house, activity));
  if (blocked) return unwelcome();
  TRY(auto actor, known_signer(house, activity.outer.actor, claim));
  if (!actor && !may_ask) return AskFirst{activity.outer.actor};
  if (!actor) {
    TRY(actor, ask_signer(house, activity.outer.actor, claim));
  }
  if (actor->id == house.site.account().id()) return self_check_answer(query);
  // Only now is its name known.
  TRY(const bool known, is_unwelcome(house, activity));
  if (known) return unwelcome();
  if (activity.outer.type == "Move" && !may_ask) return AskFirst{activity.outer.actor};
  TRY(auto moved, moved_to(house.access, house.memory, activity));
  return JudgedActivity{std::move(activity), std::move(*actor), std::move(moved), now};
}

}  // namespace

bool is_inbox(const FediSite& site, std::string_view path) {
  const std::string_view below = site.below(path);
  return below == "/inbox" || below == "/actors/" + site.account().handle + "/inbox";
}

Judgement judge_activity(const InboxHouse& house, const HttpQuery& query, bool may_ask) {
  if (query.body.size() > limits::inbox_bytes) return say(413, "An activity has at most 256 KiB.");
  if (!is_activity_type(query.header("Content-Type")))
    return say(415, "An inbox takes application/activity+json.");
  auto judged = judge(house, query, may_ask);
  if (judged) return std::move(*judged);
  HttpAnswer out = refusal_of(judged.error());
  if (out.status == 401)
    log(Level::info, "an activity was refused", {{"reason", out.body.substr(0, 200)}});
  return out;
}

Result<void> keep_activity(Db& db, const FediSite& site, const JudgedActivity& judged) {
  if (judged.moved) CHECK_OK(take_move(db, judged.actor.id, *judged.moved, judged.came));
  return keep(db, site, judged.activity, judged.actor, judged.came);
}

HttpAnswer kept_answer() {
  return say(202, "Thank you.");
}

}  // namespace carillon
