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

}  // namespace carillon
