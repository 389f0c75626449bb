// Markdown (CommonMark with GitHub's tables, strikethrough, autolinks, task lists and footnotes).
#pragma once

#include <string>
#include <string_view>

namespace carillon {

// HTML that is safe to show: raw HTML and addresses with dangerous schemes are left out; of a link
// with such an address, or with none, the words stay. Here and below, quotations more than 100 deep
// are flattened, and tables of more than 500 columns or half a million cells are plain text: the
// time stays in proportion to the text. Thread-safe.
[[nodiscard]] std::string markdown_to_html(std::string_view markdown);

// Plain text for a platform without markup: paragraphs apart by a blank line, emphasis marks gone,
// lists as "• item", tasks as "[x] done" and "[ ] open", a link as "words (address)" (or the
// address alone where the words are it), a picture next to the post as its alt text, other pictures
// and raw HTML left out, code as written. Thread-safe.
[[nodiscard]] std::string markdown_to_plain(std::string_view markdown);

// The same with every piece of code outside of links between code_begin and code_end, two
// characters that are in no text (Unicode 23.7, noncharacters). Thread-safe.
[[nodiscard]] std::string markdown_to_marked(std::string_view markdown);
inline constexpr std::string_view code_begin = "\xEF\xB7\x90";  // U+FDD0
inline constexpr std::string_view code_end = "\xEF\xB7\x91";    // U+FDD1

// Whether there is a picture in the text; `local`: one whose address has neither a scheme nor a
// leading "/", which no reader can load. Thread-safe.
[[nodiscard]] bool has_picture(std::string_view markdown, bool local);

}  // namespace carillon
