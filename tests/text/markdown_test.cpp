#include "text/markdown.hpp"

#include <doctest/doctest.h>

using namespace carillon;

TEST_CASE("nothing dangerous comes through") {
  const std::string html = markdown_to_html(
      "<script>a</script>\n\n[x](javascript:a) <img src=x onerror=a> **b** <https://e.example>");
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("javascript:") == std::string::npos);
  CHECK(html.find("onerror") == std::string::npos);
  CHECK(html.find("<strong>b</strong>") != std::string::npos);
}

TEST_CASE("plain text reads as a person would write it") {
  CHECK(
      markdown_to_plain("# Tea is *out*\n\nGet [it](https://t.example) at\n<https://t.example>.") ==
      "Tea is out\n\nGet it (https://t.example) at https://t.example.");
  CHECK(markdown_to_plain("- one\n- two\n  - three\n\n1. a\n2. b") ==
        "• one\n• two\n  • three\n\n1. a\n2. b");
  CHECK(markdown_to_plain("> said\n\n```\nx = 1\n```\n\n![alt](a.png)\n\n<b>hi</b>") ==
        "> said\n\nx = 1\n\nhi");
  CHECK(markdown_to_plain("| a | b |\n|---|---|\n| 1 | 2 |") == "a | b\n1 | 2");
}

TEST_CASE("what comes out is UTF-8 whatever went in") {
  CHECK(markdown_to_html("a\xFF") == "<p>a\xEF\xBF\xBD</p>\n");
  CHECK(markdown_to_plain("> b \xC4 c") == "> b \xEF\xBF\xBD c");
}
