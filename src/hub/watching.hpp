// Watches names that could be taken for ours.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "retire/look_alikes.hpp"

namespace carillon {

struct ChannelWatchRequest {
  std::vector<std::string> seen;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"seen", "what you saw, such as \"x:ringing_bel1s free\" or \"x:ringing_bel1s taken ID\""},
  }};
};
BOOST_DESCRIBE_STRUCT(ChannelWatchRequest, (), (seen))

struct WatchedName {
  std::string platform;
  std::string handle;
  std::string server;  // of mastodon and its like
  NameKind kind = NameKind::suggested;
  NameState state = NameState::unknown;
  Concern concern = Concern::none;
  std::string id;
  std::string address;  // where to look
  std::string message;
  std::string report;  // how to report it
  bool due = false;    // a person has to look: nobody did for a month
  std::string last;    // when it was last seen before, RFC 3339; empty: never
};
BOOST_DESCRIBE_STRUCT(WatchedName, (),
                      (platform, handle, server, kind, state, concern, id, address, message, report,
                       due, last))

// Asks the platforms that answer anybody (Mastodon, Bluesky, GitHub) who has our names, our earlier
// names, those under `watch` and some look-alikes, with a pause between two requests; compares with
// what was seen before and notes what is new. Of the others it says where a person looks. With
// `seen` it only notes that. Errors: invalid for words that name no account or no state.
Result<std::vector<WatchedName>> channel_watch(Hub& hub, const Actor& actor,
                                               const ChannelWatchRequest& request);

// The same with another way to wait; false from it stops.
Result<std::vector<WatchedName>> watch_names(Hub& hub, const Actor& actor,
                                             const ChannelWatchRequest& request,
                                             const std::function<bool(Micros)>& wait);

// What is new first, then the card for a person, then what is as it should be, counted. Pure.
[[nodiscard]] std::string watched_in_words(const std::vector<WatchedName>& all,
                                           const std::string& zone);

[[nodiscard]] std::vector<Operation<Hub>> watching_operations();

}  // namespace carillon
