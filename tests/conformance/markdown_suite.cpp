// CommonMark and GitHub's extensions, through the library that text/markdown uses, raw HTML and
// all.
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "report.hpp"

namespace carillon::conformance {

namespace {

namespace json = boost::json;

std::string html_of(std::string_view markdown, const std::vector<std::string>& extensions) {
  cmark_gfm_core_extensions_ensure_registered();
  int options = CMARK_OPT_UNSAFE;
  for (const std::string& name : extensions) {
    if (name == "footnotes") options |= CMARK_OPT_FOOTNOTES;
  }
  const std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser(
      cmark_parser_new(options), &cmark_parser_free);
  for (const std::string& name : extensions) {
    cmark_syntax_extension* extension = cmark_find_syntax_extension(name.c_str());
    if (extension != nullptr) cmark_parser_attach_syntax_extension(parser.get(), extension);
  }
  cmark_parser_feed(parser.get(), markdown.data(), markdown.size());
  const std::unique_ptr<cmark_node, decltype(&cmark_node_free)> root(
      cmark_parser_finish(parser.get()), &cmark_node_free);
  const std::unique_ptr<char, decltype(&std::free)> html(
      cmark_render_html(root.get(), options, cmark_parser_get_syntax_extensions(parser.get())),
      &std::free);
  return html.get();
}

std::vector<std::string> extensions_of(const json::object& test) {
  std::vector<std::string> out;
  for (const json::value& name : test.at("extensions").as_array()) {
    out.push_back(json::value_to<std::string>(name));
  }
  // That file is written for a parser with everything enabled; "disabled" marks what the parser's
  // own tests leave out.
  const bool everything = test.contains("file") && test.at("file") == "extensions";
  if (everything)
    out = {"table", "strikethrough", "autolink", "tagfilter", "tasklist", "footnotes"};
  if (out == std::vector<std::string>{"disabled"}) out = {"tasklist"};
  std::sort(out.begin(), out.end());
  return out;
}

// Examples are numbered anew in each edition, so the text itself names the case.
std::string key_of(const json::object& test, std::string_view markdown,
                   const std::vector<std::string>& extensions) {
  return fmt::format("{} [{}] {}", json::value_to<std::string>(test.at("section")),
                     fmt::join(extensions, ","), to_hex(sha256(markdown)).substr(0, 12));
}

bool run(const std::filesystem::path& file, const char* name) {
  if (!std::filesystem::exists(file)) return true;
  Suite suite(name);
  const json::value document = read_json(file);
  for (const json::value& value : document.as_array()) {
    const json::object& test = value.as_object();
    const std::string markdown = json::value_to<std::string>(test.at("markdown"));
    const std::string wanted = json::value_to<std::string>(test.at("html"));
    const std::vector<std::string> extensions = extensions_of(test);
    suite.equal(key_of(test, markdown, extensions), html_of(markdown, extensions), wanted);
  }
  return suite.finish();
}

}  // namespace

bool run_markdown(const std::filesystem::path& root) {
  bool passed = true;
  if (std::filesystem::is_directory(root / "commonmark")) {
    for (const auto& entry : std::filesystem::directory_iterator(root / "commonmark")) {
      if (entry.path().extension() == ".json") passed = run(entry.path(), "commonmark") && passed;
    }
  }
  return run(root / "gfm" / "cases.json", "gfm") && passed;
}

}  // namespace carillon::conformance
