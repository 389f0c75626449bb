// The little that adapters read from foreign HTML: a post's text, and a page's Open Graph tags.
// Pure; total over any bytes; linear in the input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace carillon {

// The text a reader sees: <br> and paragraph ends become line breaks, other tags go, character
// references are decoded.
[[nodiscard]] std::string html_to_text(std::string_view html);

// The content of the first <meta property="…"> (or name="…") of that name; nothing where there is
// none. https://ogp.me
[[nodiscard]] std::optional<std::string> meta_content(std::string_view html,
                                                      std::string_view property);

}  // namespace carillon
