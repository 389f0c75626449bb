// What needs a person today, as an operation.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

// Approve: a text waits for your word. Change: changes of yours are asked for. Publish: it is
// cleared and may go out. Unconfirmed, missed, refused, manual: deliveries in that state. Look:
// something went out uncleared. Membership: one lapses soon. Expiring: a credential does. Report:
// another server reports the home's account. Reply: people replied to announcements there.
enum class Need {
  approve,
  change,
  publish,
  unconfirmed,
  missed,
  refused,
  manual,
  look,
  membership,
  expiring,
  report,
  reply
};
BOOST_DESCRIBE_ENUM(Need, approve, change, publish, unconfirmed, missed, refused, manual, look,
                    membership, expiring, report, reply)

struct TodayRequest {};
BOOST_DESCRIBE_STRUCT(TodayRequest, (), ())

struct TodayItem {
  Need need = Need::approve;
  std::string since;         // RFC 3339 in UTC
  std::string what;          // in a sentence
  std::string act;           // what to do
  std::string draft;         // its id, where it is about one
  std::string delivery;      // its id, where it is about one
  std::string announcement;  // its slug, where it is about one
  std::string channel = {};  // its name, where it is about one
};
BOOST_DESCRIBE_STRUCT(TodayItem, (),
                      (need, since, what, act, draft, delivery, announcement, channel))

// What waits for the one who asks, oldest first. Errors: those of the database.
Result<std::vector<TodayItem>> today(Hub& hub, const Actor& actor, const TodayRequest& request);

// The reply for people, each with its command. Pure.
[[nodiscard]] std::string today_in_words(const std::vector<TodayItem>& all,
                                         const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> today_operations();

}  // namespace carillon
