#include "federation/activity.hpp"

#include <doctest/doctest.h>

#include "federation/limits.hpp"

using namespace carillon;

TEST_CASE("an activity is read whether its object is an id or more") {
  const auto plain =
      read_activity(R"({"type":"Follow","id":"https://a.example/1","actor":"https://a.example/u",)"
                    R"("object":"https://example.org/actors/news"})");
  REQUIRE(plain);
  CHECK(plain->outer.object == "https://example.org/actors/news");
  CHECK_FALSE(plain->inner);
  const auto whole = read_activity(
      R"({"@context":["https://www.w3.org/ns/activitystreams",{"a":"b"}],"type":["Create","X"],)"
      R"("actor":{"id":"https://a.example/u"},"object":{"id":"https://a.example/n","type":"Note",)"
      R"("attributedTo":["https://a.example/u"],"inReplyTo":{"id":"https://b.example/n"},)"
      R"("content":"hi","cc":["as:Public"]}})");
  REQUIRE(whole);
  CHECK(whole->outer.type == "Create");
  CHECK(whole->outer.actor == "https://a.example/u");
  REQUIRE(whole->inner);
  CHECK(whole->inner->actor == "https://a.example/u");
  CHECK(whole->inner->in_reply_to == "https://b.example/n");
  CHECK(whole->inner->content == "hi");
  CHECK(whole->inner->is_public);
}

TEST_CASE("what is no activity is refused") {
  for (const char* text :
       {"", "42", "\"a\"", "[]", "{}", R"({"type":"Follow"})", R"({"actor":"https://a.example/u"})",
        R"({"type":"Follow","actor":"ftp://a.example/u"})",
        R"({"type":5,"actor":"https://a.example/u"})",
        R"({"type":"Like","actor":"https://a.example/u","object":23})",
        R"({"type":"Create","actor":"https://a.example/u","object":{"content":42}})",
        R"({"@context":"http://schema.org","type":"Like","actor":"https://a.example/u"})"}) {
    CAPTURE(text);
    const auto read = read_activity(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().fault == Fault::corrupt);
  }
  std::string deep = R"({"type":"Like","actor":"https://a.example/u","object":)";
  for (int i = 0; i < limits::inbox_depth; ++i) deep += "[";
  for (int i = 0; i < limits::inbox_depth; ++i) deep += "]";
  CHECK(read_activity(deep + "}").error().what.find("too deep") != std::string::npos);
  CHECK(read_activity(std::string(limits::inbox_bytes + 1, ' ')).error().fault == Fault::too_large);
}

TEST_CASE("hosts are compared with their ports, in one case") {
  CHECK(host_of("https://A.Example/x") == "a.example");
  CHECK(host_of("https://a.example:8443/x") == "a.example:8443");
  CHECK(host_of("https://a.example:443/x") == "a.example");
  CHECK(host_of("mailto:a@example.org").empty());
}
