// The AT Protocol's data model in bytes, and the identifier of a record that follows from them:
// what a server will call a record is known before it is sent.
// https://atproto.com/specs/data-model, https://ipld.io/specs/codecs/dag-cbor/spec/ (CBOR is RFC
// 8949). Pure; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/describe.hpp"

namespace carillon {

// The one DAG-CBOR encoding of a value of the data model in its JSON form: {"$link": CID} is a
// link,
// {"$bytes": base64} are bytes; map keys stand by length, then by their bytes; a whole number
// written as 123.0 is an integer. Errors: invalid with a JSON pointer for what the model has no
// place for: other fractions and numbers beyond 53 bits, text that is not UTF-8, a link or bytes
// with more keys or of another form, a "$type" that is no text, a blob without its link, type and
// size, more than limits::data_depth levels.
[[nodiscard]] Result<std::string> dag_cbor(const json::value& value);

// The identifier of a record: "bafyrei…", a CID of version 1 (dag-cbor, SHA-256) in base32.
// Errors: as dag_cbor; invalid when it is not an object. https://github.com/multiformats/cid
[[nodiscard]] Result<std::string> record_cid(const json::value& record);

// The reverse: the JSON form of such bytes. Keys may be in any order, for what servers have let in
// must be read. Numbers may have 63 bits. `memory` must outlive the value. Errors: corrupt with the
// byte for what is cut short, more than one value, of another model (fractions, other tags, lengths
// not told in advance), twice in one map, or deeper than limits::data_depth.
[[nodiscard]] Result<json::value> from_dag_cbor(std::string_view bytes,
                                                json::storage_ptr memory = {});

// Whether these are the 36 bytes of a CID of the data model: version 1, dag-cbor or raw, SHA-256.
[[nodiscard]] bool is_cid_bytes(std::string_view bytes);
// "bafyrei…" of those bytes, and back; nothing for a text that is none.
[[nodiscard]] std::string cid_text(std::string_view bytes);
[[nodiscard]] std::optional<std::string> cid_bytes(std::string_view text);

}  // namespace carillon
