#include "home/body.hpp"

#include <doctest/doctest.h>

using namespace carillon;

namespace {

const BodyOptions on_page{.origin = "https://e.org", .page = "https://e.org/posts/a/"};
const BodyOptions in_feed{
    .origin = "https://e.org", .page = "https://e.org/posts/a/", .resolve = true, .bare = true};

std::string page_of(std::string_view markdown) {
  return body_html(markdown, on_page).str();
}
std::string feed_of(std::string_view markdown) {
  return body_html(markdown, in_feed).str();
}

}  // namespace

TEST_CASE("headings fit below the page's own, without a gap") {
  CHECK(page_of("# A\n## B") == "<h2>A</h2>\n<h3>B</h3>\n");
  CHECK(page_of("### A\n###### B\n#### C") == "<h2>A</h2>\n<h3>B</h3>\n<h3>C</h3>\n");
}

TEST_CASE("addresses in a feed stand on their own") {
  CHECK(feed_of("[a](/b)") == "<p><a href=\"https://e.org/b\">a</a></p>\n");
  CHECK(feed_of("[a](b)") == "<p><a href=\"https://e.org/posts/a/b\">a</a></p>\n");
  CHECK(feed_of("[a](#b)") == "<p><a href=\"https://e.org/posts/a/#b\">a</a></p>\n");
  CHECK(feed_of("[a](//x.org/)") == "<p><a href=\"https://x.org/\">a</a></p>\n");
  CHECK(feed_of("[a](mailto:x@e.org)") == "<p><a href=\"mailto:x@e.org\">a</a></p>\n");
  CHECK(page_of("[a](/b)") == "<p><a href=\"/b\">a</a></p>\n");
}

TEST_CASE("no picture is loaded from elsewhere") {
  CHECK(page_of("![A \"cup\"](https://x.org/c.png)") ==
        "<p><a href=\"https://x.org/c.png\">A &quot;cup&quot;</a></p>\n");
  CHECK(page_of("[![A cup](https://x.org/c.png)](https://x.org/)") ==
        "<p><a href=\"https://x.org/\">A cup</a></p>\n");
  CHECK(page_of("![](https://x.org/c.png)") ==
        "<p><a href=\"https://x.org/c.png\">Picture</a></p>\n");
  CHECK(page_of("![x](data:image/png;base64,AAAA)") == "<p>x</p>\n");
  CHECK(page_of("![x](/media/a.png)") ==
        "<p><img src=\"/media/a.png\" alt=\"x\" loading=\"lazy\"></p>\n");
  CHECK(feed_of("![x](/media/a.png)") ==
        "<p><img src=\"https://e.org/media/a.png\" alt=\"x\"></p>\n");
}

TEST_CASE("tables and code can be reached with the keyboard; feeds get them bare") {
  const char* table = "|a|b|\n|-|-:|\n|1|2|\n";
  CHECK(page_of(table).starts_with("<div class=\"scroll\" tabindex=\"0\"><table>"));
  CHECK(page_of(table).find("<td class=\"align-right\">2</td>") != std::string::npos);
  CHECK(feed_of(table).starts_with("<table>"));
  CHECK(feed_of(table).find("class") == std::string::npos);
  CHECK(page_of("    x\n") == "<pre tabindex=\"0\"><code>x\n</code></pre>\n");
  CHECK(feed_of("```c\nx\n```\n") == "<pre><code>x\n</code></pre>\n");
}

TEST_CASE("docs.joinmastodon.org/spec/activitypub/#sanitization: only what is kept is sent") {
  BodyOptions few = in_feed;
  few.few_tags = true;
  const auto sent = [&](std::string_view markdown) { return body_html(markdown, few).str(); };
  CHECK(sent("# A *b*") == "<p><strong>A <em>b</em></strong></p>\n");
  CHECK(sent("![A cup](/media/c.png)") ==
        "<p><a href=\"https://e.org/media/c.png\">A cup</a></p>\n");
  CHECK(sent("|a|b|\n|-|-|\n|1|2|\n").starts_with("<p>a | b</p><p>1 | 2</p>"));
  CHECK(sent("- [x] done\n- [ ] open").find("[x] done") != std::string::npos);
  CHECK(sent("a\n\n***\n\nb").find("hr") == std::string::npos);
  const std::string all = sent(
      "# H\n\na **b** _c_ ~~d~~ `e` [f](g) <u>h</u>\n\n> q\n\n1. o\n\n- u\n\n```c\nx\n```\n\n"
      "|a|\n|-|\n|1|\n\nnote[^1]\n\n[^1]: foot\n\nline  \nbreak <script>s</script>\n");
  for (std::size_t at = 0; (at = all.find('<', at)) != std::string::npos; ++at) {
    const std::size_t name = at + (all[at + 1] == '/' ? 2 : 1);
    const std::string tag = all.substr(name, all.find_first_of(" >", name) - name);
    CAPTURE(tag);
    bool kept = false;
    for (const char* one : {"p", "br", "a", "del", "pre", "code", "em", "strong", "b", "i", "ul",
                            "ol", "li", "blockquote"})
      kept = kept || tag == one;
    CHECK(kept);
  }
}

TEST_CASE("raw markup in the text is left out") {
  CHECK(page_of("a <b onclick=\"x\">b</b>\n") == "<p>a b</p>\n");
  CHECK(page_of("<script>x</script>\n").find("script") == std::string::npos);
  CHECK(page_of("[x](javascript:alert(1))") == "<p>x</p>\n");
}

TEST_CASE("a line of three hyphens joins parts, but not in code") {
  CHECK(join_parts("a\n---\nb") == "a\n\n\nb\n");
  CHECK(join_parts("a\n---\r\nb") == "a\n\n\nb\n");
  CHECK(page_of("a\n---\nb") == "<p>a</p>\n<p>b</p>\n");
  CHECK(page_of("```\n---\n```\n") == "<pre tabindex=\"0\"><code>---\n</code></pre>\n");
}

TEST_CASE("a text is cut between words, and characters stay whole") {
  CHECK(shorten("one two three", 100) == "one two three");
  CHECK(shorten("one two three", 9) == "one two…");
  CHECK(shorten("one\n\n two", 20) == "one two");
  CHECK(shorten("日本語の長い文章です", 4) == "日本語の…");
  CHECK(shorten("", 5).empty());
  CHECK(shorten("abc", 3) == "abc");
}
