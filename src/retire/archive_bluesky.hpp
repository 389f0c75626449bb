// An account's own repository on Bluesky: which of its records are public posts, and what they
// hold. Sources: the lexicons app.bsky.feed.post, app.bsky.feed.repost, app.bsky.actor.profile and
// app.bsky.embed.*. Pure but for reading members.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retire/archive_files.hpp"
#include "retire/archive_source.hpp"

namespace carillon {

// Whether a member may be opened at all: posts, reposts, the profile, the commit and blobs. Likes,
// follows, blocks and lists stay closed. Pure.
[[nodiscard]] bool bluesky_allows(std::string_view name);

// `signature` of what comes back says whether the commit was verified. Errors: not_found when this
// is no repository; corrupt with the member's name; invalid for a handle or key that is none;
// denied when the commit was not signed by that key.
[[nodiscard]] Result<PastArchive> bluesky_archive(const ArchiveFiles& files,
                                                  const ArchiveAsked& asked);

// One record, by its path in the repository; nothing when it is none of those above. Links that
// stand under words come behind them. Errors: corrupt with the reason. Pure.
[[nodiscard]] Result<std::optional<PastPost>> bluesky_post(std::string_view name,
                                                           std::string_view record,
                                                           const PastArchive& archive);

// Where everybody can see a record: "at://did:plc:…/app.bsky.feed.post/3k…" is
// "https://bsky.app/profile/did:plc:…/post/3k…"; others stay as they are. Pure.
[[nodiscard]] std::string bluesky_address(std::string_view uri);

}  // namespace carillon
