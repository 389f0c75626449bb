// The passkeys of the people, as operations; the pages by which they are made and used are in web/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "team/passkeys.hpp"

namespace carillon {

struct PasskeyListRequest {
  std::string person;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"person", "whose; default: your own, for an admin everybody's"},
  }};
};
BOOST_DESCRIBE_STRUCT(PasskeyListRequest, (), (person))

struct PasskeyRenameRequest {
  static constexpr std::array<std::string_view, 2> required{"id", "name"};
  std::string id;
  std::string name;
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"id", "the passkey, as the list shows it"},
      {"name", "what its person calls it"},
  }};
};
BOOST_DESCRIBE_STRUCT(PasskeyRenameRequest, (), (id, name))

struct PasskeyRemoveRequest {
  static constexpr std::array<std::string_view, 1> required{"id"};
  std::string id;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"id", "the passkey, as the list shows it"},
  }};
};
BOOST_DESCRIBE_STRUCT(PasskeyRemoveRequest, (), (id))

struct PasskeyView {
  std::string id;
  std::string person;
  std::string name;
  std::string domain;      // where it works
  bool backed_up = false;  // it lies on more devices than one
  std::string made;        // a day in UTC
  std::string used;        // a day; empty: never
};
BOOST_DESCRIBE_STRUCT(PasskeyView, (), (id, person, name, domain, backed_up, made, used))

// Of a passkey, or of an account elsewhere.
struct WayRemoved {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(WayRemoved, (), (id))

// The team's part of a hub, for one request; nothing where browsers have no passkeys (see
// relying_party).
[[nodiscard]] std::optional<Passkeys> passkeys_of(Hub& hub);
// What of all that lets people in works here.
[[nodiscard]] WaysOpen ways_open(const Hub& hub);

// Errors: denied for somebody else's, but for admins.
Result<std::vector<PasskeyView>> passkey_list(Hub& hub, const Actor& actor,
                                              const PasskeyListRequest& request);
// Errors: not_found, also for somebody else's; invalid.
Result<PasskeyView> passkey_rename(Hub& hub, const Actor& actor,
                                   const PasskeyRenameRequest& request);
// Errors: not_found, also for somebody else's; conflict for the only way in of who removes it.
Result<WayRemoved> passkey_remove(Hub& hub, const Actor& actor,
                                  const PasskeyRemoveRequest& request);

// The reply for people. Pure.
[[nodiscard]] std::string passkeys_in_words(const std::vector<PasskeyView>& all);

[[nodiscard]] std::vector<Operation<Hub>> passkey_operations();

}  // namespace carillon
