#include "text/dag_cbor.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"

using namespace carillon;

namespace {

std::string hex(std::string_view text) {
  const auto value = parse_json(text);
  REQUIRE(value.has_value());
  const auto bytes = dag_cbor(*value);
  return bytes ? to_hex(*bytes) : bytes.error().what;
}

std::string cid(std::string_view text) {
  const auto out = record_cid(*parse_json(text));
  return out ? *out : out.error().what;
}

const std::string raw_link = "bafkreiccldh766hwcnuxnf2wh6jgzepf2nlu2lvcllt63eww5p6chi4ity";

}  // namespace

// RFC 8949, appendix A.
TEST_CASE("DAG-CBOR: numbers take their shortest form") {
  CHECK(hex("0") == "00");
  CHECK(hex("23") == "17");
  CHECK(hex("24") == "1818");
  CHECK(hex("100") == "1864");
  CHECK(hex("255") == "18ff");
  CHECK(hex("256") == "190100");
  CHECK(hex("1000") == "1903e8");
  CHECK(hex("65536") == "1a00010000");
  CHECK(hex("1000000") == "1a000f4240");
  CHECK(hex("1000000000000") == "1b000000e8d4a51000");
  CHECK(hex("9007199254740991") == "1b001fffffffffffff");
  CHECK(hex("-1") == "20");
  CHECK(hex("-100") == "3863");
  CHECK(hex("-1000") == "3903e7");
  CHECK(hex("-9007199254740991") == "3b001ffffffffffffe");
  CHECK(hex("-0.0") == "00");
  CHECK(hex("123.0") == "187b");
}

TEST_CASE("DAG-CBOR: texts, lists, and maps by the length of their keys") {
  CHECK(hex("[null, true, false]") == "83f6f5f4");
  CHECK(hex(R"("")") == "60");
  CHECK(hex(R"("IETF")") == "6449455446");
  CHECK(hex(R"("ü")") == "62c3bc");
  CHECK(hex(R"("水")") == "63e6b0b4");
  CHECK(hex("[]") == "80");
  CHECK(hex("[1, [2, 3]]") == "8201820203");
  CHECK(hex("{}") == "a0");
  CHECK(hex(R"({"aa": 1, "b": 2, "a": 3})") == "a361610361620262616101");
  CHECK(hex(R"({"é": 1, "zz": 2, "b": 3})") == "a3616203627a7a0262c3a901");
}

TEST_CASE("DAG-CBOR: links carry tag 42 and a zero byte, bytes are bytes") {
  CHECK(hex(R"({"$link": ")" + raw_link + R"("})") ==
        "d82a582500015512204258cfff78f613697697563f926c91"
        "e5d3574d2ea25ae7ed92d6ebfc23a3889e");
  CHECK(hex(R"({"$bytes": ""})") == "40");
  CHECK(hex(R"({"$bytes": "AQID"})") == "43010203");
  CHECK(hex(R"({"$bytes": "AQI"})") == "420102");
  CHECK(hex(R"({"$bytes": "AQI="})") == "420102");
}

TEST_CASE("DAG-CBOR: what the data model has no place for is refused with its place") {
  CHECK(hex("1.5") == "/: a number that is not whole");
  CHECK(hex("9007199254740992") == "/: a number beyond 53 bits");
  CHECK(hex("18446744073709551615") == "/: a number beyond 53 bits");
  CHECK(hex("1e300") == "/: a number beyond 53 bits");
  CHECK(hex(R"({"a": [1, {"$bytes": "A"}]})") == "/a/1: \"$bytes\" is not base64");
  CHECK(hex(R"({"a": {"$bytes": "_w"}})") == "/a: \"$bytes\" is not base64");
  CHECK(hex(R"({"a": {"$link": 5}})") == "/a: \"$link\" is not alone, or no text");
  // Of version 0; with bits set that belong to no byte; too long; empty; too short.
  for (const std::string& link :
       {std::string("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"), raw_link.substr(0, 58) + "z",
        raw_link + "a", std::string("b"), raw_link.substr(0, 57)}) {
    CAPTURE(link);
    CHECK(hex(R"({"$link": ")" + link + R"("})") ==
          "/: \"$link\" is not a CID of version 1 by SHA-256 in base32");
  }
  CHECK(hex(R"({"a": {"$type": ""}})") == "/a: \"$type\" is not text");
  CHECK(hex(R"({"$type": "blob", "ref": {"$link": ")" + raw_link + R"("}, "size": 1})") ==
        "/: a blob needs \"ref\", \"mimeType\" and \"size\"");
  CHECK(dag_cbor(json::value("\xff")).error().what == "/: text that is not UTF-8");
  json::value deep = 1;
  for (int i = 0; i < 65; ++i) deep = json::array{deep};
  CHECK(dag_cbor(deep).error().what.ends_with("more than 64 levels"));
}

TEST_CASE("the CID of a record") {
  CHECK(cid("{}") == "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua");
  CHECK(cid(R"({"hello": "world"})") ==
        "bafyreidykglsfhoixmivffc5uwhcgshx4j465xwqntbmu43nb2dzqwfvae");
  CHECK(cid("[]") == "/: a record is keys and values");
}
