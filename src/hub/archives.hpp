// Archives of platforms that the organisation left, or may leave: import, build and search, as
// operations.
#pragma once

#include <string>
#include <vector>

#include "core/operation.hpp"
#include "hub/hub.hpp"
#include "retire/archive_build.hpp"

namespace carillon {

struct ArchiveImportRequest {
  static constexpr std::array<std::string_view, 1> required{"file"};
  std::string file;
  static constexpr std::array<std::array<std::string_view, 2>, 1> notes{{
      {"file", "the zip that the platform gave you, or the folder it unpacks to"},
  }};
};
BOOST_DESCRIBE_STRUCT(ArchiveImportRequest, (), (file))

struct ArchiveBuildRequest {
  std::string out = {};
  std::string at = "past";
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"out", "the folder to write to; default: site/past, in the workspace"},
      {"at", "where the pages stand below your address; default: past"},
  }};
};
BOOST_DESCRIBE_STRUCT(ArchiveBuildRequest, (), (out, at))

struct ArchiveSearchRequest {
  static constexpr std::array<std::string_view, 1> required{"words"};
  std::vector<std::string> words;
  std::string limit = {};
  static constexpr std::array<std::array<std::string_view, 2>, 2> notes{{
      {"words", "all of them must be there; `word*` begins so, \"two words\" stand side by side"},
      {"limit", "how many posts at most, up to 200; default: 20"},
  }};
};
BOOST_DESCRIBE_STRUCT(ArchiveSearchRequest, (), (words, limit))

// A post of the past that was found.
struct ArchiveFound {
  std::string account;  // "@example_org on X"
  std::string id;       // the platform's
  std::string at;       // RFC 3339 in UTC
  std::string text;
  std::string address;  // where it was
  std::string path;     // where it is in the built pages, by their default place
};
BOOST_DESCRIBE_STRUCT(ArchiveFound, (), (account, id, at, text, address, path))

// Only on this machine. Errors: denied for others, and those of import_archive.
Result<ArchiveImported> archive_import(Hub& hub, const Actor& actor,
                                       const ArchiveImportRequest& request);

// Only on this machine. Errors: denied for others, and those of build_archive.
Result<ArchiveBuilt> archive_build(Hub& hub, const Actor& actor,
                                   const ArchiveBuildRequest& request);

// Newest first. Errors: invalid without a word, not_found when nothing was imported.
Result<std::vector<ArchiveFound>> archive_search(Hub& hub, const Actor& actor,
                                                 const ArchiveSearchRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> archive_operations();

}  // namespace carillon
