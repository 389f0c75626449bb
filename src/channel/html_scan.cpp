#include "channel/html_scan.hpp"

#include "base/bytes.hpp"
#include "text/html_tags.hpp"

namespace carillon {

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
