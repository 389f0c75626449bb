#include "text/markdown.hpp"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace carillon {

namespace {

struct Free {
  void operator()(cmark_node* node) const { cmark_node_free(node); }
  void operator()(cmark_parser* parser) const { cmark_parser_free(parser); }
  void operator()(cmark_iter* walk) const { cmark_iter_free(walk); }
  void operator()(char* text) const { std::free(text); }
};

struct Document {
  std::unique_ptr<cmark_parser, Free> parser;
  std::unique_ptr<cmark_node, Free> root;
};

// Deeper quotations and inlines are text that nobody reads as such. The parser and what walks its
// tree take time and memory by the square of the depth.
constexpr std::size_t deepest_block = 100;
// The parser's time for a table goes by the square of its columns, and it fills short rows up.
constexpr std::size_t most_columns = 500;
constexpr std::size_t most_cells = 500'000;

// The text without those marks of quotation at the start of a line that nest too deep.
std::string with_bounded_depth(std::string_view markdown) {
  std::string out;
  out.reserve(markdown.size());
  std::size_t depth = 0;
  bool start = true;
  for (const char c : markdown) {
    if (c == '\n') {
      depth = 0;
      start = true;
    } else if (start && c == '>') {
      if (++depth > deepest_block) continue;
    } else if (start) {
      start = std::string_view(" \t\r-+*.)0123456789").find(c) != std::string_view::npos;
    }
    out += c;
  }
  return out;
}

// Whether what a table of this text can become is bounded.
bool may_hold_tables(std::string_view markdown) {
  std::size_t rows = 1;
  std::size_t widest = 0;
  std::size_t columns = 0;
  for (const char c : markdown) {
    if (c == '|') widest = std::max(widest, ++columns);
    if (c != '\n') continue;
    ++rows;
    columns = 0;
  }
  return widest <= most_columns && widest * rows <= most_cells;
}

Document tree_of(std::string_view markdown) {
  static std::once_flag once;
  std::call_once(once, [] { cmark_gfm_core_extensions_ensure_registered(); });
  Document out;
  // cmark copies bytes that are not UTF-8 into its output unless told to replace them.
  out.parser.reset(
      cmark_parser_new(CMARK_OPT_DEFAULT | CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8));
  for (const char* name : {"autolink", "strikethrough", "tasklist", "tagfilter"})
    cmark_parser_attach_syntax_extension(out.parser.get(), cmark_find_syntax_extension(name));
  if (may_hold_tables(markdown))
    cmark_parser_attach_syntax_extension(out.parser.get(), cmark_find_syntax_extension("table"));
  const std::string bounded = with_bounded_depth(markdown);
  cmark_parser_feed(out.parser.get(), bounded.data(), bounded.size());
  out.root.reset(cmark_parser_finish(out.parser.get()));
  return out;
}

// Calls `each(node)` for every node as it is entered, without recursion.
template <typename Each>
void for_each_node(cmark_node* root, Each&& each) {
  const std::unique_ptr<cmark_iter, Free> walk(cmark_iter_new(root));
  for (auto event = cmark_iter_next(walk.get()); event != CMARK_EVENT_DONE;
       event = cmark_iter_next(walk.get())) {
    if (event == CMARK_EVENT_ENTER) each(cmark_iter_get_node(walk.get()));
  }
}

std::string url_of(cmark_node* node) {
  const char* url = cmark_node_get_url(node);
  return url != nullptr ? url : "";
}

// "scheme" of "scheme:…" in small letters, or nothing.
std::string scheme_of(std::string_view url) {
  const std::size_t end = url.find_first_of(":/?#");
  if (end == std::string_view::npos || url[end] != ':') return {};
  return lower_ascii(trim(url.substr(0, end)));
}

// A link that leads nowhere, or runs what it says, becomes its words.
void drop_dead_links(cmark_node* root) {
  std::vector<cmark_node*> dead;
  for_each_node(root, [&](cmark_node* node) {
    if (cmark_node_get_type(node) != CMARK_NODE_LINK) return;
    const std::string url = url_of(node);
    const std::string scheme = scheme_of(url);
    if (trim(url).empty() || scheme == "javascript" || scheme == "vbscript" || scheme == "data" ||
        scheme == "file")
      dead.push_back(node);
  });
  for (cmark_node* node : dead) {
    while (cmark_node* child = cmark_node_first_child(node)) cmark_node_insert_before(node, child);
    cmark_node_free(node);
  }
}

Document parse(std::string_view markdown) {
  Document out = tree_of(markdown);
  drop_dead_links(out.root.get());
  return out;
}

std::string literal_of(cmark_node* node) {
  const char* text = cmark_node_get_literal(node);
  return text != nullptr ? text : "";
}

// The words below a node, whatever they are part of.
std::string words_of(cmark_node* root) {
  std::string out;
  for_each_node(root, [&](cmark_node* node) {
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) out += literal_of(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) out += ' ';
  });
  return out;
}

