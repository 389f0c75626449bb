// Posts that are written where there is no composer: in an app, under a reply. Each is a draft that
// goes the way of every draft.
#pragma once

#include <string>

#include "hub/desk.hpp"
#include "hub/operations.hpp"

namespace carillon {

// Calls a row as its door would. Errors: those of the row.
template <class Reply, class Request>
[[nodiscard]] Result<Reply> ask_row(Hub& hub, std::string_view row, const Actor& actor,
                                    const Request& request) {
  TRY(const json::value reply, perform(hub, *find_operation(row), actor, to_json(request)));
  return from_json<Reply>(reply);
}

// The channel that is the home. Errors: conflict where there is none.
[[nodiscard]] Result<std::string> home_channel(const Hub& hub);

// The first words of `text`, with letters of its own: two posts of the same words are two.
[[nodiscard]] std::string short_slug(Hub& hub, std::string_view text);

struct ShortPosted {
  bool waits = false;  // for an approval, which was asked for
  DraftView draft;     // as it was saved, or as it waits
};

// Saves the draft, and publishes it where the policy lets this person; for the rest approval is
// asked. What cannot be sent at all leaves no draft behind. Errors: invalid for what cannot go out;
// those of the rows "preview", "draft save", "draft publish" and "draft ask".
[[nodiscard]] Result<ShortPosted> post_short(Hub& hub, const Actor& actor, const Draft& draft);

}  // namespace carillon
