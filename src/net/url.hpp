// Addresses of the web: a strict reader and writer of http and https URLs (RFC 3986, with the
// normalising of https://url.spec.whatwg.org where the two agree on the meaning). Pure;
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace carillon {

// A parsed address, always normalised: scheme and host in lower case, dot segments removed, every
// byte outside RFC 3986 percent-encoded. Made by parse_url; print it with str().
struct Url {
  std::string scheme;                // "http" or "https"
  std::string host;                  // ASCII name, IPv4 "192.0.2.1" or IPv6 "[2001:db8::1]"
  std::uint16_t port = 0;            // never 0 after parse_url; the scheme's where none is written
  std::string path;                  // begins with "/"
  std::optional<std::string> query;  // without "?"; absent and empty are different addresses
  std::optional<std::string> fragment;  // without "#"; never sent to a server

  // "https://host[:port]", the port only where it is not the scheme's. What error texts may show:
  // path and query of a foreign address may be secret (webhook addresses).
  [[nodiscard]] std::string origin() const;
  // The request target: path and query.
  [[nodiscard]] std::string target() const;
  // The whole address.
  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool operator==(const Url&) const = default;
};

// Reads an absolute http or https address of at most limits::url_bytes. Errors: invalid for another
// scheme, user names or passwords ("user@"), a host that is not ASCII (the hint asks for its "xn--"
// form), an IPv4 address in any form but four plain decimals (so neither 0x7f.1 nor 017.0.0.1 nor
// 2130706433), port 0, spaces, control characters, backslashes and broken "%" sequences. UTF-8 in
// path, query and fragment is percent-encoded.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

// What `reference` (absolute or relative, as in a Location header or a link) means at `base`
// (RFC 3986 section 5.2). Errors: as parse_url.
[[nodiscard]] Result<Url> join_url(const Url& base, std::string_view reference);

// Everything but ALPHA DIGIT "-" "." "_" "~" becomes %XX. For one path segment or one query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

// The bytes behind %XX; nothing when a "%" is not followed by two hex digits. `plus_is_space` for
// query strings made by HTML forms. The result may hold any byte, also NUL.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text,
                                                        bool plus_is_space = false);

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

// "a=1&b=%20": names and values percent-encoded. Also the body of
// application/x-www-form-urlencoded.
[[nodiscard]] std::string build_query(const QueryPairs& pairs);

// The pairs of a query string or form body; a piece without "=" has an empty value; pieces that do
// not decode are left out. At most limits::query_pairs.
[[nodiscard]] QueryPairs parse_query(std::string_view query);

}  // namespace carillon
