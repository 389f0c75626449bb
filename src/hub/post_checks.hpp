// What a workspace has against a post before anything is rendered: the same for `publish`, which
// stops at the first, and for `check`, which says them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "core/announcement.hpp"
#include "hub/hub.hpp"

namespace carillon {

// Texts and handles for a channel or platform that nobody knows, with the nearest name: a text for
// nobody would be left out without a word. Each as "line 9: /texts/mastadon: …"; `text` is the post
// file's.
[[nodiscard]] std::vector<Error> name_problems(const Hub& hub, const Draft& draft,
                                               std::string_view text);

// The moment that `said` names: now when it is empty or "now". A time long past is a mistake, not a
// wish. Errors begin with `where`.
[[nodiscard]] Result<Micros> moment_of(const Hub& hub, const std::string& said,
                                       const std::string& where);

}  // namespace carillon
