// The rules of the house, run over the tree: who may include whom, who owns which library, banned
// words with their replacement, sizes, and that every platform has its test and its documents.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/bytes.hpp"

using namespace carillon;
namespace fs = std::filesystem;

namespace {

const fs::path root = CARILLON_SOURCE_DIR;

// Folder -> what it may include besides itself. A file instead of a folder allows only that header.
const std::map<std::string, std::set<std::string>> may_include{
    {"base", {}},
    {"core", {"base"}},
    {"text", {"base", "core"}},
    {"store", {"base", "core"}},
    {"net", {"base", "core"}},
    {"channel", {"base", "core", "text", "net"}},
    {"publish",
     {"base", "core", "text", "store", "net", "channel/channel.hpp", "channel/registry.hpp"}},
    {"home", {"base", "core", "text", "store", "net", "publish"}},
    {"team", {"base", "core", "text", "store", "net", "publish"}},
    {"consult", {"base", "core", "text", "store", "net", "publish"}},
    {"retire", {"base", "core", "text", "store", "net", "publish"}},
    {"intake", {"base", "core", "text", "store", "net", "publish"}},
    {"federation", {"base", "core", "text", "store", "net", "publish"}},
    {"hub",
     {"base", "core", "text", "store", "net", "publish", "home", "team", "consult", "retire",
      "intake", "federation", "channel/channel.hpp", "channel/registry.hpp"}},
    {"web", {"base", "core", "net", "hub"}},
    {"cli", {"base", "core", "net", "hub", "web"}},
};

struct Owner {
  std::string prefix;
  std::string where;  // path prefix below src/
  std::string and_where = {};
};
const std::vector<Owner> owners{
    {"sqlite3.h", "store/"},    {"libpq-fe.h", "store/"},
    {"curl/", "net/"},          {"boost/asio", "net/"},
    {"boost/beast", "net/"},    {"openssl/", "base/crypto", "net/tls"},
    {"ares.h", "net/lookup."},  {"sodium", "base/crypto."},
    {"unicode/", "text/"},      {"cmark-gfm", "text/"},
    {"gumbo.h", "text/"},       {"qrencode.h", "text/qr.cpp"},
    {"pugixml", "text/"},       {"yaml-cpp/", "base/yaml.cpp"},
    {"date/", "base/zone.cpp"}, {"dlfcn.h", "publish/image_vips.cpp"},
    {"brotli/", "net/"},        {"zlib.h", "net/"},
};

struct Ban {
  std::string word;
  std::string instead;
  std::vector<std::string> except;
};
const std::vector<Ban> bans{
    {"co_await", "a plain blocking call on a thread (g++ 12 miscompiles coroutines)", {}},
    {"std::regex", "a hand-written scanner", {}},
    {"<iostream>", "base/log.hpp or std::fputs", {}},
    {"using namespace std", "a qualified name", {}},
    {"sleep_for", "a condition to wait for", {}},
    {"std::rand", "random_bytes", {}},
    {"system_clock", "a Clock argument", {"src/base/clock.cpp"}},
    {"std::format", "fmt::format", {}},
    {"TO"
     "DO",
     "the work, or an entry in the tracker",
     {}},
    {"FIX"
     "ME",
     "the fix",
     {}},
};

struct File {
  std::string path;  // relative to the root
  std::vector<std::string> lines;
};

std::vector<File> sources() {
  std::vector<File> out;
  for (const char* top : {"src", "tests", "bench"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      const auto extension = entry.path().extension();
      if (!entry.is_regular_file() || (extension != ".cpp" && extension != ".hpp")) continue;
      File file{fs::relative(entry.path(), root).generic_string(), {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) file.lines.push_back(line);
      out.push_back(std::move(file));
    }
  }
  return out;
}

const std::vector<File>& tree() {
  static const std::vector<File> files = sources();
  return files;
}

void expect_none(const std::vector<std::string>& findings) {
  for (const auto& finding : findings) FAIL_CHECK(finding);
  CHECK(findings.empty());
}

std::string included(const std::string& line) {
  if (!line.starts_with("#include ")) return {};
  const auto open = line.find_first_of("\"<");
  const auto close = line.find_last_of("\">");
  return open < close ? line.substr(open + 1, close - open - 1) : std::string{};
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.find('/'));
}

std::string read_all(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// Definitions in this code base start in column 0 and end with a "}" in column 0.
void find_long_functions(const File& file, std::size_t longest, std::vector<std::string>& out) {
  std::size_t start = 0;
  std::string head;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    if (line.starts_with("}") && !head.empty()) {
      if (i - start + 1 > longest)
        out.push_back(fmt::format("{}:{}: a function of {} lines; at most {}", file.path, start + 1,
                                  i - start + 1, longest));
      head.clear();
    } else if (!line.empty() && line.ends_with("{") && line.find('(') != std::string::npos &&
               line[0] != ' ' && line[0] != '#') {
      head = line;
      start = i;
    }
  }
}

}  // namespace

TEST_CASE("a folder includes only from the floors below it") {
  std::vector<std::string> findings;
  for (const File& file : tree()) {
    if (!file.path.starts_with("src/")) continue;
    const std::string inside = file.path.substr(4);
    if (inside.find('/') == std::string::npos) continue;  // src/main.cpp opens both doors
    const std::string folder = folder_of(inside);
    const auto allowed = may_include.find(folder);
    if (allowed == may_include.end()) {
      findings.push_back(fmt::format("{}:1: the house has no room \"{}\"", file.path, folder));
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string what = included(file.lines[i]);
      const std::string target = folder_of(what);
      if (!may_include.contains(target) || target == folder || what.find('/') == std::string::npos)
        continue;
      if (allowed->second.contains(target) || allowed->second.contains(what)) continue;
      findings.push_back(
          fmt::format("{}:{}: {} may not include {}", file.path, i + 1, folder, target));
    }
  }
  expect_none(findings);
}

