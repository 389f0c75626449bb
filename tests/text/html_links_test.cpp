#include "text/html_links.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

// "a /x me <Follow us>!" a link; "!" in the furniture.
std::string said(std::string_view html) {
  std::string out;
  for (const HtmlLink& link : outline_of(html).links)
    out += (out.empty() ? "" : " | ") + link.element + " " + link.address +
           (link.rel.empty() ? "" : " rel=" + link.rel) +
           (link.text.empty() ? "" : " <" + link.text + ">") + (link.furniture ? "!" : "");
  return out;
}

}  // namespace

TEST_CASE("a page's links come with what they say and where they stand") {
  CHECK(said(R"(<html><head><link rel="ME" href="https://a.example/@b"><title><a href=no></title>
</head><body><p>See <a href='/x?a=1&amp;b=2'>the
   <b>guide</b></a>, 1 < 2.</p><area href=y alt="A map"><iframe src = "/z"></iframe>
<footer><a href="https://x.com/bells" title="Us"><img src=i alt="X"></a></footer>)") ==
        "link https://a.example/@b rel=me! | a /x?a=1&b=2 <the guide> | area y <A map> | "
        "iframe /z | a https://x.com/bells <Us>!");
}

TEST_CASE("furniture is known by element, role, class and id, and not within an article") {
  CHECK(said("<div class='site-footer dark'><ul><li><a href=1>a</a></ul></div><a href=2>b</a>") ==
        "a 1 <a>! | a 2 <b>");
  CHECK(said("<div role=navigation><a href=1>a</a></div><div id=main_nav><a href=2>b</a></div>") ==
        "a 1 <a>! | a 2 <b>!");
  CHECK(said("<article><header><a href=1>a</a></header><nav><a href=2>b</a></nav></article>") ==
        "a 1 <a> | a 2 <b>!");
  CHECK(said("<body class='has-sidebar'><a href=1>a</a></body>") == "a 1 <a>");
}

TEST_CASE("scripts, styles and comments hold no links") {
  CHECK(said("<script>var a = '<a href=1>';</script><!-- <a href=2>x</a> --><style><a href=3>"
             "</style><a href=4>x</a>") == "a 4 <x>");
  CHECK(said("<script src=/s.js></SCRIPT><a href=4>x</a>") == "script /s.js | a 4 <x>");
}

TEST_CASE("base and canonical are read, and what is broken does no harm") {
  const HtmlOutline outline = outline_of(
      "<base href=/sub/><link rel=canonical href='https://a.example/c'><a href=''>none</a>");
  CHECK(outline.base == "/sub/");
  CHECK(outline.canonical == "https://a.example/c");
  CHECK(outline.links.size() == 1);
  CHECK(said("<a href='open").empty() == false);
  CHECK(said("<a <b> </>< a><").empty());
  std::string deep;
  for (int i = 0; i < 200'000; ++i) deep += "<div><footer>";
  CHECK(said(deep + "<a href=1>x</a>") == "a 1 <x>!");
}

TEST_CASE("where the furniture is shows by offset") {
  const std::string page = "<p>a</p><nav><a href=1>b</a></nav><p>c</p><footer>d";
  const HtmlOutline outline = outline_of(page);
  CHECK_FALSE(in_furniture(outline, page.find("<p>a")));
  CHECK(in_furniture(outline, page.find("<a")));
  CHECK_FALSE(in_furniture(outline, page.find("<p>c")));
  CHECK(in_furniture(outline, page.size() - 1));
}
