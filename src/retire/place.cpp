#include "retire/place.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/bytes.hpp"
#include "retire/digits.hpp"

namespace carillon {

namespace {

using Words = std::span<const std::string_view>;

bool one_of(std::string_view word, Words words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_year(std::string_view text) {
  return text.size() == 4 && digits(text) && (text.starts_with("19") || text.starts_with("20"));
}

// 2024-05-01-title, 2024-05-title, 20240501-title.
bool is_dated(std::string_view name) {
  if (name.size() < 7 || !is_year(name.substr(0, 4))) return false;
  const std::string_view rest = name.substr(4);
  if (rest[0] == '-' || rest[0] == '_' || rest[0] == '.') return digits(rest.substr(1, 2));
  return rest.size() >= 4 && digits(rest.substr(0, 4));
}

constexpr std::array<std::string_view, 24> vendor_folders{
    "node_modules",  "vendor",       "vendors",         "vendored",    "third_party",
    "third-party",   "thirdparty",   "external",        "externals",   "bower_components",
    "font-awesome",  "fontawesome",  "bootstrap",       "academicons", "jquery",
    "site-packages", "libs",         "fontello",        "webfonts",    "_vendor",
    "vendor-css",    "simple-icons", "bootstrap-icons", "font_awesome"};
constexpr std::array<std::string_view, 14> lock_files{
    "package-lock.json",   "yarn.lock",    "pnpm-lock.yaml",
    "cargo.lock",          "gemfile.lock", "poetry.lock",
    "composer.lock",       "pipfile.lock", "uv.lock",
    "flake.lock",          "go.sum",       "bun.lock",
    "npm-shrinkwrap.json", "pdm.lock"};
constexpr std::array<std::string_view, 20> fixture_folders{
    "test",      "tests",     "__tests__",     "testing_data", "fixtures",
    "fixture",   "testdata",  "test-data",     "test_data",    "cypress",
    "e2e",       "snapshots", "__snapshots__", "golden",       "goldens",
    "cassettes", "mocks",     "__mocks__",     "migrations",   "migrate"};
constexpr std::array<std::string_view, 30> post_folders{
    "_posts",     "posts",      "post",           "blog",          "blogs",
    "news",       "newsletter", "newsletters",    "announcements", "press-releases",
    "minutes",    "meetings",   "meeting-notes",  "meeting_notes", "changelog",
    "changelogs", "releases",   "release-notes",  "release_notes", "releasenotes",
    "whatsnew",   "_news",      "_blog",          "archive",       "archives",
    "_archive",   "weblog",     "board-meetings", "journal",       "_newsletters"};
constexpr std::array<std::string_view, 16> template_folders{
    "templates", "template", "_templates", "layouts",   "layout",     "_layouts",
    "_includes", "includes", "partials",   "_partials", "components", "theme",
    "themes",    "views",    "shortcodes", "inc"};
constexpr std::array<std::string_view, 14> catalogue_folders{
    "locales",   "locale",       "i18n",        "_i18n", "_locales", "lang",        "langs",
    "languages", "translations", "translation", "l10n",  "po",       "lc_messages", "intl"};
constexpr std::array<std::string_view, 14> output_folders{
    "_site",   "dist",    "_build",       "site-packages",   "gh-pages",
    "htmlcov", "apidocs", "apidoc",       "javadoc",         "doxygen",
    "rdoc",    "yard",    "_static_html", "storybook-static"};

struct Parts {
  std::vector<std::string> folders;
  std::string name;       // lower case
  std::string stem;       // without the last extension
  std::string extension;  // without the dot
};

Parts parts_of(std::string_view path) {
  Parts out;
  out.folders = split(lower_ascii(path), '/');
  out.name = out.folders.back();
  out.folders.pop_back();
  const auto dot = out.name.rfind('.');
  const bool has = dot != std::string::npos && dot > 0;
  out.stem = has ? out.name.substr(0, dot) : out.name;
  out.extension = has ? out.name.substr(dot + 1) : "";
  return out;
}

bool any_folder(const Parts& parts, Words words) {
  return std::any_of(parts.folders.begin(), parts.folders.end(),
                     [&](const std::string& folder) { return one_of(folder, words); });
}

Syntax syntax_of(const Parts& parts) {
  static constexpr std::array<std::string_view, 13> prose{
      "md",      "markdown", "mdx", "rst",  "adoc",  "asciidoc", "txt",
      "textile", "org",      "mkd", "wiki", "mdown", "asc"};
  static constexpr std::array<std::string_view, 31> page{
      "html",     "htm", "xhtml",  "hbs", "haml", "erb",   "slim",      "pug",
      "jade",     "ejs", "liquid", "njk", "j2",   "jinja", "jinja2",    "twig",
      "mustache", "php", "phtml",  "tpl", "tmpl", "vue",   "svelte",    "astro",
      "jsx",      "tsx", "xml",    "xsl", "inc",  "spt",   "handlebars"};
  static constexpr std::array<std::string_view, 17> data{
      "yml", "yaml",       "toml", "json", "json5", "jsonld",  "ini",   "cfg",        "conf",
      "cff", "properties", "env",  "csv",  "tsv",   "gemspec", "jsonc", "webmanifest"};
  static constexpr std::array<std::string_view, 6> style{"css",  "scss", "sass",
                                                         "less", "styl", "pcss"};
  static constexpr std::array<std::string_view, 9> catalogue{
      "po", "pot", "ftl", "xliff", "xlf", "arb", "strings", "resx", "lang"};
  static constexpr std::array<std::string_view, 3> picture{"svg", "eps", "ai"};
  const std::string& extension = parts.extension;
  if (one_of(extension, catalogue)) return Syntax::catalogue;
  const bool held = extension == "json" || extension == "yml" || extension == "yaml" ||
                    extension == "toml" || extension == "properties" || extension == "php" ||
                    extension == "js" || extension == "ts" || extension == "rb" ||
                    extension == "txt" || extension == "csv" || extension == "inc";
  if (held && any_folder(parts, catalogue_folders)) return Syntax::catalogue;
  if (one_of(extension, prose) || parts.name == "readme") return Syntax::prose;
  if (one_of(extension, page)) return Syntax::page;
  if (one_of(extension, data)) return Syntax::data;
  if (one_of(extension, style)) return Syntax::style;
  if (one_of(extension, picture)) return Syntax::picture;
  return extension.empty() ? Syntax::other : Syntax::code;
}

bool is_vendored(const Parts& parts, std::string_view head, std::string& why) {
  if (one_of(parts.name, lock_files) || parts.extension == "lock") {
    why = "a lock file";
    return true;
  }
  if (any_folder(parts, vendor_folders)) {
    why = "code of others";
    return true;
  }
  const bool script = parts.extension == "js" || parts.extension == "css" ||
                      parts.extension == "mjs" || parts.extension == "map";
  const auto library = [&](std::string_view name) {
    return parts.stem == name || parts.stem.starts_with(std::string(name) + "-") ||
           parts.stem.starts_with(std::string(name) + ".");
  };
  if (script && (parts.stem.ends_with(".min") || parts.stem.ends_with("-min") ||
                 parts.extension == "map" || library("bootstrap") || library("jquery") ||
                 library("font-awesome") || library("fontawesome") || library("modernizr"))) {
    why = "a library's file";
    return true;
  }
  const bool styled = script || parts.extension == "scss" || parts.extension == "less";
  if (styled && (head.find("Copyright 20") != std::string_view::npos &&
                 head.find("Twitter, Inc") != std::string_view::npos)) {
    why = "a library's file, by its licence";
    return true;
  }
  // One line of many thousand characters: nobody wrote it by hand.
  const auto first = head.find('\n');
  if (script && head.size() >= 4000 && (first == std::string_view::npos || first > 2500)) {
    why = "minified";
    return true;
  }
  return false;
}

bool is_fixture(const Parts& parts, Syntax syntax) {
  if (any_folder(parts, fixture_folders)) return true;
  static constexpr std::array<std::string_view, 2> specs{"spec", "specs"};
  if (syntax != Syntax::prose && any_folder(parts, specs)) return true;
  const std::string& stem = parts.stem;
  return syntax == Syntax::code &&
         (stem.ends_with("_test") || stem.ends_with(".test") || stem.ends_with(".spec") ||
          stem.ends_with("_spec") || stem.starts_with("test_") || stem == "conftest");
}

bool is_generated(const Parts& parts, std::string_view head) {
  if (any_folder(parts, output_folders)) return true;
  for (const std::string_view mark :
       {"@generated", "DO NOT EDIT", "do not edit by hand", "Do not edit this file",
        "automatically generated", "Automatically generated", "auto-generated by",
        "This file was generated", "Generated by ", "generated by YARD", "Generated on "}) {
    if (head.find(mark) != std::string_view::npos) return true;
  }
  if (parts.extension != "html" && parts.extension != "htm") return false;
  if (lower_ascii(head).find("name=\"generator\"") != std::string::npos) return true;
  // A whole page deep below docs/ that no template engine reads is what a program wrote there.
  static constexpr std::array<std::string_view, 3> docs{"docs", "doc", "api"};
  const bool deep =
      parts.folders.size() >= 2 && any_folder(parts, docs) && !one_of(parts.folders.back(), docs);
  const bool authored = head.starts_with("---") || head.find("{%") != std::string_view::npos ||
                        head.find("{{") != std::string_view::npos ||
                        head.find("<%") != std::string_view::npos ||
                        head.find("<?php") != std::string_view::npos;
  return deep && !authored;
}

bool is_log(const Parts& parts) {
  static constexpr std::array<std::string_view, 13> logs{
      "changelog",     "changes",         "history",      "news",     "releases",
      "release-notes", "release_notes",   "releasenotes", "whatsnew", "changelog-old",
      "minutes",       "release-history", "changes-old"};
  std::string stem = parts.stem;
  while (!stem.empty() && (stem.back() == '.' || (stem.back() >= '0' && stem.back() <= '9')))
    stem.pop_back();
  const bool written = parts.extension.empty() || parts.extension == "md" ||
                       parts.extension == "rst" || parts.extension == "txt" ||
                       parts.extension == "markdown" || parts.extension == "adoc";
  return written &&
         (one_of(stem, logs) || stem.starts_with("changelog") || stem.starts_with("whatsnew"));
}

// `date:` of the front matter together with what only posts have.
bool has_post_matter(std::string_view head) {
  if (!head.starts_with("---") && !head.starts_with("+++")) return false;
  const auto end = head.find(head.substr(0, 3), 3);
  const std::string matter =
      "\n" + lower_ascii(head.substr(0, end == std::string_view::npos ? head.size() : end));
  const bool dated =
      matter.find("\ndate") != std::string::npos || matter.find("\npubdate") != std::string::npos;
  bool post = false;
  for (const std::string_view key :
       {"\nauthor", "\ntags", "\ncategories", "\nlayout: post", "\nlayout: \"post\"", "\nslug"})
    post = post || matter.find(key) != std::string::npos;
  return dated && post;
}

bool is_history(const Parts& parts, Syntax syntax, std::string_view head, std::string& why) {
  const bool furniture = syntax == Syntax::page && any_folder(parts, template_folders);
  const bool text = syntax == Syntax::prose || parts.extension == "html" ||
                    parts.extension == "htm" || parts.extension == "ipynb" ||
                    parts.extension == "xml" || parts.extension.empty();
  if (is_log(parts)) {
    why = "a changelog";
    return true;
  }
  if (parts.stem == "comments" || parts.stem.ends_with("_comments") ||
      (!parts.folders.empty() && parts.folders.back() == "comments" && syntax == Syntax::data)) {
    why = "comments of readers";
    return true;
  }
  if (!text || furniture) return false;
  const bool dated_folder =
      std::any_of(parts.folders.begin(), parts.folders.end(),
                  [](const auto& one) { return is_dated(one) || is_year(one); });
  if (is_dated(parts.stem) || dated_folder) {
    why = "a dated page";
    return true;
  }
  for (std::size_t i = 0; i < parts.folders.size(); ++i) {
    if (!one_of(parts.folders[i], post_folders)) continue;
    const bool listing =
        i + 1 == parts.folders.size() && (parts.stem == "index" || parts.stem == "_index" ||
                                          parts.stem == "readme" || parts.stem == "authors");
    if (listing || parts.stem.starts_with("_")) continue;
    why = "a post";
    return true;
  }
  if (syntax == Syntax::prose && has_post_matter(head)) {
    why = "a dated post";
    return true;
  }
  return false;
}

bool has_hash_comments(const Parts& parts, Syntax syntax) {
  static constexpr std::array<std::string_view, 12> written{
      "py", "rb", "sh", "yml", "yaml", "toml", "cfg", "conf", "ini", "r", "pl", "env"};
  return one_of(parts.extension, written) || (syntax == Syntax::other && parts.name != "license");
}

}  // namespace

Place place_of(std::string_view path, std::string_view head, Held held) {
  const Parts parts = parts_of(path);
  Place out;
  out.syntax = syntax_of(parts);
  out.hash_comments = has_hash_comments(parts, out.syntax);
  static constexpr std::array<std::string_view, 14> slashed{"js",  "ts",  "mjs",  "cjs", "jsx",
                                                            "tsx", "php", "java", "go",  "rs",
                                                            "c",   "cpp", "scss", "less"};
  out.slash_comments = one_of(parts.extension, slashed);
  static constexpr std::array<std::string_view, 5> archival{
      "citation.cff", "codemeta.json", ".zenodo.json", "citation.bib", "citation"};
  out.archival =
      one_of(parts.name, archival) || parts.extension == "bib" || parts.extension == "cff";
  const bool tree = held == Held::tree;
  if (tree && is_vendored(parts, head, out.why)) {
    out.scope = Scope::vendored;
  } else if (tree && is_fixture(parts, out.syntax)) {
    out.scope = Scope::fixture;
    out.why = "a test, its expected output, or a migration";
  } else if (is_history(parts, out.syntax, head, out.why)) {
    out.scope = Scope::history;
  } else if (tree && is_generated(parts, head)) {
    out.scope = Scope::generated;
    out.why = "made by a program";
  } else {
    const bool text = out.syntax == Syntax::prose || out.syntax == Syntax::other;
    out.scope = text ? Scope::current_text : Scope::page_furniture;
  }
  return out;
}

}  // namespace carillon
