#include "retire/scan_site.hpp"

#include "retire/scan_report.hpp"
#include "retire/sites.hpp"
#include "retire/trees.hpp"

using namespace carillon;
using namespace carillon::testing;

namespace {

const std::string footer =
    "\n<footer>\n<a href=\"https://x.com/ringing_bells\"><i class=\"fa fa-twitter\"></i></a>\n"
    "</footer>";

std::vector<Reference> scanned(const Site& site) {
  Walker walker;
  CrawlOptions options;
  options.from = {site.url()};
  const auto out = scan_site(bells(), walker.tools(), options);
  REQUIRE_MESSAGE(out.has_value(), out.error().what);
  return out->findings;
}

std::vector<const Reference*> of(const std::vector<Reference>& all, Action action) {
  std::vector<const Reference*> out;
  for (const Reference& each : all) {
    if (each.action == action) out.push_back(&each);
  }
  return out;
}

}  // namespace

TEST_CASE("a site's furniture is found on every page, also on those of history") {
  Site site;
  site.put("/",
           "<meta name=\"generator\" content=\"Hugo\">\n<a href=/about>a</a>"
           "<a href=/blog/tea/>b</a>" +
               footer);
  site.put("/about",
           "<p>Write to <a href=\"https://twitter.com/ringing_bells\">us</a>.</p>" + footer);
  site.put("/blog/tea/",
           "<article><p><a href=\"https://twitter.com/ringing_bells\">we said"
           "</a></p></article>" +
               footer);
  const auto all = scanned(site);
  const auto remove = of(all, Action::delist);
  REQUIRE(remove.size() == 4);
  CHECK(remove[0]->path == site.url("/"));
  CHECK(remove[0]->line == 4);
  CHECK(remove[0]->scope == Scope::page_furniture);
  CHECK(remove[1]->path == site.url("/about"));
  CHECK(remove[1]->scope == Scope::current_text);
  CHECK(remove[3]->path == site.url("/blog/tea/"));
  CHECK(remove[3]->scope == Scope::page_furniture);
  const auto leave = of(all, Action::leave);
  REQUIRE(leave.size() == 1);
  CHECK(leave[0]->scope == Scope::history);
  CHECK(leave[0]->path == site.url("/blog/tea/"));

  const std::string words = findings_in_words(all, 0, 3);
  CHECK(words.find("Remove (4 lines in 3 pages)") != std::string::npos);
  CHECK(words.find("on 3 pages, such as " + site.url("/") + "\n") != std::string::npos);
  CHECK(words.find("3 pages read") != std::string::npos);
  CHECK(findings_as_page(all, "x").find("on 3 pages, such as") != std::string::npos);
  const std::string sarif = json::serialize(findings_as_sarif(all));
  CHECK(sarif.find(R"("uri":")" + site.url("/about") + "\"}") != std::string::npos);
}

TEST_CASE("a footer is furniture on the only page that has it") {
  Site site;
  site.put("/", "<p>Hello <a href=/blog/tea/>tea</a></p>");
  site.put("/blog/tea/", "<p><a href=\"https://x.com/ringing_bells/\">then</a></p>" + footer);
  const auto all = scanned(site);
  REQUIRE(all.size() == 2);
  CHECK(all[0].action == Action::leave);
  CHECK(all[0].scope == Scope::history);
  CHECK(all[1].action == Action::delist);
  CHECK(all[1].scope == Scope::page_furniture);
}

TEST_CASE("a page without line breaks is judged by element") {
  std::string page = "<html><body>";
  for (int i = 0; i < 20; ++i) page += fmt::format("<p>Paragraph {} of some length.</p>", i);
  page +=
      "<p>We left <a href=\"https://x.com/ringing_bells\">X</a>.</p><p>See <a "
      "href=\"https://x.com/someone_else\">Ada</a>.</p></body></html>";
  std::vector<std::int64_t> lines;
  const std::string broken = broken_lines(page, lines);
  std::string joined;
  for (const char c : broken) joined += c == '\n' ? std::string() : std::string(1, c);
  CHECK(joined == page);
  CHECK(lines.size() > 20);
  CHECK(std::all_of(lines.begin(), lines.end(), [](std::int64_t line) { return line == 1; }));
  Site site;
  site.put("/", page);
  const auto all = scanned(site);
  CHECK(of(all, Action::delist).size() == 1);
  CHECK(of(all, Action::leave).size() == 1);
  std::vector<std::int64_t> same;
  CHECK(broken_lines("a\nb\n\nc\n", same) == "a\nb\n\nc\n");
  CHECK(same == std::vector<std::int64_t>{1, 2, 3, 4});
}

TEST_CASE("a page is judged by its path as if it were a file") {
  CHECK(judged_path("https://example.org", "text/html") == "index.html");
  CHECK(judged_path("https://example.org/?page=2", "text/html") == "index.html");
  CHECK(judged_path("https://example.org/blog/tea", "text/html") == "blog/tea/index.html");
  CHECK(judged_path("https://example.org/a/b.php?x", "text/html") == "a/b.php");
  CHECK(judged_path("https://example.org/data/team.json", "application/json") == "data/team.json");
}
