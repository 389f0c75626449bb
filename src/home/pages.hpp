// The pages people read. Internal to home/.
#pragma once

#include <string>

#include "home/index.hpp"

namespace carillon {

[[nodiscard]] Page front_page(const SiteIndex& index);
[[nodiscard]] Page post_page(const SiteIndex& index, const IndexedPost& post);
// `year` 0: the archive's first page, with every year when there are few announcements.
[[nodiscard]] Page archive_page(const SiteIndex& index, int year);
// True when the archive has a page a year.
[[nodiscard]] bool archive_is_paged(const SiteIndex& index);
[[nodiscard]] Page tag_page(const SiteIndex& index, const std::string& segment);
[[nodiscard]] Page channels_page(const SiteIndex& index);
[[nodiscard]] Page missing_page(const SiteIndex& index);

}  // namespace carillon
