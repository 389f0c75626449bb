// Markdown to HTML, to plain text, and to passages.
#include "fuzz.hpp"
#include "text/markdown.hpp"
#include "text/split.hpp"

using namespace carillon;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string html = markdown_to_html(text);
  fuzz::require(fuzz::is_utf8(html), "HTML is UTF-8");
  for (const char* bad : {"<script", "<iframe", "<style", "href=\"javascript:"})
    fuzz::require(lower_ascii(html).find(bad) == std::string::npos, "HTML is safe");
  const std::string plain = markdown_to_plain(text);
  fuzz::require(fuzz::is_utf8(plain), "plain text is UTF-8");
  const Passage passage = passage_of_marked(markdown_to_marked(text));
  for (const Whole& whole : passage.whole)
    fuzz::require(whole.begin < whole.end && whole.end <= passage.text.size(), "code is in it");
  return 0;
}
