#include "net/reach.hpp"

#include <doctest/doctest.h>

using namespace carillon;

TEST_CASE("addresses are said in digits, with whether others reach them") {
  for (const char* host : {"127.0.0.1", "[::1]", "10.1.2.3", "localhost", "news.localhost"}) {
    CAPTURE(host);
    const auto found = addresses_of(host);
    REQUIRE_MESSAGE(found.has_value(), found.error().what);
    REQUIRE(!found->empty());
    CHECK_FALSE(found->front().is_public);
  }
  const auto open = addresses_of("8.8.4.4");
  REQUIRE(open.has_value());
  CHECK(open->front().digits == "8.8.4.4");
  CHECK(open->front().is_public);
  // RFC 6761 section 6.4: such a name has no address.
  CHECK(addresses_of("none.invalid").error().fault == Fault::unavailable);
}

TEST_CASE("where nobody listens there is no certificate") {
  const auto url = parse_url("https://127.0.0.1:1/");
  REQUIRE(url.has_value());
  const auto none = read_certificates(*url, "", 0);
  REQUIRE(!none.has_value());
  CHECK(none.error().fault == Fault::unavailable);
  CHECK(none.error().what == "https://127.0.0.1:1 does not accept connections");
}
