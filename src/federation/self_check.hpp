// What the account asks its own inbox from outside, to learn what came of the request on the way.
#pragma once

#include <string>
#include <string_view>

#include "federation/rows.hpp"
#include "net/server.hpp"

namespace carillon {

// An activity of the account about itself; nobody keeps it. `padding` bytes longer than need be.
// Pure.
[[nodiscard]] json::object self_check_of(const FediAccount& account, std::string_view word,
                                         std::size_t padding);

// The account as its own server knows it: nobody has to be asked for its key. Pure.
[[nodiscard]] fedi_rows::FediActor own_actor(const FediAccount& account);

// What of the request came. Only who holds the account's key gets this answer.
struct SelfChecked {
  std::string host;            // the Host line
  bool forwarded_for = false;  // a proxy said who asks
};
BOOST_DESCRIBE_STRUCT(SelfChecked, (), (host, forwarded_for))
// Pure.
[[nodiscard]] HttpAnswer self_check_answer(const HttpQuery& query);

}  // namespace carillon
