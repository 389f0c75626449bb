#include "retire/sitemap.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/bytes.hpp"
#include "base/limits.hpp"

using namespace carillon;

namespace {

// printf '<urlset><url><loc>https://a.example/packed</loc></url></urlset>' | gzip -9n | base64 -w0
constexpr std::string_view packed =
    "H4sIAAAAAAACA7MpLcopTi2xswHSdjY5+cl2GSUlBcVW+"
    "vqJeqkVibkFOan6BYnJ2akpNvogWRt9sEJ9qDYAJdjTTj8AAAA=";

}  // namespace

TEST_CASE("a sitemap lists pages; pictures and other languages are none of them") {
  const auto map = read_sitemap(R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- <loc>https://a.example/comment</loc> -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc> https://a.example/?a=1&amp;b=2 </loc><lastmod>2026-01-01</lastmod>
    <image:image><image:loc>https://a.example/x.png</image:loc></image:image></url>
  <url><loc><![CDATA[https://a.example/two]]></loc></url>
  <sm:url><sm:loc>https://a.example/three</sm:loc></sm:url>
</urlset>)");
  REQUIRE(map.has_value());
  CHECK(map->pages == std::vector<std::string>{"https://a.example/?a=1&b=2",
                                               "https://a.example/two", "https://a.example/three"});
  CHECK(map->sitemaps.empty());
  CHECK_FALSE(map->cut);
}

TEST_CASE("an index lists sitemaps") {
  const auto map = read_sitemap(
      "<sitemapindex><sitemap><loc>https://a.example/1.xml.gz</loc></sitemap>"
      "<sitemap><loc>/2.xml</loc></sitemap></sitemapindex>");
  REQUIRE(map.has_value());
  CHECK(map->pages.empty());
  CHECK(map->sitemaps == std::vector<std::string>{"https://a.example/1.xml.gz", "/2.xml"});
}

TEST_CASE("a list of lines is a sitemap, a page that says so is none") {
  const auto lines =
      read_sitemap("\xEF\xBB\xBFhttps://a.example/1\r\n\r\nhttps://a.example/2\nx\n");
  REQUIRE(lines.has_value());
  CHECK(lines->pages == std::vector<std::string>{"https://a.example/1", "https://a.example/2"});
  const auto page = read_sitemap("<!DOCTYPE html><html><body>No such page</body></html>");
  REQUIRE_FALSE(page.has_value());
  CHECK(page.error().fault == Fault::corrupt);
}

TEST_CASE("a packed sitemap is unpacked; one that is broken is read as far as it goes") {
  const auto bytes = from_base64(packed);
  REQUIRE(bytes.has_value());
  const auto map = read_sitemap(*bytes);
  REQUIRE_MESSAGE(map.has_value(), map.error().what);
  CHECK(map->pages == std::vector<std::string>{"https://a.example/packed"});
  CHECK_FALSE(map->cut);
  const auto part = read_sitemap(bytes->substr(0, 20));
  REQUIRE(part.has_value());
  CHECK(part->pages.empty());
  CHECK(part->cut);
  CHECK_FALSE(read_sitemap("\x1f\x8b nonsense").has_value());
}

TEST_CASE("no more addresses are taken than the protocol allows") {
  std::string text = "<urlset>";
  for (std::size_t i = 0; i <= limits::sitemap_pages; ++i)
    text += fmt::format("<url><loc>https://a.example/{}</loc></url>", i);
  const auto map = read_sitemap(text + "</urlset>");
  REQUIRE(map.has_value());
  CHECK(map->pages.size() == limits::sitemap_pages);
  CHECK(map->cut);
}
