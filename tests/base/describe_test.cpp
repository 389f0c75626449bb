#include "base/describe.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"

using namespace carillon;

namespace {

enum class Kind { release, event };
BOOST_DESCRIBE_ENUM(Kind, release, event)

struct Item {
  static constexpr std::array<std::string_view, 1> required{"title"};
  std::string title;
  std::optional<int> count;
};
BOOST_DESCRIBE_STRUCT(Item, (), (title, count))

struct Sample {
  Kind kind = Kind::event;
  std::vector<Item> items;
  std::map<std::string, std::string> texts;
};
BOOST_DESCRIBE_STRUCT(Sample, (), (kind, items, texts))

}  // namespace

TEST_CASE("what is written reads back the same") {
  Sample in;
  in.kind = Kind::release;
  in.items.push_back({"a \"quoted\" title", 3});
  in.texts["x"] = "zwölf";
  const std::string text = write_json(in);
  const auto out = parse_json_as<Sample>(text);
  REQUIRE(out.has_value());
  CHECK(write_json(*out) == text);
}

TEST_CASE("errors name the path and suggest the nearest word") {
  CHECK(parse_json_as<Sample>(R"({"items":[{"count":1}]})").error().what ==
        "/items/0/title: missing");
  const auto unknown = parse_json_as<Sample>(R"({"item":[]})");
  REQUIRE(!unknown.has_value());
  CHECK(unknown.error().what == "/item: unknown key \"item\"");
  CHECK(unknown.error().hint == "Did you mean \"items\"?");
  CHECK(parse_json_as<Sample>(R"({"kind":"relase"})").error().hint == "Did you mean \"release\"?");
  CHECK(parse_json_as<Sample>(R"({"items":3})").error().what ==
        "/items: expected a list, found a number");
}

TEST_CASE("YAML errors name the line of the file") {
  const auto yaml = parse_yaml("kind: event\nitems:\n  - title: a\n    count: many\n", 2);
  REQUIRE(yaml.has_value());
  const auto out = from_yaml<Sample>(*yaml);
  REQUIRE(!out.has_value());
  CHECK(out.error().what == "line 5: /items/0/count: expected a whole number, found text");
  CHECK(parse_yaml("a: [1, 2\nb: }").error().what.starts_with("line 2"));
  CHECK(parse_yaml("a: 1\na: 2").error().what == "line 2: the key \"a\" stands twice");
}

TEST_CASE("YAML that is cut off or goes on unread is refused, and nothing else changes for it") {
  for (const std::string open : {"\"", "'"}) {
    CHECK(parse_yaml("a: 1\nb: " + open + "open\n").error().what ==
          "line 3: a quote is opened and never closed");
    CHECK(!parse_yaml("b: " + open + "open").has_value());
    CHECK(!parse_yaml("b:\n - " + open + "open\n\n").has_value());
    CHECK(parse_yaml("b: " + open + "x" + open + "\n")->value.at("b") == "x");
  }
  CHECK(parse_yaml("a: 1\n---\nb: 2\n").error().what.starts_with("line 2: a second document"));
  CHECK(parse_yaml("---\na: 1\n...\n")->value.at("a") == 1);
  CHECK(parse_yaml(",a").error().what.starts_with("line 1: a text starts with a character"));
  CHECK(parse_yaml(",it e J\\\r\n").error().fault == Fault::corrupt);
  CHECK(parse_yaml("a: \xFF").error().what == "line 1: a byte that is not UTF-8");
  CHECK(parse_yaml(std::string("b: 1\n,a\0\x06", 9)).error().what ==
        "line 2: an invisible control character (U+0000)");
  CHECK(parse_yaml("a: \x7f").error().what == "line 1: an invisible control character (U+007F)");
  CHECK(parse_yaml("a:\t1\r\nb: \u0085x\r\n").has_value());
  // A block keeps its last line breaks, as YAML 1.2 section 8.1.1.2 says.
  CHECK(parse_yaml("a: |\n  x\n")->value.at("a") == "x\n");
  CHECK(parse_yaml("a: |\n  x")->value.at("a") == "x");
  CHECK(parse_yaml("a: |+\n  x\n\n")->value.at("a") == "x\n\n");
  CHECK(parse_yaml("a: |-\n  x\n\n")->value.at("a") == "x");
  CHECK(parse_yaml("a: >\n  x\n  y\n")->value.at("a") == "x y\n");
  CHECK(parse_yaml("a:\n  - |\n    x\n")->value.at("a").at(0) == "x\n");
  CHECK(parse_yaml("\n")->value.as_object().empty());
  CHECK(parse_yaml("# only\n")->value.as_object().empty());
}

TEST_CASE("a YAML bomb is refused by its size") {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) bomb += "*" + std::string(1, static_cast<char>(c - 1)) + ",";
    bomb += "x]\n";
  }
  CHECK(!parse_yaml(bomb).has_value());
  CHECK(!parse_yaml(std::string(5000, '[')).has_value());
}

TEST_CASE("a number that could not be written again is not read") {
  CHECK(parse_json("1e308").has_value());
  CHECK(parse_json("{\"a\":[0,1e309]}").error().fault == Fault::corrupt);
  CHECK(!parse_json("-1e400").has_value());
}
