// A post as a request brings it.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"

namespace carillon {

// The path of a post file (only on this machine), or its text and what it is called.
struct PostSource {
  std::string file = {};
  std::string text = {};
  std::string name = {};
};

// The draft of a request with its pictures imported, and what to tell the person of them.
struct Post {
  Draft draft;
  std::string source;  // see Planning::source
  std::string at;      // where its time stands, for errors
  std::vector<std::string> notes;
};

// Errors: those of parse_post; invalid unless exactly one of file and text is there, and for a
// channel or platform nobody knows; denied for a file from elsewhere; those of the pictures.
[[nodiscard]] Result<Post> read_post(Hub& hub, const Actor& actor, const PostSource& request,
                                     Keep keep);

// When it is due: the time `asked` for, else the post's, else now. Errors: invalid for what is no
// time, and for one long past, which is a mistake and not a wish.
[[nodiscard]] Result<Micros> due_of(const Hub& hub, const std::string& asked, const Post& post);

}  // namespace carillon
