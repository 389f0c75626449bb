#include "channel/html_scan.hpp"

#include "base/bytes.hpp"
#include "text/html_tags.hpp"

namespace carillon {
std::string html_to_text(std::string_view html) {
  std::string out;
  while (!html.empty()) {
    if (html[0] != '<') {
      const auto text = html.substr(0, html.find('<'));
      append_unescaped(text, out);
      html.remove_prefix(text.size());
      continue;
    }
    const std::size_t end = tag_end(html);
    const std::string name = tag_name(html.substr(0, end));
    if (name == "br" || name == "/li") out += '\n';
    if (name == "/p" || name == "/ul" || name == "/ol" || name == "/blockquote") out += "\n\n";
    html.remove_prefix(end);
  }
  return std::string(trim(out));
}

std::optional<std::string> meta_content(std::string_view html, std::string_view property) {
  for (auto at = html.find('<'); at != std::string_view::npos; at = html.find('<')) {
    html.remove_prefix(at);
    const std::size_t end = tag_end(html);
    if (tag_name(html.substr(0, end)) == "meta") {
      bool right = false;
      std::optional<std::string> content;
      for (auto& [name, value] : attributes_of(html.substr(0, end))) {
        if ((name == "property" || name == "name") && value == property) right = true;
        if (name == "content") content = std::move(value);
      }
      if (right && content && !content->empty()) return content;
    }
    html.remove_prefix(end);
  }
  return std::nullopt;
}

}  // namespace carillon
