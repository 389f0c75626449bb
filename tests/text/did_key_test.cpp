// Keys and signatures of the AT Protocol, by the examples of its interoperability tests
// (bluesky-social/atproto, interop-test-files/crypto/signature-fixtures.json).
#include "text/did_key.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"

using namespace carillon;

TEST_CASE("what was signed by a key of either curve is told from what was not") {
  const std::string message = *from_base64("oWVoZWxsb2V3b3JsZA");
  struct Example {
    const char* key;
    const char* signature;
    bool good;
  };
  const char* p256 = "did:key:zDnaembgSGUhZULN2Caob4HLJPaxBh92N7rtH21TErzqf8HQo";
  const char* k256 = "did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJwc";
  for (const Example& example :
       {Example{
            p256,
            "2vZNsG3UKvvO/CDlrdvyZRISOFylinBh0Jupc6KcWoJWExHptCfduPleDbG3rko3YZnn9Lw0IjpixVmexJDe"
            "gg",
            true},
        Example{
            k256,
            "5WpdIuEUUfVUYaozsi8G0B3cWO09cgZbIIwg1t2YKdUn/FEznOndsz/qgiYb89zwxYCbB71f7yQK5Lr7Nasf"
            "oA",
            true},
        // The mirrors of both, which are not taken.
        Example{
            p256,
            "2vZNsG3UKvvO/CDlrdvyZRISOFylinBh0Jupc6KcWoKp7O4VS9giSAah8k5IUbXIW00SuOrjfEqQ9HEkN9JG"
            "zw",
            false},
        Example{
            k256,
            "5WpdIuEUUfVUYaozsi8G0B3cWO09cgZbIIwg1t2YKdXYA67MYxYiTMAVfdnkDCMN9S5B3vHosRe07aORmosh"
            "oQ",
            false}}) {
    const auto key = did_key(example.key);
    REQUIRE(key.has_value());
    CHECK(did_key(std::string_view(example.key).substr(8))->point == key->point);
    const std::string signature = *from_base64(example.signature);
    CHECK(is_signed_by(key->curve, key->point, message, signature) == example.good);
    CHECK_FALSE(is_signed_by(key->curve, key->point, message + "x", signature));
    CHECK_FALSE(is_signed_by(key->curve == Curve::p256 ? Curve::k256 : Curve::p256, key->point,
                             message, signature));
  }
  CHECK_FALSE(is_signed_by(Curve::k256, std::string(33, '\x02'), message, std::string(64, '\0')));
  CHECK_FALSE(is_signed_by(Curve::k256, "", message, ""));
}

TEST_CASE("an older document's key is the same point, uncompressed") {
  const auto key = did_key(
      "zQCrW27PkR5e9VgBeifxRt6CN7gZ715qCixEdssqEAjXDhoTj"
      "h47ACCqsk1Vx69aQTMrfvRMBwsWU1QbA5F1bMad7");
  REQUIRE(key.has_value());
  CHECK(key->curve == Curve::k256);
  CHECK(key->point.size() == 33);
}

TEST_CASE("what is no key of an account is said so") {
  for (const char* text :
       {"", "z", "did:key:", "did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJw",
        "did:web:example.org", "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "did:key:zQ3shqwJEJyMBsBXCWyCBpUBMqxcon9oHB7mCvx4sSpMdLJw0"})
    CHECK_MESSAGE(!did_key(text).has_value(), text);
}
