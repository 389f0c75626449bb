// What foreign sites say to a reader: robots.txt, sitemaps, pages and their addresses.
#include <algorithm>

#include "base/limits.hpp"
#include "fuzz.hpp"
#include "net/url.hpp"
#include "retire/crawl_address.hpp"
#include "retire/official.hpp"
#include "retire/robots.hpp"
#include "retire/scan_site.hpp"
#include "retire/sitemap.hpp"
#include "text/html_links.hpp"

using namespace carillon;

namespace {

void read_page(std::string_view text) {
  const HtmlOutline outline = outline_of(text);
  std::size_t before = 0;
  for (const auto& [from, to] : outline.furniture) {
    fuzz::require(before <= from && from <= to && to <= text.size(), "furniture is in order");
    before = to;
  }
  const auto base = parse_url("https://example.org/a/b?c");
  for (const HtmlLink& link : outline.links) {
    fuzz::require(!link.address.empty() && link.at < text.size(), "a link has an address");
    if (fuzz::is_utf8(text)) fuzz::require(fuzz::is_utf8(link.text), "UTF-8 stays UTF-8");
    const auto url = join_url(*base, link.address);
    if (!url) continue;
    static_cast<void>(is_trap(*url));
    const auto again = parse_url("https://" + page_key(*url));
    if (url->host == "example.org" && again)
      fuzz::require(page_key(*again) == page_key(*url), "a key is its own key");
  }
  for (const ShownAccount& each : shown_accounts("https://example.org/", text)) {
    const auto meant = meant_by(each.address);
    fuzz::require(meant || account_at(each.address), "what is shown names an account");
  }
  std::vector<std::int64_t> lines;
  const std::string broken = broken_lines(text, lines);
  const auto count = static_cast<std::size_t>(std::count(broken.begin(), broken.end(), '\n'));
  fuzz::require(count == lines.size(), "each line has its number");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const Robots robots = Robots::read(text, "carillon");
  fuzz::require(robots.allows("/robots.txt"), "robots.txt may always be read");
  fuzz::require(robots.delay() >= 0, "time goes forward");
  static_cast<void>(robots.allows(text));
  if (const auto map = read_sitemap(text); !map) {
    fuzz::require_sound(map.error());
  } else {
    fuzz::require(map->pages.size() <= limits::sitemap_pages, "a sitemap has its bound");
  }
  read_page(text);
  return 0;
}
