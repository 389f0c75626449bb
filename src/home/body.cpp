#include "home/body.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "home/words.hpp"
#include "text/markdown.hpp"

namespace carillon {

namespace {

// One tag of the renderer's output; attribute values are still escaped.
struct Tag {
  std::string name;
  bool closing = false;
  std::vector<std::pair<std::string, std::string>> attributes;

  [[nodiscard]] std::string* find(std::string_view key) {
    for (auto& [name_, value] : attributes) {
      if (name_ == key) return &value;
    }
    return nullptr;
  }
  void drop(std::string_view key) {
    std::erase_if(attributes, [&](const auto& pair) { return pair.first == key; });
  }
};

// The position after the ">" that ends the tag at `at`; quotes hide it.
std::size_t tag_end(std::string_view html, std::size_t at) {
  char quote = 0;
  for (; at < html.size(); ++at) {
    const char c = html[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return at + 1;
    }
  }
  return html.size();
}

Tag read_tag(std::string_view text) {  // "<name a=\"b\" />"
  Tag out;
  text.remove_prefix(1);
  if (text.ends_with('>')) text.remove_suffix(1);
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.starts_with('/')) {
    out.closing = true;
    text.remove_prefix(1);
  }
  const auto name_end = std::min(text.find_first_of(" \t\n"), text.size());
  out.name = lower_ascii(text.substr(0, name_end));
  text.remove_prefix(name_end);
  while (!(text = trim(text)).empty()) {
    const auto key_end = std::min(text.find_first_of("= \t\n"), text.size());
    std::string key(text.substr(0, key_end));
    text.remove_prefix(key_end);
    std::string value;
    if (text.starts_with("=\"") || text.starts_with("='")) {
      const auto close = std::min(text.find(text[1], 2), text.size() - 1);
      value = std::string(text.substr(2, close - 2));
      text.remove_prefix(close + 1);
    } else if (text.starts_with("=")) {
      text.remove_prefix(1);
    }
    out.attributes.emplace_back(std::move(key), std::move(value));
  }
  return out;
}

bool has_scheme(std::string_view url) {
  const auto end = url.find_first_of(":/?#");
  return end != std::string_view::npos && url[end] == ':';
}

bool is_heading(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6';
}

class Fitter {
 public:
  explicit Fitter(const BodyOptions& options) : options_(options), level_(options.heading - 1) {}

  std::string run(std::string_view html) {
    for (int level = 6; level >= 1; --level) {
      if (html.find("<h" + std::to_string(level)) != std::string_view::npos) highest_ = level;
    }
    while (!html.empty()) {
      const auto open = std::min(html.find('<'), html.size());
      // Line breaks between cells are none of the text, and some servers show them.
      if (!in_rows_ || !trim(html.substr(0, open)).empty()) out_ += html.substr(0, open);
      html.remove_prefix(open);
      if (html.empty()) break;
      if (html.starts_with("<!--")) {
        const auto close = html.find("-->");
        html.remove_prefix(close == std::string_view::npos ? html.size() : close + 3);
        continue;
      }
      const std::size_t end = tag_end(html, 0);
      put(read_tag(html.substr(0, end)));
      html.remove_prefix(end);
    }
    return std::move(out_);
  }

 private:
  void put(Tag tag) {
    if (options_.few_tags && put_simply(tag)) return;
    if (is_heading(tag.name)) put_level(tag);
    if (tag.name == "section") tag.name = "div";  // the footnotes: a section needs a heading
    if (tag.name == "img") return put_picture(tag);
    if (tag.name == "a") links_ += tag.closing ? -1 : 1;
    if (std::string* href = tag.find("href")) *href = resolve(*href);
    if (std::string* align = tag.find("align")) {
      if (!options_.bare) tag.attributes.emplace_back("class", "align-" + *align);
      tag.drop("align");
    }
    if (options_.bare || options_.resolve) tag.drop("id");
    if (options_.bare) tag.drop("class");
    if (!options_.bare && tag.name == "pre" && !tag.closing)
      tag.attributes.emplace_back("tabindex", "0");
    const bool wrap = !options_.bare && tag.name == "table";
    if (wrap && !tag.closing) out_ += "<div class=\"scroll\" tabindex=\"0\">";
    write(tag);
    if (wrap && tag.closing) out_ += "</div>";
  }

