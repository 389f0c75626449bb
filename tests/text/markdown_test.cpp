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
        "> said\n\nx = 1\n\nalt\n\nhi");
  CHECK(markdown_to_plain("| a | b |\n|---|---|\n| 1 | 2 |") == "a | b\n1 | 2");
}

TEST_CASE("what comes out is UTF-8 whatever went in") {
  CHECK(markdown_to_html("a\xFF") == "<p>a\xEF\xBF\xBD</p>\n");
  CHECK(markdown_to_plain("> b \xC4 c") == "> b \xEF\xBF\xBD c");
}

TEST_CASE("a link with a dangerous address, or none, is its words") {
  CHECK(markdown_to_html("[*bad* one](javascript:a) [b](DATA:x) [c]() [d](/e)") ==
        "<p><em>bad</em> one b c <a href=\"/e\">d</a></p>\n");
  CHECK(markdown_to_plain("[bad](javascript:a) [ok](mailto:a@b.example)") ==
        "bad ok (mailto:a@b.example)");
}

TEST_CASE("a task keeps its state") {
  CHECK(markdown_to_plain("- [x] tea\n- [ ] cake\n- cup\n\n1. [x] pot") ==
        "[x] tea\n[ ] cake\n• cup\n\n1. [x] pot");
}

TEST_CASE("a picture in the text leaves its alt text, or no gap") {
  CHECK(markdown_to_plain("A ![red pot](pot.png) here") == "A red pot here");
  CHECK(markdown_to_plain("A ![](pot.png) here, ![pot](https://t.example/p.png) there") ==
        "A here, there");
  CHECK(markdown_to_plain("![pot](https://t.example/p.png) Tea") == "Tea");
  CHECK(markdown_to_plain("A <br> b") == "A b");
  CHECK(has_picture("A ![red pot](pot.png) here", true));
  CHECK_FALSE(has_picture("A ![pot](/pot.png) here `![a](b)`", true));
  CHECK(has_picture("![pot](https://t.example/p.png)", false));
  CHECK_FALSE(has_picture("`![a](b)`", false));
}

TEST_CASE("a text nested without end takes neither time nor memory") {
  std::string quotes(60'000, '>');
  CHECK(markdown_to_plain(quotes + "a").size() < 1000);
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "*a ";
  for (int i = 0; i < 20'000; ++i) text += "b* ";
  CHECK(markdown_to_plain(text).size() == 79'999);
  std::string row;
  for (int i = 0; i < 60'000; ++i) row += "|a";
  std::string rule;
  for (int i = 0; i < 60'000; ++i) rule += "|-";
  CHECK(markdown_to_plain(row + "\n" + rule).size() > 120'000);
  CHECK(markdown_to_plain("| a |\n|---|\n| > b |") == "a\n> b");
}
