// Public keys as the AT Protocol writes them: https://atproto.com/specs/cryptography. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/crypto.hpp"

namespace carillon {

struct DidKey {
  Curve curve = Curve::k256;
  std::string point;  // compressed, 33 bytes
};

// "did:key:zQ3sh…", or "zQ3sh…" as it stands in a DID document (publicKeyMultibase), also in
// its older form, an uncompressed point of K-256. Errors: invalid.
[[nodiscard]] Result<DidKey> did_key(std::string_view text);

}  // namespace carillon
