// The list of official channels as pieces for the site generators that projects use, so that no
// site keeps a list of its own. Pure; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "base/describe.hpp"
#include "home/site.hpp"

namespace carillon {

enum class Generator { html, json_ld, markdown, hugo, jekyll, eleventy, mkdocs, sphinx };
BOOST_DESCRIBE_ENUM(Generator, html, json_ld, markdown, hugo, jekyll, eleventy, mkdocs, sphinx)

// One file, or what is to be added to it.
struct SnippetPiece {
  std::string file;   // "data/channels.yaml"; empty: wherever it is wanted
  std::string about;  // what to do with it, in one line
  std::string text;
};
BOOST_DESCRIBE_STRUCT(SnippetPiece, (), (file, about, text))

// The channels that are listed and in use, but for the home itself, with rel="me". Names are
// escaped as each format asks for; what a template language would read as its own is written so
// that it does not.
[[nodiscard]] std::vector<SnippetPiece> snippet_of(const SiteView& view, Generator generator);

}  // namespace carillon
