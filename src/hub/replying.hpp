// The replies that the home got in the fediverse, as operations for the team that works through
// them.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "federation/replies.hpp"
#include "hub/hub.hpp"

namespace carillon {

struct HomeRepliesRequest {
  std::string state = {};
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"state", "unseen, seen, answered or left_alone; default: all"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeRepliesRequest, (), (state))

struct HomeReplyRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  bool seen = false;
  bool answered = false;
  bool leave = false;
  static constexpr std::array<std::array<std::string_view, 2>, 4> notes{{
      {"id", "the reply's id"},
      {"seen", "you read it"},
      {"answered", "somebody answered it"},
      {"leave", "nobody will answer it"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeReplyRequest, (), (id, seen, answered, leave))

struct HomeReplyView {
  std::string id;
  std::string author;   // "@ann@example.org", or the address of the account
  std::string text;     // plain text, of a stranger
  std::string warning;  // that they put before it; empty: none
  std::string url;      // where it stands
  std::string slug;     // of the announcement; empty: it is no more
  std::string post;     // the address of the announcement
  std::string came;     // RFC 3339 in UTC
  ReplyState state = ReplyState::unseen;
  std::string person;   // who said so; empty: nobody yet
  std::string changed;  // when, RFC 3339 in UTC
};
BOOST_DESCRIBE_STRUCT(HomeReplyView, (),
                      (id, author, text, warning, url, slug, post, came, state, person, changed))

// The newest first, at most limits::replies_listed. Errors: conflict where the home has no account
// in the fediverse; invalid for another state.
Result<std::vector<HomeReplyView>> home_replies(Hub& hub, const Actor& actor,
                                                const HomeRepliesRequest& request);
// Says what became of one. Errors: the same; not_found; invalid unless one thing is said.
Result<HomeReplyView> home_reply(Hub& hub, const Actor& actor, const HomeReplyRequest& request);

// As the team sees it. Pure.
[[nodiscard]] HomeReplyView view_of(const FediReply& reply);
// The reply for people. Pure.
[[nodiscard]] std::string replies_in_words(const std::vector<HomeReplyView>& all,
                                           const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> replying_operations();

}  // namespace carillon
