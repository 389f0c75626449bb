#include "base/html.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace carillon;

static_assert(!std::is_convertible_v<std::string, Html>, "text must not become markup by itself");
static_assert(!std::is_constructible_v<Html, std::string>);
static_assert(!std::is_constructible_v<TagName, std::string>, "names are literals");
static_assert(!std::is_constructible_v<AttributeName, const char*>);
static_assert(!std::is_convertible_v<Html, Xml>, "HTML goes into XML as text only");

TEST_CASE("whatever comes in as text is escaped") {
  const std::string evil = "<script>alert('x') & \"y\"</script>";
  const Html out = tag("p", attr("title", evil), evil, tag("b", evil));
  const std::string safe = "&lt;script&gt;alert(&#39;x&#39;) &amp; &quot;y&quot;&lt;/script&gt;";
  CHECK(out.str() == "<p title=\"" + safe + "\">" + safe + "<b>" + safe + "</b></p>");
}

TEST_CASE("elements without content end as their dialect wants") {
  CHECK(tag("br").str() == "<br>");
  CHECK(tag("p").str() == "<p></p>");
  CHECK(node("br").str() == "<br/>");
  CHECK(node("link", attr("rel", "self")).str() == "<link rel=\"self\"/>");
  CHECK(tag("input", attr("disabled"), attr("size", 3)).str() == "<input disabled size=\"3\">");
  CHECK(attr_some("class", "").str().empty());
  CHECK(tag("ul", std::vector<Html>{tag("li", "a"), tag("li", "b")}).str() ==
        "<ul><li>a</li><li>b</li></ul>");
}

TEST_CASE("an address that runs code is left out") {
  CHECK(tag("a", attr("href", "javascript:alert(1)"), "x").str() == "<a>x</a>");
  CHECK(tag("a", attr("href", "JaVaScRiPt:alert(1)"), "x").str() == "<a>x</a>");
  CHECK(tag("a", attr("href", "java\nscript:alert(1)"), "x").str() == "<a>x</a>");
  CHECK(tag("a", attr("href", " javascript:alert(1)"), "x").str() == "<a>x</a>");
  CHECK(tag("img", attr("src", "data:text/html,x")).str() == "<img>");
  CHECK(is_safe_url("https://example.org/?a=b&c"));
  CHECK(is_safe_url("/a:b"));
  CHECK(is_safe_url("#note"));
  CHECK(is_safe_url("mailto:a@example.org"));
  CHECK_FALSE(is_safe_url("vbscript:x"));
}

TEST_CASE("characters that no parser accepts are replaced") {
  std::string out;
  append_escaped(out, std::string_view("a\0b\x01\x7F", 5));
  CHECK(out == "a\uFFFDb\uFFFD\uFFFD");
  out.clear();
  append_escaped(out, "x\xFFy\xC2\x85z\xEF\xBF\xBE\t\n");
  CHECK(out == "x\uFFFDy\uFFFDz\uFFFD\t\n");
  out.clear();
  append_escaped(out, "日本語 عربي 🎶");
  CHECK(out == "日本語 عربي 🎶");
}

TEST_CASE("data for search engines cannot end its element") {
  const std::string out = json_data({{"name", "</script><script>alert(1)</script>&"}}).str();
  CHECK(out ==
        "<script type=\"application/ld+json\">{\"name\":\"\\u003c/script\\u003e\\u003cscript"
        "\\u003ealert(1)\\u003c/script\\u003e\\u0026\"}</script>");
}
