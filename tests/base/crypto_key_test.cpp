#include "base/crypto_key.hpp"

#include <doctest/doctest.h>

using namespace carillon;

TEST_CASE("a key signs what its public half verifies, also after it was written and read") {
  for (const Signing signing : {Signing::rs256, Signing::eddsa}) {
    const auto made = PrivateKey::make(signing);
    REQUIRE(made);
    const auto key = PrivateKey::from_pem(made->pem());
    REQUIRE(key);
    CHECK(key->signing() == signing);
    const auto signature = key->sign("a text");
    REQUIRE(signature);
    const auto shown = public_key_of(made->public_pem());
    REQUIRE(shown);
    CHECK(shown->signing == signing);
    CHECK(is_signed_by(*shown, "a text", *signature, SignatureForm::joined));
    CHECK_FALSE(is_signed_by(*shown, "another", *signature, SignatureForm::joined));
  }
  CHECK(public_key_of(PrivateKey::make(Signing::rs256)->public_pem())->x.size() == 256);
  CHECK_FALSE(PrivateKey::make(Signing::es256));
}

TEST_CASE("what is no key is refused and not repeated") {
  CHECK(PrivateKey::from_pem(Secret("hunter2")).error().what.find("hunter2") == std::string::npos);
  CHECK_FALSE(public_key_of("hunter2"));
  CHECK_FALSE(public_key_of(std::string(100'000, 'a')));
  CHECK_FALSE(public_key_of(PrivateKey::make(Signing::eddsa)->pem().reveal()));
}

TEST_CASE("a public key of RSA may also be written as PKCS #1, and must be long enough") {
  // Made by `openssl genrsa`, then `openssl rsa -RSAPublicKey_out`.
  const std::string_view pkcs1 = R"(-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAz6k8KpHnEwDda7l5N8uhC1r/8IPoZtVGIzhLgpgf8hKhC4mLNnkg
+heRgI0vmLgxumShXcxrcbjesI/R6+5CwD2uDm5T/B9luLJ19GkF5KgXSYWO5iyr
rb9AkB8nRvJROh4df0Hdtv7PwA4Q4HXCJJF6QM0BnkF+9gj5SSuYYHe+9zrPAJWJ
XVikcZDSDPzk6Xr2Z2uYZt1qfuMHcsMKPMnWVT79hQ55PpPrWAUsZfHGb1CiB72J
/S1Xdp8yWyDZ7K+WycdJ1lbEbpqo8eybuYYNsLGTNr3/tQCyyKABVwbS3v3wiVhr
D3sLfHhnUg1ZlBSkRLuBjiWobIYFhhMcuwIDAQAB
-----END RSA PUBLIC KEY-----
)";
  const std::string_view small = R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCyc7IimyOYhrHhdjzewgDLeHBQ
R+TlqtUoGBP+fslL1Z7PHgUg1lvg8QvjNR/b8HcqIcbDIKDffIOGFxCivUXmyEgz
mdnP0lGOr72hi7FWM12vYD0wLlJKeGppBW/yVMUdO191Q5jtqx883ZIwkb2PwLhY
e7UtUr4B1Fd7n9rLLQIDAQAB
-----END PUBLIC KEY-----
)";
  const auto key = public_key_of(pkcs1);
  REQUIRE(key);
  CHECK(key->x.size() == 256);
  CHECK(public_key_of(small).error().what.find("2048") != std::string::npos);
}