  // Writes what stands for a tag that is kept nowhere; false where the tag is kept.
  bool put_simply(const Tag& tag) {
    constexpr std::array<std::string_view, 14> kept{"p",    "br", "a",      "del",       "pre",
                                                    "code", "em", "strong", "b",         "i",
                                                    "ul",   "ol", "li",     "blockquote"};
    if (std::find(kept.begin(), kept.end(), tag.name) != kept.end() || tag.name == "img")
      return false;
    if (is_heading(tag.name)) out_ += tag.closing ? "</strong></p>" : "<p><strong>";
    if (tag.name == "table") in_rows_ = !tag.closing;
    if (tag.name == "tr") {
      out_ += tag.closing ? "</p>" : "<p>";
      first_cell_ = true;
    }
    if ((tag.name == "td" || tag.name == "th") && !tag.closing) {
      out_ += first_cell_ ? "" : " | ";
      first_cell_ = false;
    }
    if (tag.name == "input") {
      const bool done = std::any_of(tag.attributes.begin(), tag.attributes.end(),
                                    [](const auto& pair) { return pair.first == "checked"; });
      out_ += done ? "[x]" : "[ ]";
    }
    return true;
  }

  // The text's highest heading gets the place's level, and none below skips one.
  void put_level(Tag& tag) {
    if (!tag.closing)
      level_ = std::min({options_.heading + (tag.name[1] - '0') - highest_, level_ + 1, 6});
    tag.name[1] = static_cast<char>('0' + level_);
  }

  void put_picture(Tag& tag) {
    const std::string* source = tag.find("src");
    const std::string* alt = tag.find("alt");
    if (source == nullptr || source->empty()) return;
    if (!options_.few_tags && source->starts_with('/') && !source->starts_with("//")) {
      Tag own{"img", false, {{"src", resolve(*source)}, {"alt", alt == nullptr ? "" : *alt}}};
      if (!options_.bare) own.attributes.emplace_back("loading", "lazy");
      return write(own);
    }
    const std::string label = alt == nullptr || alt->empty() ? std::string(words::picture) : *alt;
    if (links_ > 0 || !is_safe_url(*source)) {
      out_ += label;
    } else {
      out_ += "<a href=\"" + resolve(*source) + "\">" + label + "</a>";
    }
  }

  void write(const Tag& tag) {
    out_ += tag.closing ? "</" : "<";
    out_ += tag.name;
    for (const auto& [name, value] : tag.attributes) {
      out_ += " " + name;
      if (!value.empty() || name == "alt" || name == "href") out_ += "=\"" + value + "\"";
    }
    out_ += ">";
  }

  [[nodiscard]] std::string resolve(const std::string& url) const {
    if (!options_.resolve || has_scheme(url)) return url;
    if (url.starts_with("//")) return options_.origin.substr(0, options_.origin.find("//")) + url;
    if (url.starts_with('/')) return options_.origin + url;
    return options_.page + url;
  }

  const BodyOptions& options_;
  std::string out_;
  bool in_rows_ = false;    // of a table whose rows become lines
  bool first_cell_ = true;  // of a row that becomes a line
  int links_ = 0;           // open <a> elements
  int highest_ = 1;         // level of the text's highest heading
  int level_;               // of the heading before, as written
};

bool is_break(std::string_view line) {
  return trim(line) == "---" && !line.starts_with(' ');
}

}  // namespace

std::string join_parts(std::string_view markdown) {
  std::string out;
  bool fenced = false;
  for (const std::string& line : split(markdown, '\n')) {
    const std::string_view inner = trim(line);
    if (inner.starts_with("```") || inner.starts_with("~~~")) fenced = !fenced;
    if (!fenced && is_break(line)) {
      out += '\n';
    } else {
      out += line;
    }
    out += '\n';
  }
  return out;
}

Html fit_html(std::string_view safe, const BodyOptions& options) {
  return Html::trusted(Fitter(options).run(safe));
}

Html body_html(std::string_view markdown, const BodyOptions& options) {
  return fit_html(markdown_to_html(join_parts(markdown)), options);
}

std::string shorten(std::string_view plain, std::size_t length) {
  std::string line;
  for (const char c : plain) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (line.empty() || line.back() == ' ')) continue;
    line += space ? ' ' : c;
  }
  while (line.ends_with(' ')) line.pop_back();
  std::size_t count = 0;
  std::size_t at = 0;
  std::size_t word = 0;  // where the last whole word ends
  for (; at < line.size() && count <= length; ++at) {
    if ((static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U) continue;
    if (count == length) break;
    if (line[at] == ' ') word = at;
    ++count;
  }
  if (at >= line.size()) return line;
  // A word that long is no word: the script has no spaces, or it is an address.
  const std::size_t cut = word * 3 >= at * 2 ? word : at;
  line.resize(cut);
  while (!line.empty() && (line.back() == ' ' || line.back() == ',' || line.back() == ';'))
    line.pop_back();
  return line + "…";
}

}  // namespace carillon
