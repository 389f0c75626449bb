// Where old posts are now. Internal to retire/.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "retire/archive_place.hpp"

namespace carillon {

// Where an address that leads to one of the account's own posts leads now.
[[nodiscard]] std::optional<std::string> own_path(ArchiveStore& store, const PastPlace& place,
                                                  const PastAccountRow& account,
                                                  std::string_view address);

// One line of them: the id of a post, its old address, its path here.
void append_redirect(std::string& out, const PastPlace& place, const PastAccountRow& account,
                     std::string_view id, const PastRow& to);

// Writes `file`: such a line for each post of all accounts; older editions lead to the last one.
// Replaces it at once. Errors: unavailable, and those of Store.
[[nodiscard]] Result<void> write_redirects(ArchiveStore& store, const PastPlace& place,
                                           const std::string& file);

}  // namespace carillon
