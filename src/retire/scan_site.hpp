// Looks through live web sites for references to some accounts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retire/crawl.hpp"
#include "retire/scan.hpp"

namespace carillon {

struct SiteScanned {
  CrawlReport crawl;
  std::vector<Reference> findings;  // by page and line; the path is the page's address
};

// Crawls the sites and scans each page as it was served. What stands in a page's head, header,
// navigation, side bar or footer, or alike on many pages, is page furniture, also on the page of a
// post: it is changed in one place. Lines count in the source of the page. Errors: those of crawl.
[[nodiscard]] Result<SiteScanned> scan_site(const Scanner& scanner, const CrawlTools& tools,
                                            const CrawlOptions& options);

// The path below which a page is judged: "/blog/tea" of type text/html is "blog/tea/index.html".
// Pure.
[[nodiscard]] std::string judged_path(std::string_view address, std::string_view type);

// The text of a page with long lines broken between elements, so that a page without line breaks
// is judged by element too; `lines` gets the line in the page of each line of the result. Pure.
[[nodiscard]] std::string broken_lines(std::string_view page, std::vector<std::int64_t>& lines);

}  // namespace carillon
