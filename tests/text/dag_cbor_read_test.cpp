// DAG-CBOR read back. (Writing it: by the protocol's own examples, tests/conformance.)
#include <doctest/doctest.h>

#include "text/dag_cbor.hpp"

using namespace carillon;

namespace {

// A literal with its NULs.
template <std::size_t N>
std::string_view raw(const char (&text)[N]) {
  return {text, N - 1};
}

}  // namespace

TEST_CASE("what was written is read back as it was") {
  const json::value record = json::parse(
      R"({"$type":"app.example","n":-7,"big":9007199254740991,"yes":true,"none":null,)"
      R"("list":["ä",{"a":[]}],"bytes":{"$bytes":"AAEC"},)"
      R"("link":{"$link":"bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"}})");
  const auto bytes = dag_cbor(record);
  REQUIRE(bytes.has_value());
  const auto back = from_dag_cbor(*bytes);
  REQUIRE_MESSAGE(back.has_value(), (back ? "" : back.error().what));
  CHECK(*dag_cbor(*back) == *bytes);
  CHECK(back->at("n") == -7);
  CHECK(back->at("bytes").at("$bytes") == "AAEC");
  CHECK(back->at("link") == record.at("link"));
  for (std::size_t end = 0; end < bytes->size(); ++end)
    CHECK(from_dag_cbor(std::string_view(*bytes).substr(0, end)).error().fault == Fault::corrupt);
  CHECK_FALSE(from_dag_cbor(*bytes + '\0').has_value());
}

TEST_CASE("what the data model has no place for is refused, whatever it claims") {
  for (const std::string_view bytes :
       {raw("\x9f\x01\xff"),                          // a list without a length
        raw("\x7f\x61\x61\xff"),                      // a text without one
        raw("\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"),  // a fraction
        raw("\xf7"),                                  // undefined
        raw("\xc1\x00"),                              // another tag
        raw("\xd8\x2a\x41\x00"),                      // a link to nothing
        raw("\xa1\x01\x02"),                          // a key that is no text
        raw("\xa2\x61\x61\x01\x61\x61\x02"),          // a key twice
        raw("\x61\xff"),                              // no UTF-8
        raw("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),  // a number beyond 63 bits
        raw("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        raw("\x5b\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
        raw("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), raw("")})
    CHECK_FALSE(from_dag_cbor(bytes).has_value());
  CHECK_FALSE(from_dag_cbor(std::string(100'000, '\x81')).has_value());  // deeper than any
}
