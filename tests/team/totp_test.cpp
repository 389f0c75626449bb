#include "team/totp.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"
#include "text/qr.hpp"

using namespace carillon;

namespace {

const Secret rfc_secret("12345678901234567890");

}  // namespace

TEST_CASE("the codes are those of RFC 6238, appendix B") {
  const std::pair<Micros, const char*> vectors[] = {{59, "94287082"},
                                                    {1'111'111'109, "07081804"},
                                                    {1'111'111'111, "14050471"},
                                                    {1'234'567'890, "89005924"},
                                                    {2'000'000'000, "69279037"},
                                                    {20'000'000'000, "65353130"}};
  for (const auto& [at, code] : vectors)
    CHECK(totp_code(rfc_secret, totp_step(at * second), 8) == code);
  CHECK(totp_code(rfc_secret, totp_step(59 * second)) == "287082");
}

TEST_CASE("a clock may be one step off, and a step counts once") {
  const Micros now = 1'111'111'109 * second;
  const std::int64_t step = totp_step(now);
  for (const std::int64_t beside : {-1, 0, 1})
    CHECK(matching_step(rfc_secret, totp_code(rfc_secret, step + beside), now, 0) == step + beside);
  for (const std::int64_t beside : {-2, 2})
    CHECK(!matching_step(rfc_secret, totp_code(rfc_secret, step + beside), now, 0));
  CHECK(!matching_step(rfc_secret, totp_code(rfc_secret, step), now, step));
  CHECK(matching_step(rfc_secret, totp_code(rfc_secret, step + 1), now, step) == step + 1);
  const std::string code = totp_code(rfc_secret, step);
  CHECK(matching_step(rfc_secret, code.substr(0, 3) + " " + code.substr(3), now, 0) == step);
  CHECK(!matching_step(rfc_secret, code.substr(1), now, 0));
  CHECK(!matching_step(rfc_secret, "", now, 0));
}

TEST_CASE("the secret is shown as people and apps take it") {
  CHECK(totp_words(rfc_secret) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
  CHECK(totp_address(rfc_secret, "Tea & friends", "Ana") ==
        "otpauth://totp/Tea%20%26%20friends:Ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer="
        "Tea%20%26%20friends");
  CHECK(to_base32("foobar") == "mzxw6ytboi");  // RFC 4648 section 10, in lower case
  CHECK(from_base32("mzxw6ytboi") == "foobar");
  const std::string picture = qr_picture("otpauth://totp/x", "A code").str();
  CHECK(picture.starts_with("<svg class=\"qr\" role=\"img\" aria-label=\"A code\""));
  CHECK(qr_picture(std::string(5000, 'x'), "").empty());
}
