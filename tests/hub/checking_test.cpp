#include "hub/checking.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/limits.hpp"
#include "hub/project.hpp"

using namespace carillon;

namespace {

const Actor owner{.name = "admin", .holds = Permission::admin, .local = true};

struct Posts : rig::Project {
  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = dir() + "/posts/" + name;
    std::ofstream(path) << text;
    return path;
  }
  Checked look(const std::vector<std::string>& files, const std::string& summary = {}) const {
    const auto hub = open();
    auto out = check(*hub, owner, {.file = files, .summary = summary});
    REQUIRE_MESSAGE(out.has_value(), out.error().what);
    return std::move(*out);
  }
};

// "3 error: /title: expected text": line, severity and sentence of each.
std::vector<std::string> said(const Checked& checked) {
  std::vector<std::string> out;
  for (const PostProblem& one : checked.problems)
    out.push_back(fmt::format("{} {}: {}", one.line, word_of(one.severity), one.message));
  return out;
}

bool says(const Checked& checked, const std::string& line) {
  const auto all = said(checked);
  INFO(fmt::format("{}", fmt::join(all, "\n")));
  const bool found = std::any_of(all.begin(), all.end(),
                                 [&](const std::string& one) { return one.find(line) == 0; });
  CHECK_MESSAGE(found, line);
  return found;
}

}  // namespace

TEST_CASE("a good post has no problem, and nothing of it is kept") {
  const Posts posts;
  const Checked checked = posts.look({posts.write("a.md", "---\ntitle: Tea\n---\nTea at four.\n")});
  CHECK(said(checked).empty());
  CHECK(checked_exit_code(checked) == 0);
  REQUIRE(checked.files.size() == 1);
  CHECK(checked.files[0].slug == "a");
  CHECK(checked.files[0].shown.size() == 2);
  CHECK(posts.open()->outbox().announcements()->empty());
  CHECK(posts.echoed() == 0);
}

TEST_CASE("every mistake of a file is said, each with its line") {
  const Posts posts;
  const Checked keys = posts.look({posts.write("a.md",
                                               "---\ntitle: [a]\nsumary: b\nlink: example.org\n"
                                               "---\nTea.\n")});
  says(keys, "2 error: /title: expected text");
  says(keys, "3 error: /sumary: unknown key");
  const Checked values =
      posts.look({posts.write("b.md", "---\nslug: Not One\nlink: example.org\n---\n")});
  says(values, "2 error: /slug: a slug is made of");
  says(values, "3 error: /link: \"example.org\" is not a web address");
  says(values, "1 error: the announcement has no text");
  CHECK(values.errors == 3);
  const Checked names = posts.look({posts.write(
      "c.md",
      "---\nchannels: [home,\n  ecko]\ntexts:\n  mastadon: a\nmentions:\n  ana: {bluski: b}\n"
      "at: 2001-01-01 10:00\nmedia:\n  - {file: none.png}\n  - {file: no.png}\n---\nTea.\n")});
  says(names, "3 error: there is no channel \"ecko\"");
  says(names, "5 error: /texts: there is no channel or platform \"mastadon\"");
  says(names, "7 error: /mentions/ana: there is no platform \"bluski\"");
  says(names, "8 error: /at: 2001-01-01 10:00 is past");
  says(names, "10 error: /media/0/file: there is no file none.png");
  says(names, "11 error: /media/1/file: there is no file no.png");
  CHECK(names.errors == 6);
  CHECK(checked_exit_code(names) == 1);
  const Checked none = posts.look({"not-there.md"});
  says(none, "1 error: there is no file not-there.md");
}

TEST_CASE("what a channel would refuse stands at the words that it would show") {
  const Posts posts;
  posts.append("    length: 60\n", "  echo:\n    platform: echo\n");
  const std::string wordy(80, 'w');
  const Checked own =
      posts.look({posts.write("a.md", "---\ntexts:\n  echo: \"" + wordy + "\"\n---\nTea.\n")});
  REQUIRE(own.problems.size() == 1);
  says(own, "3 error: a part is 80 long, echo takes 60");
  CHECK(own.problems[0].channels == std::vector<std::string>{"echo"});
}

TEST_CASE("two files with one slug are told apart before anybody publishes them") {
  const Posts posts;
  const std::string first = posts.write("a.md", "---\nslug: tea\n---\nTea.\n");
  const std::string second = posts.write("b.md", "---\ntitle: B\nslug: tea\n---\nMore tea.\n");
  const Checked checked = posts.look({first, second});
  REQUIRE(checked.problems.size() == 1);
  CHECK(checked.problems[0].file == second);
  says(checked, "3 error: the slug \"tea\" is that of " + first + " too");
}

TEST_CASE("code hosts read the problems, whatever stands in them") {
  Checked checked;
  checked.files.push_back({.file = "posts/a,b:c.md", .slug = {}, .due = {}, .shown = {}});
  checked.problems.push_back({"posts/a,b:c.md",
                              3,
                              Severity::error,
                              {"x", "y"},
                              "100% wrong\n::error::forged",
                              "Mend it."});
  checked.problems.push_back({"b.md", 1, Severity::warning, {}, "small", {}});
  checked.errors = checked.warnings = 1;
  CHECK(checked_in_words(checked) ==
        "posts/a,b:c.md:3: error: x, y: 100% wrong\n::error::forged. Mend it.\n"
        "b.md:1: warning: small\n1 post: 1 error, 1 warning.\n");
  CHECK(checked_for_github(checked) ==
        "::error file=posts/a%2Cb%3Ac.md,line=3::x, y: 100%25 wrong%0A::error::forged. Mend it.\n"
        "::warning file=b.md,line=1::small\n");
  const auto report = parse_json(checked_for_gitlab(checked));
  REQUIRE(report.has_value());
  const json::object& first = report->get_array().at(0).get_object();
  CHECK(first.at("location").at("path") == "posts/a,b:c.md");
  CHECK(first.at("location").at("lines").at("begin") == 3);
  CHECK(first.at("severity") == "major");
  CHECK(first.at("fingerprint") != report->get_array().at(1).get_object().at("fingerprint"));
}

TEST_CASE("the summary shows the texts as they are, and nothing of them becomes markup") {
  const Posts posts;
  const std::string file = posts.write("a.md", "---\ntitle: Tea\n---\nTea\n");
  const std::string to = posts.dir() + "/summary.md";
  const Checked checked = posts.look({file}, to);
  const std::string text = *read_file(to, limits::post_file_bytes);
  CHECK(text.find("## Announcements: 1 post: 0 errors") == 0);
  CHECK(text.find("| echo | echo |") != std::string::npos);
  // The fence is longer than any run of backticks inside it.
  Checked fences = checked;
  fences.files.front().shown.front().parts.front().text = "a\n````\n## b";
  CHECK(checked_as_summary(fences, "UTC").find("\n`````text\na\n````\n## b\n`````\n") !=
        std::string::npos);
  Checked large = checked;
  large.files.resize(3, checked.files.front());
  for (CheckedFile& one : large.files)
    one.shown.front().parts.front().text = std::string(limits::check_summary_bytes / 2, 'x');
  const std::string cut = checked_as_summary(large, "UTC");
  CHECK(cut.size() <= limits::check_summary_bytes);
  CHECK(cut.find("The rest is left out") != std::string::npos);
}

TEST_CASE("files are named only on the machine itself") {
  const Posts posts;
  const auto hub = posts.open();
  const Actor remote{.name = "api", .holds = Permission::admin};
  CHECK(check(*hub, remote, {.file = {"/etc/hostname"}}).error().fault == Fault::denied);
}
