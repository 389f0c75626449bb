#include "text/cbor.hpp"

#include <doctest/doctest.h>

#include "base/bytes.hpp"

using namespace carillon;

namespace {

std::string raw(const char* hex) {
  return from_hex(hex).value();
}

std::string refused(const char* hex) {
  const auto read = read_cbor(raw(hex));
  return read ? "read" : read.error().what;
}

}  // namespace

TEST_CASE("a public key as authenticators write it") {
  // {1: 2, 3: -7, -1: 1, -2: h'65ed'}, a COSE_Key of RFC 9053 section 7.1.1 with a short x.
  const auto read = read_cbor(raw("a4010203262001214265ed") + "behind");
  REQUIRE(read.has_value());
  CHECK(read->size == 11);
  const Cbor& key = read->value;
  REQUIRE(key.at(1) != nullptr);
  CHECK(key.at(1)->number == 2);
  CHECK(key.at(3)->number == -7);
  CHECK(key.at(-1)->number == 1);
  CHECK(key.at(-2)->bytes == raw("65ed"));
  CHECK(key.at(-3) == nullptr);
  CHECK(key.at("1") == nullptr);
}

TEST_CASE("keys of both kinds, lists, words and nothing") {
  const auto read =
      read_cbor(raw("a501f52082f4f6616101626161426869626162"
                    "1903e8"));
  REQUIRE_MESSAGE(read.has_value(), read.error().what);
  const Cbor& map = read->value;
  CHECK(map.at(1)->kind == Cbor::Kind::boolean);
  CHECK(map.at(1)->number == 1);
  REQUIRE(map.at(-1) != nullptr);
  CHECK(map.at(-1)->items.size() == 2);
  CHECK(map.at(-1)->items[1].kind == Cbor::Kind::null);
  CHECK(map.at("a")->number == 1);
  CHECK(map.at("aa")->bytes == "hi");
  CHECK(map.at("ab")->number == 1000);
  CHECK(cbor_of(map) == raw("a501f52082f4f66161016261614268696261621903e8"));
}

TEST_CASE("every cut is seen") {
  const std::string whole = raw("a501f52082f4f66161016261614268696261621903e8");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = read_cbor(std::string_view(whole).substr(0, size));
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().what.find("it ends too early") != std::string::npos);
  }
}

TEST_CASE("what is not canonical is not read") {
  CHECK(refused("1801") == "byte 2: a number that is not in its shortest form");
  CHECK(refused("190017") == "byte 3: a number that is not in its shortest form");
  CHECK(refused("1a0000ffff") == "byte 5: a number that is not in its shortest form");
  CHECK(refused("1b00000000ffffffff") == "byte 9: a number that is not in its shortest form");
  CHECK(refused("1b8000000000000000") == "byte 9: a number beyond 63 bits");
  CHECK(refused("3bffffffffffffffff") == "byte 9: a number beyond 63 bits");
  CHECK(refused("a202000100") == "byte 4: a key out of order, or twice");
  CHECK(refused("a201000100") == "byte 4: a key out of order, or twice");
  CHECK(refused("a26162006161f4") == "byte 6: a key out of order, or twice");
  CHECK(refused("a24001") == "byte 2: a key that is neither a number nor text");
  CHECK(refused("a1f401") == "byte 2: a key that is neither a number nor text");
  CHECK(refused("5f4101ff") == "byte 1: a value that is not canonical");
  CHECK(refused("9fff") == "byte 1: a value that is not canonical");
  CHECK(refused("bfff") == "byte 1: a value that is not canonical");
  CHECK(refused("f97e00") == "byte 1: a value that is not canonical");
  CHECK(refused("f7") == "byte 1: a value that authenticators do not write");
  CHECK(refused("c074323031332d30332d32315432303a30343a30305a") == "byte 1: a tag");
  CHECK(refused("61ff") == "byte 2: text that is not UTF-8");
  CHECK(refused("8181818180") == "byte 5: more than 4 levels");
  CHECK(refused("81818180") == "read");
  CHECK(refused("bbffffffffffffffff") == "byte 9: it ends too early");
  CHECK(refused("5b7fffffffffffffff") == "byte 9: it ends too early");
}

TEST_CASE("numbers at the edges come back as they were written") {
  for (const char* edge :
       {"00", "17", "1818", "18ff", "190100", "19ffff", "1a00010000", "1affffffff",
        "1b0000000100000000", "1b7fffffffffffffff", "20", "37", "3818", "3b7fffffffffffffff"}) {
    const auto read = read_cbor(raw(edge));
    REQUIRE_MESSAGE(read.has_value(), edge);
    CHECK(cbor_of(read->value) == raw(edge));
  }
}
