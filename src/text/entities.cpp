#include "text/entities.hpp"

#include <algorithm>

namespace carillon {

void drop_overlaps(std::vector<Entity>& entities) {
  std::stable_sort(entities.begin(), entities.end(),
                   [](const Entity& a, const Entity& b) { return a.begin < b.begin; });
  std::size_t end = 0;
  std::erase_if(entities, [&](const Entity& entity) {
    if (entity.begin < end) return true;
    end = entity.end;
    return false;
  });
}

std::vector<Entity> entities_in_lines(
    std::string_view text, const std::function<bool(std::string_view)>& wanted,
    const std::function<std::vector<Entity>(std::string_view)>& find) {
  std::vector<Entity> out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string_view line = text.substr(from, end - from);
    if (wanted(line)) {
      for (Entity& entity : find(line)) {
        entity.begin += from;
        entity.end += from;
        out.push_back(std::move(entity));
      }
    }
    from = end + 1;
  }
  return out;
}

}  // namespace carillon
