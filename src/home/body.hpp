// The text of an announcement as HTML for a page, a feed or a server of the fediverse. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/html.hpp"

namespace carillon {

struct BodyOptions {
  std::string origin;    // "https://example.org"
  std::string page;      // the absolute address of the announcement's page, ending in "/"
  bool resolve = false;  // make relative addresses absolute: for feeds and for other pages
  bool bare = false;     // for feeds: no classes, ids or focus stops of our pages
  int heading = 2;       // the level of its highest heading there
  // Only what servers of the fediverse keep (docs.joinmastodon.org/spec/activitypub/#sanitization):
  // a heading is a strong line, a row of a table a line, a picture a link.
  bool few_tags = false;
};

// The parts of a thread, separated by lines "---", as one Markdown text. A line "---" inside a code
// fence stays.
[[nodiscard]] std::string join_parts(std::string_view markdown);

// Markdown to safe HTML, fitted to its place as `options` say: pictures from other hosts become
// links to them (the reader's browser talks to nobody but this site), tables and code can be
// scrolled with the keyboard, alignment is a class.
[[nodiscard]] Html body_html(std::string_view markdown, const BodyOptions& options);

// The second half of body_html. `safe` is the output of the Markdown renderer.
[[nodiscard]] Html fit_html(std::string_view safe, const BodyOptions& options);

// At most `length` characters of a plain text on one line, cut between words (in scripts without
// spaces: between characters) with an ellipsis.
[[nodiscard]] std::string shorten(std::string_view plain, std::size_t length);

}  // namespace carillon
