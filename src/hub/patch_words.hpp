// What a patch says of itself: the message of its commit, the text of its pull request.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "hub/patching.hpp"

namespace carillon {

// Whose references go, and on what ground.
struct Mandate {
  Decision decision;
  std::vector<AccountName> accounts;
};

// "X, Mastodon", or as part of a name "x-mastodon". Pure.
[[nodiscard]] std::string platforms_of(const std::vector<AccountName>& accounts, bool titles);

// How many lines each owner has to look at. Pure.
[[nodiscard]] std::map<std::string, std::size_t> by_owner(const std::vector<PatchTask>& tasks);

// How many lines were changed or taken away. Pure.
[[nodiscard]] std::size_t lines_of(const DelistPatched& patched);

// "1 line", "3 lines". Pure.
[[nodiscard]] std::string plural(std::size_t count, std::string_view thing);

// "Remove links to X" in its first line, then the accounts, the decision and the files. Pure.
[[nodiscard]] std::string message_of(const Mandate& mandate, const DelistPatched& patched);

// The same for a pull request, in Markdown, with what is left for people by owner and place. What
// is not ours stands as code, so that no name in it calls anybody; lists are cut with their count
// said, and the whole is at most limits::pull_text_bytes. Pure.
[[nodiscard]] std::string pull_text(const Mandate& mandate, const DelistPatched& patched);

}  // namespace carillon
