// Reads the addresses of one platform out of a line, in whatever way they are written there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retire/accounts.hpp"

namespace carillon {

// The line in lower case with its escapes undone: %2F, &#x2F;, &amp;, \/ and \u002f.
[[nodiscard]] std::string plain_line(std::string_view line);

enum class LinkKind {
  account,    // twitter.com/name
  status,     // twitter.com/name/status/1
  share,      // intent/tweet, share
  follow,     // intent/follow?screen_name=name
  by_number,  // intent/user?user_id=1
  pattern,    // twitter.com/.*: a rule about addresses
  variable,   // twitter.com/{{ name }}
  bare,       // twitter.com, twitter.com/
  page,       // twitter.com/search, help.twitter.com
  script,     // platform.twitter.com/widgets.js
  api,        // api.twitter.com
  shortened,  // t.co/abc
  badge,      // img.shields.io/twitter/follow/name
};

struct Link {
  LinkKind kind = LinkKind::page;
  std::string name;        // of the account, lower case; of `variable` what is put in
  std::size_t begin = 0;   // in the plain line
  std::size_t end = 0;     // behind host and path, without the query
  std::string query = {};  // without `?`
};

// All addresses of `network` in a plain line, in order. Pure.
[[nodiscard]] std::vector<Link> links_in(std::string_view plain, const Network& network);

// The account that an address names, in lower case, of a platform of networks() or of github;
// nothing where it names none (a post, a page of something else). Pure.
[[nodiscard]] std::optional<AccountName> account_at(std::string_view address);

// What else an account is or was called: an address, `platform:name`, or a name where `own` is; of
// mastodon on the same server. In lower case. Errors: those of parse_account. Pure.
[[nodiscard]] Result<AccountName> other_account(const AccountName& own, std::string_view other);

// Whether `word` stands in `text` with no letter, digit or `_` at either side. Pure.
[[nodiscard]] bool has_word(std::string_view text, std::string_view word);
// Where it stands at or behind `from`, or npos.
[[nodiscard]] std::size_t find_word(std::string_view text, std::string_view word,
                                    std::size_t from = 0);

// A letter, digit or `_`.
[[nodiscard]] constexpr bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace carillon
