#include "retire/crawl.hpp"

#include <algorithm>

#include "retire/crawl_address.hpp"
#include "retire/sites.hpp"

using namespace carillon;
using namespace carillon::testing;

namespace {

std::string link(const std::string& to) {
  return fmt::format("<p><a href=\"{}\">{}</a></p>", to, to);
}

CrawlOptions from(const std::string& url) {
  CrawlOptions out;
  out.from = {url};
  return out;
}

std::int64_t left(const CrawlReport& report, std::string_view why) {
  for (const LeftOut& each : report.left) {
    if (each.why.find(why) != std::string::npos) return each.count;
  }
  return 0;
}

std::string key(std::string_view address) {
  const auto url = parse_url(address);
  REQUIRE(url.has_value());
  return page_key(*url);
}

}  // namespace

TEST_CASE("robots.txt first, then the sitemaps, then the beginning and what is linked") {
  Site site;
  site.put("/robots.txt", "Sitemap: " + site.url("/map.xml") + "\n");
  site.put("/map.xml", "<sitemapindex><sitemap><loc>" + site.url("/map2.xml") +
                           "</loc></sitemap></sitemapindex>");
  site.put("/map2.xml", "<urlset><url><loc>" + site.url("/alone/") + "</loc></url></urlset>");
  site.put("/", link("/a") + link("b/c?x=1#part") + link("https://elsewhere.example/"));
  site.put("/a", "a" + link("/") + link("/a/index.html") + link("/picture.png"));
  site.put("/b/c?x=1", "c");
  site.put("/alone/", "alone");
  site.put("/a/", "folder a");
  Walker walker;
  const auto report = walker.crawl(from(site.url()));
  REQUIRE_MESSAGE(report.has_value(), report.error().what);
  CHECK(walker.paths() == "/ /alone/ /a /b/c?x=1");
  const std::vector<std::string> order{"/robots.txt", "/map.xml", "/map2.xml", "/",
                                       "/alone/",     "/a",       "/b/c?x=1",  "/a/index.html"};
  CHECK(site.requests() == order);
  CHECK(report->pages == 4);
  CHECK(left(*report, "no such page") == 1);
  CHECK(walker.waits == std::vector<Micros>(order.size() - 1, second / 5));
}

TEST_CASE("what robots.txt forbids is not asked for, and its delay is kept up to a bound") {
  Site site;
  site.put("/robots.txt",
           "User-agent: *\nDisallow: /\n\nUser-agent: Carillon\nDisallow: /private\n"
           "Crawl-delay: 2\n");
  site.put("/", link("/private/x") + link("/open"));
  site.put("/open", "open");
  Walker walker;
  const auto report = walker.crawl(from(site.url()));
  REQUIRE_MESSAGE(report.has_value(), report.error().what);
  CHECK(walker.paths() == "/ /open");
  CHECK(left(*report, "robots.txt forbids it") == 1);
  for (const std::string& target : site.requests()) CHECK(target != "/private/x");
  CHECK(walker.waits.back() == 2 * second);

  site.put("/robots.txt", "User-agent: *\nCrawl-delay: 3600\n");
  REQUIRE(walker.crawl(from(site.url())).has_value());
  CHECK(walker.waits.back() == limits::crawl_delay_most_ms * 1000);
}

TEST_CASE("a robots.txt that forbids all, fails or is missing") {
  Site site;
  site.put("/", "home");
  Walker walker;
  CHECK(walker.crawl(from(site.url())).has_value());  // 404: all may be read
  site.put("/robots.txt", "User-agent: *\nDisallow: /\n");
  auto report = walker.crawl(from(site.url()));
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().fault == Fault::denied);
  for (const int status : {500, 503, 429}) {
    site.requests();
    site.pages["/robots.txt"] = {"", "text/plain", status};
    report = walker.crawl(from(site.url()));
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().what.find("robots.txt answered") != std::string::npos);
    CHECK(site.requests() == std::vector<std::string>{"/robots.txt"});
  }
}

TEST_CASE("one page is read once, whatever its address") {
  CHECK(key("https://www.example.org/a/index.html#x") == key("http://example.org/a/?utm_source=y"));
  CHECK(key("https://example.org/a?x=1&fbclid=2") == key("https://example.org/a?x=1"));
  CHECK(key("https://example.org/a?x=1") != key("https://example.org/a?x=2"));
  CHECK(key("https://example.org:8443/a") != key("https://example.org/a"));
  CHECK(key("https://example.org/A") != key("https://example.org/a"));
  Site site;
  site.put("/",
           link("/same-1") + link("/same-2") + link("/list?sort=up") + link("/list?sort=down"));
  site.put("/same-1", "the same bytes");
  site.put("/same-2", "the same bytes");
  const std::string canonical = "<link rel=canonical href=/list>";
  site.put("/list", canonical + "list");
  site.put("/list?sort=up", canonical + "up");
  site.put("/list?sort=down", canonical + "down");
  Walker walker;
  const auto report = walker.crawl(from(site.url()));
  REQUIRE(report.has_value());
  CHECK(walker.paths() == "/ /same-1 /list");
  CHECK(left(*report, "same bytes") == 1);
  CHECK(left(*report, "another page") == 2);
}

TEST_CASE("a canonical address that every page names hides no page") {
  Site site;
  const std::string head = "<link rel=canonical href=/>";
  site.put("/", head + link("/a"));
  site.put("/a", head + "a");
  Walker walker;
  REQUIRE(walker.crawl(from(site.url())).has_value());
  CHECK(walker.paths() == "/ /a");
}

