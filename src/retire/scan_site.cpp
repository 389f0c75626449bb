#include "retire/scan_site.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "text/html_links.hpp"
#include "text/html_tags.hpp"

namespace carillon {

namespace {

constexpr std::size_t long_line = 300;
constexpr std::size_t many_pages = 3;  // that show the same line: it is furniture

// A finding as its page's address has it judged, and as the site's furniture.
struct Found {
  Reference here;
  Reference furniture;
  std::string line;  // its text
  bool framed = false;
};

bool says_html(std::string_view type) {
  return type == "text/html" || type == "application/xhtml+xml";
}

// Elements that begin something of their own. Icon, label and link of one item stay on one line.
bool begins_item(std::string_view name) {
  static constexpr std::array<std::string_view, 38> names{
      "a",     "li",   "p",    "div",  "section", "article", "header", "footer",  "nav",  "aside",
      "main",  "ul",   "ol",   "dl",   "dt",      "dd",      "table",  "tr",      "td",   "th",
      "h1",    "h2",   "h3",   "h4",   "h5",      "h6",      "script", "style",   "link", "meta",
      "title", "body", "head", "form", "iframe",  "figure",  "button", "noscript"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Breaker {
 public:
  explicit Breaker(std::vector<std::int64_t>& lines) : lines_(lines) {}

  void line(std::string_view text, std::int64_t number) {
    number_ = number;
    if (text.size() <= long_line) return put(text);
    std::size_t from = 0;
    std::size_t at = 0;
    while (at < text.size()) {
      const char c = text[at];
      const bool data = c == ',' && at + 1 < text.size() && text[at + 1] == '"';
      if (data || ends_link(text.substr(at))) {
        const std::size_t stop = data ? at + 1 : at + 4;
        put(text.substr(from, stop - from));
        from = at = stop;
      } else if (c == '<' && at > from && begins_item(tag_name(text.substr(at, 12)))) {
        put(text.substr(from, at - from));
        from = at++;
      } else {
        ++at;
      }
    }
    put(text.substr(from));
  }
  std::string out;

 private:
  static bool ends_link(std::string_view rest) { return rest.starts_with("</a>"); }

  void put(std::string_view text) {
    if (text.empty() && !out.empty() && lines_.back() == number_) return;
    out.append(text);
    out += '\n';
    lines_.push_back(number_);
  }

  std::vector<std::int64_t>& lines_;
  std::int64_t number_ = 0;
};

class SiteScan {
 public:
  explicit SiteScan(const Scanner& scanner) : scanner_(scanner) {}

  void page(const CrawledPage& page) {
    std::vector<std::int64_t> lines;
    const bool html = says_html(page.type);
    const std::string text = html ? broken_lines(page.body, lines) : page.body;
    const std::string path = judged_path(page.url, page.type);
    const auto found = scanner_.scan_text(path, text, 1, Held::site);
    if (found.empty()) return;
    const bool history = place_of(path, text.substr(0, 6000), Held::site).scope == Scope::history;
    std::map<std::int64_t, Reference> framed;
    for (const Reference& each :
         history&& html ? scanner_.scan_text("index.html", text, 1, Held::site) : found)
      framed[each.line] = each;
    const HtmlOutline outline = html ? outline_of(text) : HtmlOutline{};
    std::set<std::string> said;
    std::size_t at = 0;
    std::int64_t number = 1;
    for (const Reference& each : found) {
      for (; number < each.line; ++number) at = text.find('\n', at) + 1;
      Found one{each, each, {}, false};
      if (framed.contains(each.line)) one.furniture = framed[each.line];
      const auto end = text.find('\n', at);
      const std::string_view line =
          std::string_view(text).substr(at, end == npos ? npos : end - at);
      one.line = std::string(trim(line));
      // Where its first tag stands, not its white space.
      const auto start = line.find_first_not_of(" \t");
      one.framed = html && in_furniture(outline, at + (start == npos ? 0 : start));
      for (Reference* reference : {&one.here, &one.furniture}) {
        reference->path = page.url;
        if (html) reference->line = lines.at(static_cast<std::size_t>(each.line) - 1);
      }
      if (said.insert(one.line).second) ++pages_[one.line];
      found_.push_back(std::move(one));
    }
  }

  std::vector<Reference> findings() {
    std::vector<Reference> out;
    for (Found& each : found_) {
      const bool furniture = each.framed || pages_[each.line] >= many_pages;
      Reference finding = furniture ? std::move(each.furniture) : std::move(each.here);
      if (finding.scope == Scope::page_furniture || finding.scope == Scope::current_text)
        finding.scope = furniture ? Scope::page_furniture : Scope::current_text;
      out.push_back(std::move(finding));
    }
    std::stable_sort(out.begin(), out.end(), [](const Reference& a, const Reference& b) {
      return a.path < b.path || (a.path == b.path && a.line < b.line);
    });
    return out;
  }

 private:
  const Scanner& scanner_;
  std::vector<Found> found_;
  std::map<std::string, std::size_t> pages_;  // that have this line
};

}  // namespace

std::string broken_lines(std::string_view page, std::vector<std::int64_t>& lines) {
  Breaker breaker(lines);
  std::int64_t number = 1;
  while (!page.empty()) {
    const auto end = page.find('\n');
    breaker.line(page.substr(0, end), number++);
    page.remove_prefix(end == npos ? page.size() : end + 1);
  }
  return std::move(breaker.out);
}

std::string judged_path(std::string_view address, std::string_view type) {
  const auto scheme = address.find("://");
  std::string_view path = address.substr(scheme == npos ? 0 : scheme + 3);
  path = path.substr(0, path.find_first_of("?#"));
  const auto slash = path.find('/');
  std::string out(slash == npos ? "" : path.substr(slash + 1));
  if (!says_html(type)) return out.empty() ? "index.txt" : out;
  const std::string_view name = std::string_view(out).substr(out.rfind('/') + 1);
  for (const std::string_view ending : {".html", ".htm", ".php", ".xhtml"}) {
    if (name.ends_with(ending)) return out;
  }
  if (!out.empty() && !out.ends_with('/')) out += '/';
  return out + "index.html";
}

Result<SiteScanned> scan_site(const Scanner& scanner, const CrawlTools& tools,
                              const CrawlOptions& options) {
  SiteScan scan(scanner);
  SiteScanned out;
  TRY(out.crawl, crawl(tools, options, [&](const CrawledPage& page) { scan.page(page); }));
  out.findings = scan.findings();
  return out;
}

}  // namespace carillon
