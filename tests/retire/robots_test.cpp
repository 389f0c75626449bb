// The rules of RFC 9309, with its own examples.
#include "retire/robots.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/limits.hpp"

using namespace carillon;

namespace {

Robots ours(std::string_view text) {
  return Robots::read(text, "carillon");
}

}  // namespace

TEST_CASE("the example of RFC 9309 section 5.1 is read as it says") {
  const std::string text =
      "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n"
      "User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n"
      "User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\n"
      "User-Agent: quxbot\n";
  CHECK_FALSE(ours(text).allows("/example/"));
  CHECK_FALSE(ours(text).allows("/a/b.gif"));
  CHECK(ours(text).allows("/a/b.gif?x"));
  CHECK(ours(text).allows("/publications/"));
  const Robots foobot = Robots::read(text, "foobot");
  CHECK_FALSE(foobot.allows("/"));
  CHECK(foobot.allows("/example/page.html"));
  CHECK(foobot.allows("/example/allowed.gif"));
  for (const char* name : {"barbot", "bazbot"}) {
    CHECK_FALSE(Robots::read(text, name).allows("/example/page.html"));
    CHECK(Robots::read(text, name).allows("/a.gif"));
  }
  CHECK(Robots::read(text, "quxbot").allows("/example/page.html"));
}

TEST_CASE("our own group counts alone, whatever its case and version, and groups of a name join") {
  const Robots robots = ours(
      "User-agent: *\nDisallow: /\n\nuser-agent: CARILLON/1.0\nDisallow: /a\n\n"
      "User-agent: other\nDisallow: /b\n\nUser-agent: carillon\nDisallow: /c\n");
  CHECK(robots.allows("/"));
  CHECK(robots.allows("/b"));
  CHECK_FALSE(robots.allows("/a"));
  CHECK_FALSE(robots.allows("/c"));
  CHECK_FALSE(
      ours("User-agent: *\nDisallow: /\nUser-agent: carillonette\nAllow: /\n").allows("/x"));
}

TEST_CASE("the longest rule decides, and of two equal ones the kind one") {
  const Robots robots = ours(
      "User-agent: *\nAllow: /page\nDisallow: /*.htm\nDisallow: /folder\nAllow: /folder\n"
      "Disallow: /shop/*/private*$\n");
  CHECK_FALSE(robots.allows("/page.htm"));
  CHECK(robots.allows("/page"));
  CHECK(robots.allows("/folder/page"));
  CHECK_FALSE(robots.allows("/shop/x/y/private-2"));
  CHECK(robots.allows("/shop/private"));
  const Robots longer =
      ours("User-agent: *\nDisallow: /shop/secret\nAllow: /shop\nAllow: /a/b\nDisallow: /a\n");
  CHECK_FALSE(longer.allows("/shop/secret"));
  CHECK(longer.allows("/shop/x"));
  CHECK(longer.allows("/a/b"));
  CHECK_FALSE(longer.allows("/a/c"));
  const Robots end = ours("User-agent: *\nDisallow: /fish*.php$\nDisallow: /$\n");
  CHECK_FALSE(end.allows("/"));
  CHECK(end.allows("/x"));
  CHECK_FALSE(end.allows("/fish/salmon.php"));
  CHECK(end.allows("/fish.php?id=1"));
}

TEST_CASE("escapes are compared by what they mean, section 2.2.2") {
  CHECK_FALSE(
      ours("User-agent: *\nDisallow: /foo/bar/\xE3\x83\x84\n").allows("/foo/bar/%E3%83%84"));
  CHECK_FALSE(ours("User-agent: *\nDisallow: /foo/bar/%62%61%7A\n").allows("/foo/bar/baz"));
  CHECK_FALSE(ours("User-agent: *\nDisallow: /foo?bar=%2f\n").allows("/foo?bar=%2F"));
}

TEST_CASE("what people write is understood: line ends, comments, a BOM, no group, no value") {
  const Robots robots = ours(
      "\xEF\xBB\xBF# hello\rUser-Agent : *  # all\rnonsense\rDisallow: /a # not this\r\n"
      "Disallow:\r\nCrawl-delay: 1.5\r\nSitemap: https://example.org/map.xml\r\n"
      "sitemap: /two.xml\n");
  CHECK_FALSE(robots.allows("/a"));
  CHECK(robots.allows("/b"));
  CHECK(robots.delay() == second * 3 / 2);
  CHECK(robots.sitemaps() == std::vector<std::string>{"https://example.org/map.xml", "/two.xml"});
  CHECK(ours("Disallow: /\n").allows("/x"));  // of no group
  CHECK(ours("").allows("/x"));
  CHECK(ours("User-agent: *\nCrawl-delay: -5\n").delay() == 0);
  CHECK(ours("User-agent: *\nCrawl-delay: 1e99\n").delay() == day);
}

TEST_CASE("without a file all is allowed, without an answer nothing but the file") {
  CHECK(Robots::all().allows("/x"));
  CHECK_FALSE(Robots::none().allows("/x"));
  CHECK(Robots::none().allows("/robots.txt"));
}

TEST_CASE("beyond 500 KiB nothing is read, before it all is") {
  const std::string rule = "\nUser-agent: *\nDisallow: /late\n";
  const std::string fits = std::string(limits::robots_bytes - rule.size(), '#') + rule;
  CHECK_FALSE(ours(fits).allows("/late"));
  CHECK(ours("#" + std::string(limits::robots_bytes, '#') + rule).allows("/late"));
}
