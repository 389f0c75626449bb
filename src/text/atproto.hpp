// The identifiers of the AT Protocol, as https://atproto.com/specs and the interoperability tests
// define them. All functions look at form only; nothing is resolved. (is_tid: base/ids.hpp.) Pure.
#pragma once

#include <string_view>

namespace carillon {

// A domain name of at least two ASCII labels whose last does not begin with a digit
// (https://atproto.com/specs/handle).
[[nodiscard]] bool is_handle(std::string_view text);
// "did:method:rest" (https://atproto.com/specs/did).
[[nodiscard]] bool is_did(std::string_view text);
// A handle or a DID.
[[nodiscard]] bool is_at_identifier(std::string_view text);
// "at://identifier[/collection[/record key]]", without query or fragment
// (https://atproto.com/specs/at-uri-scheme).
[[nodiscard]] bool is_at_uri(std::string_view text);
// "com.example.thing": a domain reversed and a name (https://atproto.com/specs/nsid).
[[nodiscard]] bool is_nsid(std::string_view text);
// https://atproto.com/specs/record-key
[[nodiscard]] bool is_record_key(std::string_view text);
// RFC 3339 with "T", seconds and "Z" or an offset, of a date and time that exist and do not lie
// before the year 0 (https://atproto.com/specs/lexicon#datetime).
[[nodiscard]] bool is_datetime(std::string_view text);
// BCP 47 with the language in small letters, no variant or extension named twice (RFC 5646).
[[nodiscard]] bool is_language(std::string_view text);
// A content identifier of version 1 in text, by its alphabet and length.
[[nodiscard]] bool is_cid(std::string_view text);
// Any URI: a scheme, ":", visible ASCII characters, at most 8 KiB.
[[nodiscard]] bool is_uri(std::string_view text);

}  // namespace carillon
