#include "federation/structured_fields.hpp"

#include <doctest/doctest.h>

#include "federation/limits.hpp"

using namespace carillon;

TEST_CASE("a dictionary of signatures is read and written in its one form") {
  const auto read = read_field_dictionary(
      R"(  sig1=("@method"   "content-digest";key="a");created=1;keyid="k\"1" ,)"
      "\tb, c=?0;x=:aGk=: ");
  REQUIRE(read);
  CHECK(read->size() == 3);
  const auto* list = std::get_if<InnerList>(find_member(*read, "sig1"));
  REQUIRE(list != nullptr);
  CHECK(list->items.at(1).value == BareItem(std::string("content-digest")));
  CHECK(*find_parameter(list->items.at(1).parameters, "key") == BareItem(std::string("a")));
  CHECK(*find_parameter(list->parameters, "created") == BareItem(std::int64_t{1}));
  CHECK(find_parameter(list->parameters, "expires") == nullptr);
  CHECK(write_field(*read) ==
        R"(sig1=("@method" "content-digest";key="a");created=1;keyid="k\"1", b, c=?0;x=:aGk=:)");
}

TEST_CASE("every kind of value comes back") {
  for (const char* text : {"-17", "0.5", "-999999999999.999", "\"a \\\\ b\"", "*tok/en:1",
                           ":AAE=:", "?1", "@-3", "%\"f%c3%bc\"", "1;a;b=2.0;c=tok"}) {
    CAPTURE(text);
    const auto item = read_field_item(text);
    REQUIRE(item);
    CHECK(write_field(*item) == text);
  }
  CHECK(read_field_item("-1.250")->value == BareItem(FieldDecimal{-1250}));
  CHECK(read_field_item("@7")->value == BareItem(FieldDate{7}));
}

TEST_CASE("what the grammar has not is refused with its place") {
  for (const char* text : {"", "a b", "1.", "1.2345", "1234567890123456", "\"open", "\"a\nb\"",
                           "?2", "@1.5", ":a*:", ":_-8=:", "%\"%C3%BC\"", "%\"%c3\"", "-"}) {
    CAPTURE(text);
    const auto item = read_field_item(text);
    REQUIRE_FALSE(item);
    CHECK(item.error().fault == Fault::corrupt);
  }
  CHECK_FALSE(read_field_list("a,"));
  CHECK_FALSE(read_field_list("(a b"));
  CHECK_FALSE(read_field_list("(a\"b\")"));
  CHECK_FALSE(read_field_dictionary("A=1"));
  CHECK(read_field_item("a b").error().what == "structured field: more than one value at byte 2");
}

TEST_CASE("of a key that comes twice the last value counts") {
  const auto read = read_field_dictionary("a=1, b=2, a=3");
  REQUIRE(read);
  CHECK(write_field(*read) == "a=3, b=2");
}

TEST_CASE("what would not be read again is not written") {
  CHECK_FALSE(write_field(FieldItem{std::string("ä"), {}}));
  CHECK_FALSE(write_field(FieldItem{FieldToken{"a b"}, {}}));
  CHECK_FALSE(write_field(FieldItem{std::int64_t{1'000'000'000'000'000}, {}}));
  CHECK_FALSE(write_field(FieldItem{FieldDisplay{"\xff"}, {}}));
  CHECK_FALSE(write_field(FieldDictionary{{"A", FieldItem{true, {}}}}));
  CHECK_FALSE(decimal_of(1e12));
  CHECK(decimal_of(0.0025)->thousandths == 2);
  CHECK(decimal_of(0.0035)->thousandths == 4);
}

TEST_CASE("a field has bounds") {
  CHECK(read_field_list(std::string(limits::field_bytes + 1, 'a')).error().fault ==
        Fault::too_large);
  std::string many = "a";
  for (std::size_t i = 0; i < limits::field_members; ++i) many += ",a";
  CHECK(read_field_list(many).error().fault == Fault::too_large);
}
