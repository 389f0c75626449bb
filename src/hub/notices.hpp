// What people are written about, by their own choice, and what proposers hear.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/mail_settings.hpp"

namespace carillon {

struct NoticeShowRequest {
  std::string person;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"person", "whose; default: your own. Others' on this machine only"},
  }};
};
BOOST_DESCRIBE_STRUCT(NoticeShowRequest, (), (person))

struct NoticeSetRequest {
  static constexpr std::array<std::string_view, 1> required{"set"};
  std::vector<std::string> set;
  std::string person = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"set",
       "KEY=VALUE: address= (empty: none), or emergency, trouble, approval, credential or "
       "membership with on or off"},
      {"person", "whose; default: your own. Others' on this machine only"},
  }};
};
BOOST_DESCRIBE_STRUCT(NoticeSetRequest, (), (set, person))

struct NoticeView {
  std::string person;   // the name
  std::string address;  // empty: none was given
  bool proven = false;  // the link that was sent there was opened
  std::vector<Notice> notices;
  bool works = false;  // mail can leave this installation
};
BOOST_DESCRIBE_STRUCT(NoticeView, (), (person, address, proven, notices, works))

// What the addresses in mails begin with; what follows is a secret.
inline constexpr std::string_view mail_proof_path = "/mail/proof/";
inline constexpr std::string_view mail_off_path = "/mail/off/";

[[nodiscard]] MailBook mail_book_of(Hub& hub);

// What a kind of notice is about, for people. Pure.
[[nodiscard]] std::string_view notice_words(Notice notice);

// The link that turns these off for a person without signing in, and what such a link says. Errors
// of reading it: denied where we did not make it; those of the key.
struct TurnOff {
  std::string person;  // the id
  std::vector<Notice> notices;
};
BOOST_DESCRIBE_STRUCT(TurnOff, (), (person, notices))
[[nodiscard]] Result<std::string> turn_off_token(Hub& hub, const TurnOff& what);
[[nodiscard]] Result<TurnOff> read_turn_off(Hub& hub, std::string_view token);

// Writes a digest to everybody for whom there is news, at most one in a quarter of an hour each.
Result<void> write_notices(Hub& hub);

// Writes to proposers who gave an address what became of their proposal.
Result<void> tell_proposers(Hub& hub);

// Errors: denied for somebody else's; not_found; invalid; conflict where no mail can leave.
Result<NoticeView> notice_show(Hub& hub, const Actor& actor, const NoticeShowRequest& request);
Result<NoticeView> notice_set(Hub& hub, const Actor& actor, const NoticeSetRequest& request);

// The reply for people. Pure.
[[nodiscard]] std::string notices_in_words(const NoticeView& view);

[[nodiscard]] std::vector<Operation<Hub>> notice_operations();

}  // namespace carillon
