#include "text/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>

#include "base/bytes.hpp"

namespace carillon {

namespace {

struct Free {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
  void operator()(char* text) const { std::free(text); }
};

struct Document {
  std::unique_ptr<cmark_parser, Free> parser;
  std::unique_ptr<cmark_node, Free> root;
};

Document parse(std::string_view markdown) {
  static std::once_flag once;
  std::call_once(once, [] { cmark_gfm_core_extensions_ensure_registered(); });
  Document out;
  // cmark copies bytes that are not UTF-8 into its output unless told to replace them.
  out.parser.reset(
      cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8));
  for (const char* name : {"table", "autolink", "strikethrough", "tasklist", "tagfilter"})
    cmark_parser_attach_syntax_extension(out.parser.get(), cmark_find_syntax_extension(name));
  cmark_parser_feed(out.parser.get(), markdown.data(), markdown.size());
  out.root.reset(cmark_parser_finish(out.parser.get()));
  return out;
}

std::string literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text != nullptr ? text : "";
}

// Writes the tree as plain text.
class Plain {
 public:
  explicit Plain(bool marked) : marked_(marked) {}

  void block(cmark_node* node, const std::string& prefix) {
    for (cmark_node* child = cmark_node_first_child(node); child != nullptr;
         child = cmark_node_next(child))
      one_block(child, prefix);
  }

  std::string take() {
    while (!out_.empty() && (out_.back() == '\n' || out_.back() == ' ')) out_.pop_back();
    return std::move(out_);
  }

 private:
  void one_block(cmark_node* node, const std::string& prefix) {
    const cmark_node_type type = cmark_node_get_type(node);
    const std::string kind = cmark_node_get_type_string(node);
    if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING) {
      std::string line;
      inlines(node, line);
      paragraph(line, prefix);
    } else if (type == CMARK_NODE_CODE_BLOCK) {
      paragraph(code(trim(literal_of(node))), prefix);
    } else if (type == CMARK_NODE_LIST) {
      list(node, prefix);
    } else if (type == CMARK_NODE_BLOCK_QUOTE) {
      block(node, prefix + "> ");
    } else if (kind == "table") {
      table(node, prefix);
    } else if (type != CMARK_NODE_THEMATIC_BREAK && type != CMARK_NODE_HTML_BLOCK &&
               kind != "footnote_definition") {
      block(node, prefix);
    }
  }

  void paragraph(std::string_view text, const std::string& prefix) {
    text = trim(text);
    if (text.empty()) return;
    if (!out_.empty()) out_ += out_.back() == '\n' ? "\n" : "\n\n";
    std::string line = prefix;
    for (const char c : text) {
      line += c;
      if (c == '\n') line += prefix;
    }
    out_ += line + "\n";
  }

  std::string code(std::string_view text) const {
    std::string out(text);
    if (marked_ && !out.empty()) out.insert(0, code_begin).append(code_end);
    return out;
  }

  void list(cmark_node* node, const std::string& prefix) {
    int number = cmark_node_get_list_start(node);
    const bool ordered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    std::string all;
    for (cmark_node* item = cmark_node_first_child(node); item != nullptr;
         item = cmark_node_next(item)) {
      Plain inner(marked_);
      inner.block(item, "");
      const std::string mark = ordered ? std::to_string(number++) + ". " : "• ";
      all += (all.empty() ? "" : "\n") + mark;
      bool line_start = false;
      for (const char c : inner.take()) {
        if (c == '\n') {
          line_start = true;  // an item stays one block: its blank lines go
          continue;
        }
        if (line_start) all += "\n  ";
        line_start = false;
        all += c;
      }
    }
    paragraph(all, prefix);
  }

  void table(cmark_node* node, const std::string& prefix) {
    std::string all;
    for (cmark_node* row = cmark_node_first_child(node); row != nullptr;
         row = cmark_node_next(row)) {
      std::string line;
      for (cmark_node* cell = cmark_node_first_child(row); cell != nullptr;
           cell = cmark_node_next(cell)) {
        if (!line.empty()) line += " | ";
        inlines(cell, line);
      }
      all += (all.empty() ? "" : "\n") + line;
    }
    paragraph(all, prefix);
  }

  void link(cmark_node* node, std::string& out) {
    std::string words;
    const bool marked = std::exchange(marked_, false);
    inlines(node, words);
    marked_ = marked;
    const char* raw = cmark_node_get_url(node);
    const std::string url = raw != nullptr ? raw : "";
    if (url.starts_with("#") || url.empty()) {
      out += words;
    } else if (words.empty() || words == url || "https://" + words == url ||
               "http://" + words == url || "mailto:" + words == url) {
      out += url.starts_with("mailto:") ? words : url;
    } else {
      out += words + " (" + url + ")";
    }
  }

  void inlines(cmark_node* node, std::string& out) {
    for (cmark_node* child = cmark_node_first_child(node); child != nullptr;
         child = cmark_node_next(child)) {
      switch (cmark_node_get_type(child)) {
        case CMARK_NODE_TEXT:
          out += literal_of(child);
          break;
        case CMARK_NODE_CODE:
          out += code(literal_of(child));
          break;
        case CMARK_NODE_SOFTBREAK:
          out += ' ';
          break;
        case CMARK_NODE_LINEBREAK:
          out += '\n';
          break;
        case CMARK_NODE_LINK:
          link(child, out);
          break;
        case CMARK_NODE_IMAGE:
        case CMARK_NODE_HTML_INLINE:
          break;
        default:
          if (std::string_view(cmark_node_get_type_string(child)) != "footnote_reference")
            inlines(child, out);
      }
    }
  }

  std::string out_;
  bool marked_;
};

std::string to_plain(std::string_view markdown, bool marked) {
  const Document document = parse(markdown);
  Plain plain(marked);
  plain.block(document.root.get(), "");
  return plain.take();
}

}  // namespace

std::string markdown_to_html(std::string_view markdown) {
  const Document document = parse(markdown);
  const std::unique_ptr<char, Free> html(
      cmark_render_html(document.root.get(), CMARK_OPT_FOOTNOTES,
                        cmark_parser_get_syntax_extensions(document.parser.get())));
  return html.get();
}

std::string markdown_to_plain(std::string_view markdown) {
  return to_plain(markdown, false);
}

std::string markdown_to_marked(std::string_view markdown) {
  return to_plain(markdown, true);
}

}  // namespace carillon
