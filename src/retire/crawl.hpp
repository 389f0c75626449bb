// Reads the pages of web sites, politely: only hosts that were named, only what robots.txt lets us
// read, one request to a host at a time with a pause between two, and never without end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/describe.hpp"
#include "base/limits.hpp"
#include "net/client.hpp"
#include "net/url.hpp"

namespace carillon {

struct CrawlOptions {
  std::vector<std::string> from;   // where to begin; their hosts are read, with and without "www."
  std::vector<std::string> hosts;  // further hosts that links may lead to: "docs.example.org:8443"
  std::size_t pages = limits::crawl_pages;
  std::size_t depth = limits::crawl_depth;  // links away from the beginning; 0: only the beginning
  std::size_t page_bytes = limits::crawl_page_bytes;
  Micros delay = limits::crawl_delay_ms * 1000;  // more where robots.txt asks for it
  Micros at_most = limits::crawl_minutes * minute;
  bool sitemaps = true;
  std::function<bool(const Url&)> wanted = {};  // of what is linked; not set: everything
  Trust trust = Trust::admin;                   // who named the hosts
};

// One page as it was served.
struct CrawledPage {
  std::string url;
  std::string type;  // "text/html"
  std::string body;
};

// Why some addresses were not read.
struct LeftOut {
  std::string why;
  std::int64_t count = 0;
  std::string example;
};
BOOST_DESCRIBE_STRUCT(LeftOut, (), (why, count, example))

struct CrawlReport {
  std::int64_t pages = 0;
  std::int64_t bytes = 0;
  std::vector<std::string> unread;  // could not be read: "https://…: answered 500"
  std::vector<LeftOut> left;        // were not to be read
};

// What a crawl works with.
struct CrawlTools {
  HttpClient& http;
  const Clock& clock;
  std::function<bool(Micros)> wait;                             // false: stop
  std::function<void(std::uint64_t, std::uint64_t)> told = {};  // so many pages read of those known
};

// Reads robots.txt, then the sitemaps, then the beginning, then what pages link to. `seen` gets
// each page once: addresses that differ only in "www.", fragment, "index.html" or tracking
// parameters are one, and so are pages with the same bytes. Text, HTML, XML and JSON are read;
// feeds are not, they repeat the pages. Redirects are followed within the hosts. Errors: invalid
// for an address that is none; and when not one page could be read, why: denied where robots.txt
// forbids it, else that of the first address.
[[nodiscard]] Result<CrawlReport> crawl(const CrawlTools& tools, const CrawlOptions& options,
                                        const std::function<void(const CrawledPage&)>& seen);

}  // namespace carillon
