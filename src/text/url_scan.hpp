// The search for URLs that X and Mastodon share (twitter-text), with what they differ in as rules.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace carillon {

struct UrlRules {
  std::span<const std::string_view> schemes;  // each with "://", in lower case
  bool bare = false;                          // a domain alone is a URL
  // Which code points a path and a query may hold, and end with.
  bool (*in_path)(char32_t) = nullptr;
  bool (*ends_path)(char32_t) = nullptr;
  bool (*in_query)(char32_t) = nullptr;
  bool (*ends_query)(char32_t) = nullptr;
};

struct UrlSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

[[nodiscard]] std::vector<UrlSpan> find_urls(std::string_view text, const UrlRules& rules);

// End of the domain name with a known top-level domain that begins at `at`, or 0.
[[nodiscard]] std::size_t domain_end(std::string_view text, std::size_t at);
// End of "?query" at `at`, or `at` when there is none.
[[nodiscard]] std::size_t query_end(std::string_view text, std::size_t at, const UrlRules& rules);
// Whether a URL may begin after this code point.
[[nodiscard]] bool may_precede_url(char32_t point);

// À to ɏ, combining marks and the other letters that twitter-text takes for accented Latin.
[[nodiscard]] bool is_accented_latin(char32_t point);

}  // namespace carillon
