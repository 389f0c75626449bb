#include "text/html_text.hpp"

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

}  // namespace carillon
