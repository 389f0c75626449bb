// What authenticators write: CBOR in the canonical form of CTAP2, whose maps have whole numbers for
// keys too. Pure; thread-safe.
// https://fidoalliance.org/specs/fido-v2.1-ps-20210615/ section 8; CBOR is RFC 8949.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace carillon {

struct Cbor {
  enum class Kind { number, bytes, text, list, map, boolean, null };
  Kind kind = Kind::null;
  std::int64_t number = 0;       // of a number; of a boolean 0 or 1
  std::string bytes = {};        // of bytes and of text
  std::vector<Cbor> items = {};  // of a list; of a map: key, value, key, value …
  [[nodiscard]] bool operator==(const Cbor&) const = default;

  // The value of a key of a map; null: it has none, or this is no map.
  [[nodiscard]] const Cbor* at(std::int64_t key) const;
  [[nodiscard]] const Cbor* at(std::string_view key) const;
};

struct CborRead {
  Cbor value;
  std::size_t size = 0;  // how many bytes it took; others may stand behind it
};

// The value with which `bytes` begin. Errors: corrupt with the byte for what is cut short, not in
// its shortest form, of a length that is not told, text that is not UTF-8, keys that are neither
// whole numbers nor text, out of their order or there twice, numbers beyond 63 bits, fractions,
// tags and other values, more than four levels.
[[nodiscard]] Result<CborRead> read_cbor(std::string_view bytes);

// The one canonical form of a value. Its maps must be in order.
[[nodiscard]] std::string cbor_of(const Cbor& value);

}  // namespace carillon
