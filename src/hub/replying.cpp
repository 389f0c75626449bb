#include "hub/replying.hpp"

#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/moment.hpp"
#include "base/zone.hpp"
#include "federation/limits.hpp"
#include "hub/blocking.hpp"

namespace carillon {

namespace {

Result<std::optional<ReplyState>> state_in(const std::string& word) {
  if (word.empty()) return std::nullopt;
  const auto state = from_word<ReplyState>(word);
  if (state) return state;
  return fail(Fault::invalid, fmt::format("no reply is \"{}\"", word),
              "They are unseen, seen, answered or left_alone.");
}

}  // namespace

HomeReplyView view_of(const FediReply& reply) {
  const bool named = !reply.name.empty() && !reply.host.empty();
  return {reply.id,
          named ? fmt::format("@{}@{}", reply.name, reply.host) : reply.actor,
          reply.content,
          reply.warning,
          reply.uri,
          reply.slug,
          reply.post,
          iso_time(reply.made),
          reply.state,
          reply.person,
          reply.changed == 0 ? std::string() : iso_time(reply.changed)};
}

Result<std::vector<HomeReplyView>> home_replies(Hub& hub, const Actor&,
                                                const HomeRepliesRequest& request) {
  CHECK_OK(check_account(hub));
  TRY(const auto state, state_in(request.state));
  TRY(const auto all, hub.store().read([&](Db& db) {
    return fedi_rows::replies(db, state, limits::replies_listed);
  }));
  std::vector<HomeReplyView> out;
  out.reserve(all.size());
  for (const FediReply& reply : all) out.push_back(view_of(reply));
  return out;
}

Result<HomeReplyView> home_reply(Hub& hub, const Actor& actor, const HomeReplyRequest& request) {
  CHECK_OK(check_account(hub));
  if (int(request.seen) + int(request.answered) + int(request.leave) != 1)
    return fail(Fault::invalid, "say one thing of the reply",
                "--seen, --answered, or --leave where nobody will answer it.");
  const ReplyState state = request.seen       ? ReplyState::seen
                           : request.answered ? ReplyState::answered
                                              : ReplyState::left_alone;
  TRY(const FediReply reply, hub.store().write([&](Db& db) {
    return fedi_rows::mark_reply(db, request.id, state, actor.name, hub.clock().now());
  }));
  return view_of(reply);
}

std::string replies_in_words(const std::vector<HomeReplyView>& all, const std::string& zone) {
  std::string out;
  for (const HomeReplyView& one : all) {
    out += fmt::format("{:<12} {}, to {}\n", word_of(one.state), one.author,
                       one.slug.empty() ? one.post : one.slug);
    if (!one.warning.empty()) out += fmt::format("{:<12} [{}]\n", "", one.warning);
    for (const std::string& line : split(one.text, '\n'))
      out += fmt::format("{:<12} {}\n", "", line);
    out += fmt::format("{:<12} {}  {}\n{:<12} {}\n", "",
                       in_zone(parse_time(one.came).value_or(0), zone), one.url, "", one.id);
    if (!one.person.empty())
      out += fmt::format("{:<12} so said {}, {}\n", "", one.person,
                         in_zone(parse_time(one.changed).value_or(0), zone));
  }
  return out.empty() ? "There are no replies.\n" : out;
}

std::vector<Operation<Hub>> replying_operations() {
  return {
      operation<Hub>(
          {.name = "home replies",
           .method = "GET",
           .path = "/home/replies",
           .needs = Permission::author,
           .summary = "what people in the fediverse replied to announcements",
           .help = "The newest first, 200 at most, as plain text. The home shows none of "
                   "them. One that its author changes is unseen again.",
           .valued = {{"state", "STATE"}}},
          &home_replies),
      operation<Hub>({.name = "home reply",
                      .method = "POST",
                      .path = "/home/replies/{id}",
                      .needs = Permission::author,
                      .summary = "say what became of a reply, for the others of the team",
                      .help = "One of --seen, --answered and --leave. Who said so and when stands "
                              "beside it.",
                      .positional = {"id"}},
                     &home_reply)};
}

}  // namespace carillon
