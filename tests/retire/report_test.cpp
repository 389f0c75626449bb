#include "retire/scan_report.hpp"
#include "retire/trees.hpp"

using namespace carillon;
using namespace carillon::testing;

namespace {

const std::vector<Reference>& some() {
  static const std::vector<Reference> findings{
      {"a b/<x>.html", 3, "x", "Bells", Form::link, Scope::page_furniture, Action::delist, "links"},
      {"c.yml", 1, "x", "", Form::auto_poster, Scope::page_furniture, Action::review, "a key"},
      {"d.md", 2, "x", "ada", Form::link, Scope::history, Action::leave, "a post"}};
  return findings;
}

}  // namespace

TEST_CASE("a line of JSON has these members, in this order") {
  const std::string lines = findings_as_lines(some());
  CHECK(lines.substr(0, lines.find('\n')) ==
        R"({"path":"a b/<x>.html","line":3,"platform":"x","handle":"Bells","form":"link",)"
        R"("scope":"page_furniture","action":"delist","reason":"links"})");
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
}

TEST_CASE("in words, what is to be done comes first and the next step last") {
  const std::string words = findings_in_words(some(), 7);
  CHECK(words.find("Remove (1 line in 1 file)") < words.find("Decide (1 line in 1 file)"));
  CHECK(words.find("Decide") < words.find("Leave (1 line)"));
  CHECK(words.find("7 files read: 1 to remove, 1 to decide, 1 to leave.") != std::string::npos);
  CHECK(words.find("Next: take out") != std::string::npos);
  CHECK(findings_in_words({}, 1).find("Nothing is left to do here.") != std::string::npos);
}

TEST_CASE("SARIF holds what is to be done, with addresses that are addresses") {
  const json::value log = findings_as_sarif(some());
  CHECK(log.at("version").as_string() == "2.1.0");
  const json::array& results = log.at("runs").as_array()[0].at("results").as_array();
  REQUIRE(results.size() == 2);
  const json::value& place = results[0].at("locations").as_array()[0].at("physicalLocation");
  CHECK(place.at("artifactLocation").at("uri").as_string() == "a%20b/%3Cx%3E.html");
  CHECK(place.at("region").at("startLine").as_int64() == 3);
  CHECK(results[0].at("level").as_string() == "warning");
  CHECK(results[1].at("level").as_string() == "note");
  const json::value& driver = log.at("runs").as_array()[0].at("tool").at("driver");
  CHECK(driver.at("rules").as_array().size() == 2);
}

TEST_CASE("the page for people escapes what files are called and has no script") {
  const std::string page = findings_as_page(some(), "What points to <Bells>");
  CHECK(page.find("a b/&lt;x&gt;.html:3") != std::string::npos);
  CHECK(page.find("&lt;Bells&gt;") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("To decide (1)") != std::string::npos);
}
