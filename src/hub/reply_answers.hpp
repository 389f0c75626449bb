// Answers to the replies that came to the home's account: announcements on the home alone, by the
// rules of the desk.
#pragma once

#include <string>
#include <vector>

#include "hub/replying.hpp"

namespace carillon {

struct HomeAnswerRequest {
  static constexpr std::array<std::string_view, 2> required{"id", "text"};
  std::string id;
  std::string text;
  std::string warning = {};
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"id", "the reply's id"},
      {"text", "the answer, as Markdown"},
      {"warning", "a content warning: a line shown before it"},
  }};
};
BOOST_DESCRIBE_STRUCT(HomeAnswerRequest, (), (id, text, warning))

struct HomeAnswered {
  HomeReplyView reply;
  std::string draft;    // its id on the desk
  std::string missing;  // what it waits for; empty: it is on its way
};
BOOST_DESCRIBE_STRUCT(HomeAnswered, (), (reply, draft, missing))

// Puts an answer on the desk and goes on as far as the policy lets this person. Errors: conflict
// where the home has no account, or the reply came from a page; not_found; those of post_short.
Result<HomeAnswered> home_answer(Hub& hub, const Actor& actor, const HomeAnswerRequest& request);
// What came of it, for people. Pure.
[[nodiscard]] std::string answered_in_words(const HomeAnswered& one, const std::string& zone);
[[nodiscard]] std::vector<Operation<Hub>> reply_answer_operations();

// Keeps whom a draft answers, and where they are told, before it is planned; nothing to do for one
// that answers nobody. Errors: not_found where no reply with that address came to the home's
// account; conflict where a web page said it; those of the account's server, which is asked where
// it is not known any more.
[[nodiscard]] Result<void> keep_answered(Hub& hub, const Draft& draft);
// The reply is answered by who published the first revision of its answer; or it is only seen
// again, where that was withdrawn.
[[nodiscard]] Result<void> mark_answered(Hub& hub, const Actor& actor, const Draft& draft,
                                         ReplyState state);

}  // namespace carillon
