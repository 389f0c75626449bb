// Replies from web sites: who links to an announcement may tell its page, which looks for itself
// and keeps the words for the team (https://www.w3.org/TR/webmention/).
#pragma once

#include <optional>
#include <string>

#include "federation/judging.hpp"
#include "net/url.hpp"

namespace carillon {

inline constexpr std::size_t mention_bytes = 2000;  // kept of what a page says

// What a notification claims: the page `source` links to `target`.
struct Webmention {
  Url source;
  std::string target;  // as it was written, without a fragment
};

// Reads the body of one (section 3.1.3: a form). Errors: invalid, with the sentence. Pure.
[[nodiscard]] Result<Webmention> read_webmention(std::string_view body);

// The words around the first link of the page at `source` to `target`, as plain text of at most
// mention_bytes; nothing where it does not link there. Pure; total over any bytes.
[[nodiscard]] std::optional<std::string> mention_in(std::string_view html, const Url& source,
                                                    std::string_view target);

// Where notifications go to.
[[nodiscard]] std::string webmention_address(const FediSite& site);

// Answers a POST to that address; nothing for any other request. The page is read at once, through
// the guard: 200 when its reply is kept, changed or, where it does not link here any more, taken
// away; 400, 403 for who is blocked, 413, 415, 429, 503. Thread-safe.
[[nodiscard]] std::optional<HttpAnswer> answer_webmention(const InboxHouse& house,
                                                          const HttpQuery& query);

}  // namespace carillon
