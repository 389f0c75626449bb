// Mastodon's own archive: outbox.json (ActivityStreams), actor.json and media_attachments/.
// Sources: docs.joinmastodon.org/user/moving (export) and www.w3.org/TR/activitystreams-vocabulary.
// Pure but for reading members.
#pragma once

#include <string>
#include <string_view>

#include "retire/archive_files.hpp"
#include "retire/archive_source.hpp"

namespace carillon {

// Whether a member may be opened at all: the outbox, the media of posts, and whose archive it is.
// Likes and bookmarks stay closed. Pure.
[[nodiscard]] bool mastodon_allows(std::string_view name);

// Errors: not_found when this is no archive of Mastodon; corrupt with the member's name.
[[nodiscard]] Result<PastArchive> mastodon_archive(const ArchiveFiles& files);

// One activity of the outbox; nothing when it is not public (for followers, or for the people it
// mentions) or is neither a post nor a boost. Errors: corrupt with the reason. Pure.
[[nodiscard]] Result<std::optional<PastPost>> mastodon_post(std::string_view record,
                                                            const PastArchive& archive);

// The text of a post's HTML: paragraphs and breaks as lines, links as their address. Pure.
[[nodiscard]] std::string text_of_html(std::string_view html);

}  // namespace carillon