// A picture that stands next to the post file, and so is on no server.
bool is_local_picture(cmark_node* node) {
  if (cmark_node_get_type(node) != CMARK_NODE_IMAGE) return false;
  const std::string url = url_of(node);
  return scheme_of(url).empty() && !url.starts_with("//");
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
      std::string mark = ordered ? std::to_string(number++) + ". " : "• ";
      if (std::string_view(cmark_node_get_type_string(item)) == "tasklist") {
        if (!ordered) mark.clear();
        mark += cmark_gfm_extensions_get_tasklist_item_checked(item) ? "[x] " : "[ ] ";
      }
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
    const std::string url = url_of(node);
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
    if (depth_ == deepest_block) {
      out += words_of(node);
      return;
    }
    ++depth_;
    for (cmark_node* child = cmark_node_first_child(node); child != nullptr;
         child = cmark_node_next(child))
      one_inline(child, out);
    --depth_;
  }

  void one_inline(cmark_node* node, std::string& out) {
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_TEXT:
        text(literal_of(node), out);
        break;
      case CMARK_NODE_CODE:
        out += code(literal_of(node));
        break;
      case CMARK_NODE_SOFTBREAK:
        text(" ", out);
        break;
      case CMARK_NODE_LINEBREAK:
        out += '\n';
        break;
      case CMARK_NODE_LINK:
        link(node, out);
        break;
      case CMARK_NODE_IMAGE:
        picture(node, out);
        break;
      case CMARK_NODE_HTML_INLINE:
        left_out_ = out.size() + 1;
        break;
      default:
        if (std::string_view(cmark_node_get_type_string(node)) != "footnote_reference")
          inlines(node, out);
    }
  }

  // Where something between two blanks was left out, one of them goes.
  void text(std::string_view words, std::string& out) {
    const bool blank_before = out.empty() || out.back() == ' ' || out.back() == '\n';
    if (left_out_ == out.size() + 1 && blank_before && words.starts_with(' '))
      words.remove_prefix(1);
    left_out_ = 0;
    out += words;
  }

  void picture(cmark_node* node, std::string& out) {
    const std::string words = is_local_picture(node) ? words_of(node) : "";
    if (words.empty()) left_out_ = out.size() + 1;
    out += words;
  }

  std::string out_;
  bool marked_;
  std::size_t depth_ = 0;     // of inlines
  std::size_t left_out_ = 0;  // one behind the place where something was left out; 0: nowhere
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

bool has_picture(std::string_view markdown, bool local) {
  if (markdown.find("![") == std::string_view::npos) return false;
  bool found = false;
  const Document document = parse(markdown);
  for_each_node(document.root.get(), [&](cmark_node* node) {
    found = found || (local ? is_local_picture(node) && !url_of(node).starts_with('/')
                            : cmark_node_get_type(node) == CMARK_NODE_IMAGE);
  });
  return found;
}

}  // namespace carillon
