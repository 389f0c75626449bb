// What an app posts: a draft on the desk that goes the way of every draft.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hub/client_home.hpp"
#include "team/client_kept.hpp"

namespace carillon {

// As the app says it; what the home has no word for is refused.
struct ClientPost {
  std::string text;
  std::vector<std::string> media;  // ids
  std::string at;                  // RFC 3339; empty: now
  std::string language;
  std::string answers;  // the id of the reply that it answers; empty: none
  std::string warning;  // a line shown before text and pictures; empty: none
  std::optional<Poll> poll = {};
};

// A Status where it is published or waits for somebody, a ScheduledStatus where it waits for its
// time.
struct ClientPosted {
  bool waits = false;  // for an approval
  json::object shape;
};

// Puts the text on the desk; what the policy lets out is published, for the rest approval is
// asked. What cannot be sent at all leaves no draft behind. Errors: denied where the role may not
// write; invalid for a text that cannot go out; those of the rows "draft save" and "draft publish".
[[nodiscard]] Result<ClientPosted> post_by_client(Hub& hub, const ClientHome& home,
                                                  const Actor& actor, const ClientPost& post);

// A text on the desk, or an announcement that the home does not show yet, as a Status; nothing:
// none of that number that is this person's.
[[nodiscard]] Result<std::optional<json::object>> own_text(Hub& hub, const ClientHome& home,
                                                           const Actor& actor,
                                                           std::uint64_t number);

// Takes a post off the home, or a text off the desk, as far as the person may. Errors: not_found;
// denied; those of the rows "announcement remove" and "draft remove".
[[nodiscard]] Result<void> delete_by_client(Hub& hub, const ClientHome& home, const Actor& actor,
                                            std::uint64_t number);

// Keeps a picture for a post to come. Errors: those of the row "picture add".
[[nodiscard]] Result<ClientMedia> keep_client_media(Hub& hub, const Actor& actor,
                                                    const std::string& file,
                                                    const std::string& bytes,
                                                    const std::string& alt);

// What somebody typed as plain text, as Markdown that says the same. Pure.
[[nodiscard]] std::string markdown_of_plain(std::string_view text);
// The tags in it without "#", each once; those that stand alone at its end are taken out of it.
// Pure.
[[nodiscard]] std::vector<std::string> take_tags(std::string& text);

}  // namespace carillon
