#include "hub/reply_answers.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "federation/answered.hpp"
#include "federation/finding.hpp"
#include "hub/blocking.hpp"
#include "hub/fediverse.hpp"
#include "hub/short_posts.hpp"

namespace carillon {

namespace {

// Its account as it is kept, else as its server shows it now.
Result<fedi_rows::FediActor> account_of(Hub& hub, const FediReply& reply) {
  TRY(auto kept, hub.store().read([&](Db& db) { return fedi_rows::actor(db, reply.actor); }));
  if (kept) return std::move(*kept);
  TRY(const SiteView view, hub.view());
  TRY(const auto fediverse, fediverse_of(hub, view));
  if (!fediverse)
    return fail(Fault::conflict, "the home has no address",
                "Set organisation.url in carillon.yaml.");
  PeerMemory memory;
  TRY(auto found,
      find_far_account({hub.http(), hub.store(), hub.clock(), fediverse->signer, fediverse->trust},
                       memory, reply.actor));
  CHECK_OK(hub.store().write([&](Db& db) { return fedi_rows::save(db, found.actor); }));
  return std::move(found.actor);
}

}  // namespace

Result<void> keep_answered(Hub& hub, const Draft& draft) {
  if (draft.answers.empty()) return {};
  TRY(const auto before,
      hub.store().read([&](Db& db) { return fedi_rows::answered(db, draft.answers); }));
  if (before) return {};
  TRY(const auto reply,
      hub.store().read([&](Db& db) { return fedi_rows::reply_of(db, draft.answers); }));
  if (!reply || reply->uri != draft.answers)
    return fail(Fault::not_found, fmt::format("no reply with the address {} came", draft.answers),
                "`carillon home replies` lists them.");
  if (reply->actor == reply->uri)
    return fail(Fault::conflict, "a web page said this, and no account that could be answered",
                "Answer on that page, and say so with --answered.");
  CHECK_OK(check_account(hub));
  TRY(const auto actor, account_of(hub, *reply));
  const std::string name =
      actor.name.empty() ? actor.id.substr(actor.id.rfind('/') + 1) : actor.name;
  const FediAnswered row{reply->uri,
                         actor.id,
                         fmt::format("@{}@{}", name, actor.host),
                         actor.shared_inbox.empty() ? actor.inbox : actor.shared_inbox,
                         reply->post,
                         hub.clock().now()};
  return hub.store().write([&](Db& db) { return fedi_rows::save(db, row); });
}

Result<void> mark_answered(Hub& hub, const Actor& actor, const Draft& draft, ReplyState state) {
  if (draft.answers.empty()) return {};
  return hub.store().write([&](Db& db) -> Result<void> {
    TRY(const auto reply, fedi_rows::reply_of(db, draft.answers));
    if (!reply) return {};  // its author took it back
    CHECK_OK(fedi_rows::mark_reply(db, reply->id, state, actor.name, hub.clock().now()));
    return {};
  });
}

Result<HomeAnswered> home_answer(Hub& hub, const Actor& actor, const HomeAnswerRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const auto reply,
      hub.store().read([&](Db& db) { return fedi_rows::reply_of(db, request.id); }));
  if (!reply)
    return fail(Fault::not_found, fmt::format("there is no reply {}", request.id),
                "`carillon home replies` lists them.");
  Draft draft;
  draft.body = request.text;
  draft.warning = trim(request.warning);
  draft.answers = reply->uri;
  draft.slug = short_slug(hub, request.text);
  TRY(const std::string home, home_channel(hub));
  draft.channels = {home};
  CHECK_OK(keep_answered(hub, draft));
  TRY(const ShortPosted posted, post_short(hub, actor, draft));
  TRY(const auto now, hub.store().read([&](Db& db) { return fedi_rows::reply_of(db, reply->id); }));
  return HomeAnswered{view_of(now ? *now : *reply), posted.draft.id,
                      posted.waits ? posted.draft.missing : std::string()};
}

std::string answered_in_words(const HomeAnswered& one, const std::string& zone) {
  std::string out = replies_in_words({one.reply}, zone);
  if (one.missing.empty()) return out + "The answer is on its way.\n";
  return out + fmt::format("The answer is the draft {}: {}.\n", one.draft, one.missing);
}

std::vector<Operation<Hub>> reply_answer_operations() {
  return {operation<Hub>(
      {.name = "home answer",
       .method = "POST",
       .path = "/home/replies/{id}/answers",
       .needs = Permission::author,
       .summary = "answer a reply from the home's account",
       .help =
           "The answer is an announcement of the home alone: it passes the desk and its policy, "
           "goes to who is answered and to who follows, and stands under the post that was "
           "replied to. Then the reply is answered.",
       .positional = {"id", "text"},
       .valued = {{"warning", "LINE"}}},
      &home_answer)};
}

}  // namespace carillon
