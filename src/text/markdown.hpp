// Markdown as people write announcements in it: CommonMark with GitHub's tables, strikethrough,
// task lists, bare addresses and footnotes. Pure and thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// Safe HTML: raw HTML in the text is left out, and addresses that could run code are empty.
[[nodiscard]] std::string markdown_to_html(std::string_view markdown);

// The words without the markup, blocks separated by blank lines; of a link only its text.
[[nodiscard]] std::string markdown_to_plain(std::string_view markdown);

}  // namespace carillon
