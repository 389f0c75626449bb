// Small helpers on byte strings that the standard library lacks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carillon {

// What a search through bytes returns when it found nothing.
inline constexpr auto npos = std::string_view::npos;

// Offset of the first byte that is not well-formed UTF-8 (RFC 3629), or nothing.
[[nodiscard]] std::optional<std::size_t> first_bad_utf8(std::string_view text);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);
// RFC 4648 section 4 (padded) and 5 (URL-safe, unpadded).
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
// RFC 4648 section 6 in lower case and unpadded, as CIDs have it. Reading refuses everything else.
[[nodiscard]] std::string to_base32(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
// Without leading and trailing ASCII white space.
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string lower_ascii(std::string_view text);
// The candidate nearest to `word` by edit distance, when near enough to be a slip of the finger.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& candidates);

}  // namespace carillon
