// The tags of HTML and of what is written like it (JSX, Vue, templates), as far as is needed to
// tell where an element begins and ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace carillon::patch {

struct Tag {
  enum class Kind { open, close, lone, directive } kind = Kind::open;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string name;            // lower case; of a directive its first word
  std::size_t pair = no_pair;  // the tag that closes or opens it
  std::size_t parent = no_pair;
  static constexpr std::size_t no_pair = static_cast<std::size_t>(-1);
};

// All tags in order, with their pairs. A directive is what a template engine reads: `{% if %}`,
// `{{ name }}`, `<% end %>`. Comments, and what stands in script and style, are passed over.
[[nodiscard]] std::vector<Tag> tags_of(std::string_view text);

// The tags that are open and need a closing one, or close and have none to close. Pure.
[[nodiscard]] std::size_t unpaired(const std::vector<Tag>& tags);

}  // namespace carillon::patch
