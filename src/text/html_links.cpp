#include "text/html_links.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "text/html_tags.hpp"

namespace carillon {

namespace {

// Elements that are followed; deeper ones are not nested.
constexpr std::size_t deepest_element = 512;
constexpr std::size_t longest_text = 200;  // bytes of what a link says

template <std::size_t N>
bool is_among(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_void(std::string_view name) {
  static constexpr std::array<std::string_view, 14> names{
      "area",  "base", "br",   "col",   "embed",  "hr",    "img",
      "input", "link", "meta", "param", "source", "track", "wbr"};
  return is_among(name, names);
}

// Class names and ids by which page builders call what HTML has elements for.
bool says_furniture(const HtmlAttributes& attributes) {
  static constexpr std::array<std::string_view, 3> roles{"contentinfo", "banner", "navigation"};
  if (is_among(value_of(attributes, "role"), roles)) return true;
  static constexpr std::array<std::string_view, 11> words{"footer",  "header", "navbar",   "nav",
                                                          "sidebar", "topbar", "masthead", "social",
                                                          "socials", "menu",   "colophon"};
  std::string said =
      lower_ascii(value_of(attributes, "class")) + ' ' + lower_ascii(value_of(attributes, "id"));
  for (char& c : said) c = c == '-' || c == '_' ? ' ' : c;
  const auto pieces = split(said, ' ');
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const std::string& piece) { return is_among(piece, words); });
}

std::string one_line(std::string_view text) {
  std::string plain;
  append_unescaped(text.substr(0, longest_text * 4), plain);
  std::string out;
  for (const char c : plain) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
    if (!space)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (out.size() > longest_text) {
    std::size_t end = longest_text;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out.resize(end);
  }
  return out;
}

class LinkReader {
 public:
  explicit LinkReader(std::string_view html) : html_(html) {}

  HtmlOutline run() {
    std::size_t at = 0;
    while (at < html_.size()) {
      const auto open = html_.find('<', at);
      say(html_.substr(at, open == npos ? npos : open - at));
      if (open == npos) break;
      at = read_tag(open);
    }
    for (const Open& each : open_) leave(each);
    if (depth_ > 0) out_.furniture.emplace_back(furniture_from_, html_.size());
    return std::move(out_);
  }

 private:
  struct Open {
    std::string name;
    bool furniture = false;
    bool text = false;  // main or article
  };

  // Returns where to go on.
  std::size_t read_tag(std::size_t at) {
    const std::string_view rest = html_.substr(at);
    const char next = rest.size() > 1 ? rest[1] : ' ';
    if (!is_letter(next) && next != '/' && next != '!' && next != '?') {
      say("<");
      return at + 1;
    }
    const std::size_t end = at + tag_end(rest);
    const std::string_view tag = html_.substr(at, end - at);
    const std::string name = tag_name(tag);
    if (next == '/') {
      close(std::string_view(name).substr(1), end);
    } else if (is_letter(next)) {
      open(name, attributes_of(tag), at);
      if (name == "script" || name == "style" || name == "textarea" || name == "title")
        return skip_to_end(name, end);
    }
    return end;
  }

  // What stands in such an element is no markup.
  std::size_t skip_to_end(std::string_view name, std::size_t from) {
    for (auto at = html_.find("</", from); at != npos; at = html_.find("</", at + 2)) {
      const std::string_view said = html_.substr(at + 2, name.size());
      if (said.size() == name.size() && lower_ascii(said) == name) return at;
    }
    return html_.size();
  }

  void open(const std::string& name, const HtmlAttributes& attributes, std::size_t at) {
    note(name, attributes, at);
    if (is_void(name) || open_.size() >= deepest_element) return;
    static constexpr std::array<std::string_view, 3> always{"nav", "aside", "head"};
    static constexpr std::array<std::string_view, 2> outside{"header", "footer"};
    Open each{name, false, name == "main" || name == "article"};
    each.furniture =
        is_among(name, always) ||
        (text_ == 0 && (is_among(name, outside) || (name != "body" && name != "html" &&
                                                    !each.text && says_furniture(attributes))));
    if (each.furniture && depth_++ == 0) furniture_from_ = at;
    text_ += each.text ? 1 : 0;
    open_.push_back(std::move(each));
  }

  void close(std::string_view name, std::size_t end) {
    if (name == "a") in_link_ = false;
    const auto found = std::find_if(open_.rbegin(), open_.rend(),
                                    [&](const Open& each) { return each.name == name; });
    if (found == open_.rend()) return;
    const auto keep = static_cast<std::size_t>(open_.rend() - found) - 1;
    while (open_.size() > keep) {
      leave(open_.back());
      if (open_.back().furniture && --depth_ == 0)
        out_.furniture.emplace_back(furniture_from_, end);
      open_.pop_back();
    }
  }

  void leave(const Open& each) { text_ -= each.text ? 1 : 0; }

  void note(const std::string& name, const HtmlAttributes& attributes, std::size_t at) {
    static constexpr std::array<std::string_view, 3> by_href{"a", "area", "link"};
    static constexpr std::array<std::string_view, 3> by_src{"iframe", "frame", "script"};
    if (name == "base" && out_.base.empty()) out_.base = value_of(attributes, "href");
    if (in_link_ && (name == "img" || name == "svg")) {
      const auto alt = value_of(attributes, name == "img" ? "alt" : "aria-label");
      if (out_.links.back().text.empty()) out_.links.back().text = one_line(alt);
    }
    const bool href = is_among(name, by_href);
    if (!href && !is_among(name, by_src)) return;
    HtmlLink link;
    link.element = name;
    link.address = trim(value_of(attributes, href ? "href" : "src"));
    if (link.address.empty()) return;
    link.rel = lower_ascii(value_of(attributes, "rel"));
    for (const char* label : {"aria-label", "title", "alt"}) {
      if (name == "link" || !link.text.empty()) break;
      link.text = one_line(value_of(attributes, label));
    }
    link.furniture = depth_ > 0;
    link.at = at;
    if (link.rel == "canonical" && name == "link" && out_.canonical.empty())
      out_.canonical = link.address;
    out_.links.push_back(std::move(link));
    in_link_ = name == "a";
    said_ = false;
  }

  // Words between tags; those of a link are what it says.
  void say(std::string_view text) {
    if (!in_link_ || text.empty()) return;
    const std::string words = one_line(text);
    if (trim(words).empty()) return;
    std::string& label = out_.links.back().text;
    if (!said_) label.clear();
    said_ = true;
    if (label.size() + words.size() <= longest_text) label += words;
  }

  std::string_view html_;
  HtmlOutline out_;
  std::vector<Open> open_;
  int depth_ = 0;  // of furniture
  int text_ = 0;   // of main and article
  std::size_t furniture_from_ = 0;
  bool in_link_ = false;
  bool said_ = false;  // the link at hand has words of its own
};

}  // namespace

HtmlOutline outline_of(std::string_view html) {
  HtmlOutline out = LinkReader(html).run();
  for (HtmlLink& link : out.links) link.text = std::string(trim(link.text));
  return out;
}

bool in_furniture(const HtmlOutline& outline, std::size_t at) {
  const auto after =
      std::upper_bound(outline.furniture.begin(), outline.furniture.end(), at,
                       [](std::size_t one, const auto& range) { return one < range.first; });
  return after != outline.furniture.begin() && at < std::prev(after)->second;
}

}  // namespace carillon