TEST_CASE("a library is included only by its owner") {
  std::vector<std::string> findings;
  for (const File& file : tree()) {
    if (!file.path.starts_with("src/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string what = included(file.lines[i]);
      for (const Owner& owner : owners) {
        if (!what.starts_with(owner.prefix)) continue;
        const std::string path = file.path.substr(4);
        const bool also = !owner.and_where.empty() && path.starts_with(owner.and_where);
        if (!also && !path.starts_with(owner.where))
          findings.push_back(
              fmt::format("{}:{}: <{}> belongs to src/{}", file.path, i + 1, what, owner.where));
      }
    }
  }
  expect_none(findings);
}

TEST_CASE("banned words stay out") {
  std::vector<std::string> findings;
  for (const File& file : tree()) {
    if (file.path.starts_with("tests/tidy/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      for (const Ban& ban : bans) {
        if (file.lines[i].find(ban.word) == std::string::npos) continue;
        if (std::find(ban.except.begin(), ban.except.end(), file.path) != ban.except.end())
          continue;
        findings.push_back(
            fmt::format("{}:{}: \"{}\": use {}", file.path, i + 1, ban.word, ban.instead));
      }
    }
  }
  expect_none(findings);
}

TEST_CASE("files, functions and lines stay small") {
  std::vector<std::string> findings;
  for (const File& file : tree()) {
    const bool table = file.path.find("_table.") != std::string::npos;
    if (file.lines.size() > 500 && !table)
      findings.push_back(fmt::format("{}: {} lines; at most 500", file.path, file.lines.size()));
    for (std::size_t i = 0; i < file.lines.size() && !table; ++i) {
      const auto& line = file.lines[i];
      const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
      });
      if (columns > 100)
        findings.push_back(
            fmt::format("{}:{}: {} columns; at most 100", file.path, i + 1, columns));
    }
    if (file.path.starts_with("src/")) find_long_functions(file, 70, findings);
  }
  expect_none(findings);
}

TEST_CASE("every platform has its test, its row and its guide page") {
  std::vector<std::string> findings;
  const std::string table = read_all(root / "docs/channels.md");
  for (const File& file : tree()) {
    if (!file.path.starts_with("src/channel/") || !file.path.ends_with(".cpp")) continue;
    const bool registers = std::any_of(file.lines.begin(), file.lines.end(), [](const auto& line) {
      return line.find("const Register ") != std::string::npos;
    });
    if (!registers) continue;
    const std::string name = fs::path(file.path).stem().string();
    if (!fs::exists(root / "tests/channel" / (name + "_test.cpp")))
      findings.push_back(fmt::format("{}: tests/channel/{}_test.cpp is missing", file.path, name));
    if (table.find(fmt::format("| `{}` |", name)) == std::string::npos)
      findings.push_back(
          fmt::format("{}: docs/channels.md has no row \"| `{}` |\"", file.path, name));
    if (!fs::exists(root / "docs/guide/channels" / (name + ".md")))
      findings.push_back(fmt::format("{}: docs/guide/channels/{}.md is missing", file.path, name));
  }
  expect_none(findings);
}

// What the web interface may not say, in files that end so, and what instead.
TEST_CASE("the web interface takes its colours from one file, knows no sides and makes no markup") {
  struct Rule {
    std::string word;
    std::string ending;
    std::string instead;
    std::string except;
  };
  const std::vector<Rule> rules{
      {"#", ".css", "a colour of tokens.css", "tokens.css"},
      {"rgb", ".css", "a colour of tokens.css", "tokens.css"},
      {"-left", ".css", "inline-start, so that it can be read from right to left", ""},
      {"-right", ".css", "inline-end, so that it can be read from right to left", ""},
      {"!important", ".css", "a selector that is as strong as it must be", ""},
      {" style=", ".tsx", "a class: the Content-Security-Policy refuses styles in markup", ""},
      {"innerHTML", ".tsx", "elements: no text becomes markup", ""},
      {"InnerHTML", ".tsx", "elements: no text becomes markup", ""},
  };
  std::vector<std::string> findings;
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root / "ui/src")) {
    const std::string name = entry.path().filename().string();
    std::ifstream in(entry.path());
    std::size_t at = 0;
    files += entry.is_regular_file() ? 1 : 0;
    for (std::string line; entry.is_regular_file() && std::getline(in, line);) {
      ++at;
      for (const Rule& rule : rules) {
        // An id in a selector is no colour.
        const bool id = rule.word == "#" && line.find("#app") != std::string::npos;
        if (name.ends_with(rule.ending) && name != rule.except && !id &&
            line.find(rule.word) != std::string::npos)
          findings.push_back(fmt::format("{}:{}: \"{}\": use {}",
                                         fs::relative(entry.path(), root).generic_string(), at,
                                         rule.word, rule.instead));
      }
    }
    // The words are a table, and the types of the interface are made.
    const bool table = name.ends_with(".json") || name == "api.d.ts";
    if (at > 500 && !table) findings.push_back(fmt::format("{}: {} lines; at most 500", name, at));
  }
  CHECK(files > 20);
  expect_none(findings);
}
