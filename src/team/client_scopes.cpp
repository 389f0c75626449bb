#include "team/client_scopes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.hpp"

namespace carillon {

namespace {

bool holds(const ClientScopes& scopes, std::string_view word) {
  return std::find(scopes.begin(), scopes.end(), word) != scopes.end();
}

ClientScopes every_scope() {
  ClientScopes out{"read", "write", "follow", "push", "profile"};
  for (const char* part : {"accounts", "blocks", "bookmarks", "favourites", "filters", "follows",
                           "lists", "mutes", "notifications", "statuses"}) {
    out.push_back(fmt::format("read:{}", part));
    out.push_back(fmt::format("write:{}", part));
  }
  for (const char* one : {"read:collections", "read:search", "write:collections",
                          "write:conversations", "write:media", "write:reports"})
    out.emplace_back(one);
  return out;
}

}  // namespace

const ClientScopes& all_scopes() {
  static const ClientScopes all = every_scope();
  return all;
}

Result<ClientScopes> read_scopes(std::string_view words) {
  ClientScopes out;
  for (const std::string& word : split(words, ' ')) {
    if (word.empty() || holds(out, word)) continue;
    if (!holds(all_scopes(), word))
      return fail(Fault::invalid, "a scope is asked for that there is not here",
                  "There are " + scope_words(all_scopes()) + ".");
    out.push_back(word);
  }
  if (out.empty()) out.emplace_back("read");
  return out;
}

std::string scope_words(const ClientScopes& scopes) {
  return fmt::format("{}", fmt::join(scopes, " "));
}

bool covers(const ClientScopes& scopes, std::string_view wanted) {
  return holds(scopes, wanted) || holds(scopes, wanted.substr(0, wanted.find(':')));
}

bool covers(const ClientScopes& scopes, const ClientScopes& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& one) { return covers(scopes, one); });
}

}  // namespace carillon
