// Signatures of passkeys and of providers of sign-ins. All functions are thread-safe.
#pragma once

#include <boost/describe/enum.hpp>
#include <string>
#include <string_view>

namespace carillon {

// How they sign: ECDSA over P-256 and RSA (PKCS #1 v1.5), both with SHA-256, and Ed25519.
// https://www.iana.org/assignments/jose/, https://www.iana.org/assignments/cose/
enum class Signing { es256, eddsa, rs256 };
BOOST_DESCRIBE_ENUM(Signing, es256, eddsa, rs256)

// A public key as COSE and JOSE take it apart.
struct PublicKey {
  Signing signing = Signing::es256;
  std::string x;  // es256: of the point, 32 bytes; eddsa: all, 32 bytes; rs256: the modulus
  std::string y;  // es256: of the point, 32 bytes; rs256: the exponent
};

// Whether it is a key at all: a point of the curve, a modulus of 2048 to 8192 bits.
[[nodiscard]] bool is_key(const PublicKey& key);

// How ECDSA writes its two numbers: WebAuthn as ASN.1 (RFC 3279 section 2.2.3), JOSE one behind the
// other (RFC 7518 section 3.4). Of no meaning for the others.
enum class SignatureForm { asn1, joined };
// Whether `signature` is over `message` by the holder of `key`; false for what is no key.
[[nodiscard]] bool is_signed_by(const PublicKey& key, std::string_view message,
                                std::string_view signature, SignatureForm form);

}  // namespace carillon
