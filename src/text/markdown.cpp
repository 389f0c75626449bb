#include "text/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>
#include <mutex>

namespace carillon {

namespace {

// Without CMARK_OPT_UNSAFE the renderer omits raw HTML and javascript:, vbscript:, file: and most
// data: addresses.
constexpr int options = CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_FOOTNOTES;

struct Document {
  std::unique_ptr<cmark_parser, decltype(&cmark_parser_free)> parser;
  std::unique_ptr<cmark_node, decltype(&cmark_node_free)> root;
};

Document parse(std::string_view markdown) {
  static std::once_flag registered;
  std::call_once(registered, cmark_gfm_core_extensions_ensure_registered);
  Document out{{cmark_parser_new(options), &cmark_parser_free}, {nullptr, &cmark_node_free}};
  for (const char* name : {"table", "strikethrough", "autolink", "tasklist"})
    cmark_parser_attach_syntax_extension(out.parser.get(), cmark_find_syntax_extension(name));
  cmark_parser_feed(out.parser.get(), markdown.data(), markdown.size());
  out.root.reset(cmark_parser_finish(out.parser.get()));
  return out;
}

std::string taken(char* text) {
  const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
  return owner.get();
}

}  // namespace

std::string markdown_to_html(std::string_view markdown) {
  const Document document = parse(markdown);
  return taken(cmark_render_html(document.root.get(), options,
                                 cmark_parser_get_syntax_extensions(document.parser.get())));
}

std::string markdown_to_plain(std::string_view markdown) {
  const Document document = parse(markdown);
  return taken(cmark_render_plaintext(document.root.get(), options, 0));
}

}  // namespace carillon
