// The worked cases that stand beside the project, read in place: each must get its action.
#include <cstdlib>

#include "base/bytes.hpp"
#include "retire/trees.hpp"

using namespace carillon;
using namespace carillon::testing;

namespace {

std::filesystem::path shared() {
  const char* said = std::getenv("CARILLON_SHARED");
  return said != nullptr ? said : std::filesystem::path(CARILLON_SOURCE_DIR) / "../shared";
}

// Where the example would stand in a tree; others stand in page.html.
const std::map<int, std::string> paths{
    {16, "page.md"},
    {17, "page.md"},
    {18, "README.md"},
    {19, "README.md"},
    {21, "page.rst"},
    {22, "page.rst"},
    {23, "docs/conf.py"},
    {24, "docs/conf.py"},
    {25, "mkdocs.yml"},
    {26, "zensical.toml"},
    {27, "_config.yml"},
    {28, "_config.yml"},
    {29, "config.yaml"},
    {30, "hugo.toml"},
    {31, "docusaurus.config.js"},
    {32, "astro.config.mjs"},
    {33, "docs/.vitepress/config.ts"},
    {34, "_data/social.json"},
    {35, "authors.json"},
    {36, "pyproject.toml"},
    {37, "setup.cfg"},
    {38, "package.json"},
    {39, "composer.json"},
    {40, "a.gemspec"},
    {41, "CITATION.cff"},
    {42, "README.md"},
    {47, "blog/models.py"},
    {63, "_data/people.yml"},
    {64, "_includes/person.html"},
    {65, "app/views/footer.html.haml"},
    {66, "config/settings.yml"},
    {67, "locales/en/messages.ftl"},
    {69, "static/images/twitter.svg"},
    {70, "css/icons.css"},
    {71, "css/bootstrap.css"},
    {72, "package-lock.json"},
    {73, "js/bootstrap.min.js"},
    {74, ".github/workflows/links.yml"},
    {75, "nginx/headers.conf"},
    {76, "platforms/twitter.py"},
    {77, "pelicanconf.py"},
    {78, ".github/workflows/post.yml"},
    {79, "db/migrations/0003.sql"},
    {80, "spec/fixtures/page.html"},
    {81, "CHANGELOG.md"},
    {82, "_posts/2018/2018-01-01-hello.md"},
    {83, "contribute.md"},
    {84, "CODE_OF_CONDUCT.md"},
    {85, "sponsors.md"},
    {86, "RELEASE.md"},
    {89, "mkdocs.yml"},
    {91, "src/Social.tsx"},
    {92, "press-kit.svg"},
    {95, "content/pt/config.yaml"},
    {96, "docs/thing/index.html"},
    {97, "layouts/email.html.haml"},
    {99, "security.txt"},
    {100, "CODE_OF_CONDUCT.md"},
};

// What stands there where the case only describes it.
const std::map<int, std::string> texts{
    {68, "<a href=\"https://twitter.com/acme_org\">\n<i class=\"fab fa-twitter\"></i>\n</a>\n"},
    {69, "<svg></svg>"},
    {80, "<footer><a href=\"https://twitter.com/acme_org\">T</a></footer>"},
    {92, "<svg><text>@acme_org</text></svg>"},
    {95, "- link: https://twitter.com/acme_org\n  icon: twitter\n"},
    {96, "<!DOCTYPE html><a href=\"https://twitter.com/acme_org\">T</a>"},
};

std::string with_line_breaks(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text.substr(i).starts_with("\\n");
    out += escaped ? '\n' : text[i];
    if (escaped) ++i;
  }
  return out + "\n";
}

// The most urgent action of the case's lines; for an icon, that of the icon's own line.
std::string action_of(const Scanner& scanner, int id, const std::string& example) {
  const auto path = paths.find(id);
  const auto text = texts.find(id);
  const std::string where = path == paths.end() ? "page.html" : path->second;
  std::vector<Reference> found;
  add_findings(
      scanner, where,
      scanner.scan_text(where, text == texts.end() ? with_line_breaks(example) : text->second),
      found);
  Action best = Action::leave;
  for (const Reference& finding : found) {
    if (id == 68 && finding.line != 2) continue;
    best = std::min(best, finding.action);
  }
  return word_of(best);
}

}  // namespace

TEST_CASE("every worked case gets its action") {
  const std::filesystem::path file = shared() / "delist/forms.tsv";
  std::ifstream in(file);
  if (!in) {
    MESSAGE("skipped: there is no ", file.string());
    return;
  }
  const Scanner scanner = scanner_for({"x:acme_org", "x:biomejs", "x:djangoproject"});
  std::string line;
  std::getline(in, line);
  int right = 0;
  int all = 0;
  while (std::getline(in, line)) {
    const auto cells = split(line, '\t');
    REQUIRE(cells.size() >= 5);
    const int id = std::stoi(cells[0]);
    const std::string action = action_of(scanner, id, cells[2]);
    ++all;
    right += action == cells[4] ? 1 : 0;
    CHECK_MESSAGE(action == cells[4], cells[0], " ", cells[1], ": ", action, ", not ", cells[4]);
  }
  CHECK(all == 100);
  CHECK(right == all);
}
