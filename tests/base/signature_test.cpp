// Signatures of the standards, each of which stops being one with any byte changed.
#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/signature.hpp"

using namespace carillon;

namespace {

std::string raw(std::string_view base64url) {
  return from_base64(base64url).value();
}

struct Vector {
  PublicKey key;
  std::string message;
  std::string signature;
};

// RFC 7515 appendix A.3.
Vector es256() {
  return {{Signing::es256, raw("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
           raw("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")},
          "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
          "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
          raw("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU"
              "1Q")};
}

// RFC 8037 appendix A.4.
Vector eddsa() {
  return {{Signing::eddsa, raw("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"), ""},
          "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
          raw("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0K"
              "Ag")};
}

// RFC 7515 appendix A.2.
Vector rs256() {
  return {
      {Signing::rs256,
       raw("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEz"
           "P1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf6"
           "3kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5Zw"
           "Kh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW"
           "yuXpoQ"),
       raw("AQAB")},
      "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
      raw("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt"
          "_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArL"
          "IARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7no"
          "OPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
          "Ge77Rw")};
}

bool good(const Vector& vector) {
  return is_signed_by(vector.key, vector.message, vector.signature, SignatureForm::joined);
}

std::string flipped(std::string bytes, std::size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

}  // namespace

TEST_CASE("the signatures of the standards are good, and none of them with a bit changed") {
  for (const Vector& vector : {es256(), eddsa(), rs256()}) {
    CHECK(is_key(vector.key));
    REQUIRE(good(vector));
    for (std::size_t at = 0; at < vector.signature.size(); at += 7) {
      Vector other = vector;
      other.signature = flipped(other.signature, at);
      CHECK_FALSE(good(other));
    }
    for (std::size_t at = 0; at < vector.message.size(); at += 5) {
      Vector other = vector;
      other.message = flipped(other.message, at);
      CHECK_FALSE(good(other));
    }
    Vector other = vector;
    other.signature.pop_back();
    CHECK_FALSE(good(other));
    other.signature.clear();
    CHECK_FALSE(good(other));
  }
}

TEST_CASE("a signature counts for its own algorithm and form") {
  CHECK_FALSE(is_signed_by(es256().key, es256().message, es256().signature, SignatureForm::asn1));
  for (const Signing other : {Signing::es256, Signing::eddsa, Signing::rs256}) {
    for (Vector vector : {es256(), eddsa(), rs256()}) {
      if (vector.key.signing == other) continue;
      vector.key.signing = other;
      CHECK_FALSE(good(vector));
    }
  }
}

TEST_CASE("what is no key is none") {
  PublicKey point = es256().key;
  point.y = flipped(point.y, 31);
  CHECK_FALSE(is_key(point));
  point = es256().key;
  point.x += '\0';
  CHECK_FALSE(is_key(point));
  CHECK_FALSE(is_key({Signing::eddsa, std::string(31, 'x'), ""}));
  PublicKey modulus = rs256().key;
  modulus.x.resize(128);  // 1024 bits
  CHECK_FALSE(is_key(modulus));
  modulus.x = std::string(2048, '\xFF');
  CHECK_FALSE(is_key(modulus));
  for (const char* exponent : {"", "\x01", "\x02"}) {
    modulus = rs256().key;
    modulus.y = exponent;
    CHECK_FALSE(is_key(modulus));
  }
  CHECK_FALSE(is_key({Signing::es256, std::string(32, '\0'), std::string(32, '\0')}));
}