TEST_CASE("endless rows of addresses end") {
  Site site;
  std::string calendar;
  for (int day = 0; day < 100; ++day) calendar += link(fmt::format("/calendar?day={}", day));
  site.put("/", calendar + link("/x/x/x/x/x/") + link("/" + std::string(2000, 'y')));
  for (int day = 0; day < 100; ++day)
    site.put(fmt::format("/calendar?day={}", day), std::to_string(day));
  Walker walker;
  const auto report = walker.crawl(from(site.url()));
  REQUIRE(report.has_value());
  CHECK(walker.pages.size() == 1 + limits::crawl_same_path);
  CHECK(left(*report, "behind the \"?\"") == 75);
  CHECK(left(*report, "endless row") == 2);
}

TEST_CASE("limits are kept and said: pages, depth, time, bytes") {
  Site site;
  for (int i = 0; i < 50; ++i) site.put(fmt::format("/{}", i), link(fmt::format("/{}", i + 1)));
  Walker walker;
  CrawlOptions options = from(site.url("/0"));
  options.pages = 5;
  auto report = walker.crawl(options);
  REQUIRE(report.has_value());
  CHECK(report->pages == 5);
  CHECK(left(*report, "5 pages were read") == 1);
  options.pages = 100;
  options.depth = 3;
  report = walker.crawl(options);
  REQUIRE(report.has_value());
  CHECK(report->pages == 4);
  CHECK(left(*report, "too many links away") == 1);
  options.depth = 100;
  options.at_most = 2 * second;
  report = walker.crawl(options);
  REQUIRE(report.has_value());
  CHECK(report->pages < 15);
  CHECK(left(*report, "no more time") == 1);
  site.put("/large", "<p>" + std::string(3000, 'x') + link("/0"));
  options = from(site.url("/large"));
  options.page_bytes = 1000;
  report = walker.crawl(options);
  REQUIRE(report.has_value());
  CHECK(report->bytes == 1000);
  CHECK(left(*report, "only the first") == 1);
}

TEST_CASE("redirects stay within the hosts, and circles end") {
  Site site;
  Site other;
  site.put("/", link("/moved") + link("/away") + link("/round") + link("/other"));
  site.pages["/moved"] = {"", "text/html", 301, {{"Location", "/new"}}};
  site.pages["/away"] = {"", "text/html", 302, {{"Location", "https://elsewhere.example/"}}};
  site.pages["/round"] = {"", "text/html", 302, {{"Location", "/round?a=1"}}};
  site.pages["/round?a=1"] = {"", "text/html", 302, {{"Location", "/round"}}};
  site.pages["/other"] = {"", "text/html", 302, {{"Location", other.url("/there")}}};
  site.put("/new", "new");
  other.put("/there", "there");
  Walker walker;
  auto report = walker.crawl(from(site.url()));
  REQUIRE(report.has_value());
  CHECK(walker.paths() == "/ /new");
  CHECK(left(*report, "elsewhere.example") == 1);
  CHECK(other.requests().empty());
  CrawlOptions both = from(site.url());
  both.hosts = {fmt::format("http://127.0.0.1:{}", other.port())};
  report = walker.crawl(both);
  REQUIRE(report.has_value());
  CHECK(walker.pages.back() == other.url("/there"));
  CHECK(other.requests().front() == "/robots.txt");
}

TEST_CASE("what cannot be read is named; a server that asks us to come back is given time") {
  Site site;
  site.put("/", link("/broken") + link("/secret") + link("/busy") + link("/film") + link("/feed"));
  site.pages["/broken"] = {"", "text/html", 500};
  site.pages["/secret"] = {"", "text/html", 403};
  site.pages["/busy"] = {"", "text/html", 503, {{"Retry-After", "7"}}};
  site.pages["/film"] = {std::string(100'000, 'x'), "video/mp4"};
  site.pages["/feed"] = {"<?xml version='1.0'?><rss/>", "application/xml"};
  Walker walker;
  const auto report = walker.crawl(from(site.url()));
  REQUIRE(report.has_value());
  CHECK(walker.paths() == "/");
  CHECK(report->unread == std::vector<std::string>{site.url("/broken") + ": answered 500",
                                                   site.url("/secret") + ": answered 403",
                                                   site.url("/busy") + ": answered 503"});
  CHECK(std::count(walker.waits.begin(), walker.waits.end(), 7 * second) == 2);
  CHECK(left(*report, "no text") == 1);
  CHECK(left(*report, "a feed") == 1);
}

TEST_CASE("a host that does not answer is an error when it is all there is") {
  Walker walker;
  const auto report = walker.crawl(from("http://127.0.0.1:1/"));
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().fault == Fault::unavailable);
  CHECK_FALSE(walker.crawl(from("ftp://example.org/")).has_value());
}

TEST_CASE("a stranger's address leads to no private network, an admin's may") {
  Site site;
  site.put("/", "home");
  Walker walker({.contact_url = "https://bells.example"});
  CrawlOptions options = from(site.url());
  REQUIRE(walker.crawl(options).has_value());
  CHECK(site.agent().find("(+https://bells.example)") != std::string::npos);
  site.requests();
  options.trust = Trust::foreign;
  const auto report = walker.crawl(options);
  REQUIRE_FALSE(report.has_value());
  CHECK(report.error().fault == Fault::denied);
  CHECK(site.requests().empty());
}
