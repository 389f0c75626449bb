// How well-known platforms count and see links, chosen by name: for channels that no interface of
// theirs serves (rehearsal, posting by hand).
#pragma once

#include "text/limits.hpp"

namespace carillon {

enum class Rules { mastodon, x, bluesky, threads, linkedin, facebook };
BOOST_DESCRIBE_ENUM(Rules, mastodon, x, bluesky, threads, linkedin, facebook)

// What the setting means, for the settings of whoever has it.
inline constexpr std::string_view rules_note =
    "Counts and sees links and mentions as mastodon, x, bluesky, threads, linkedin or facebook";

// What that platform takes where its server says nothing else; `platform` is its name. Pure.
// Sources: docs.x.com (counting characters), docs.joinmastodon.org, docs.bsky.app (posts),
// developers.facebook.com (Threads, Pages), learn.microsoft.com (LinkedIn posts).
[[nodiscard]] Limits limits_by(Rules rules);

// "LinkedIn". Pure.
[[nodiscard]] std::string name_of(Rules rules);

// Where a person writes a new post there; empty: the account's own page. Pure.
[[nodiscard]] std::string compose_address(Rules rules);

}  // namespace carillon
