// The little that adapters read from a foreign page: its Open Graph tags. Pure; total over any
// bytes; linear in the input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace carillon {

// The content of the first <meta property="…"> (or name="…") of that name; nothing where there is
// none. https://ogp.me
[[nodiscard]] std::optional<std::string> meta_content(std::string_view html,
                                                      std::string_view property);

}  // namespace carillon
