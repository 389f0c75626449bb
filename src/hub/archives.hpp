// Archives of platforms that the organisation left, or may leave: import, build and search, as
// operations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/operation.hpp"
#include "home/cache.hpp"
#include "hub/hub.hpp"
#include "retire/archive_build.hpp"

namespace carillon {

struct ArchiveImportRequest {
  static constexpr std::array<std::string_view, 1> required{"file"};
  std::string file;
  std::string handle = {};
  std::string key = {};
  static constexpr std::array<std::array<std::string_view, 2>, 3> notes{{
      {"file", "what the platform gave you: a .zip, .tar.gz or .car, or the folder it unpacks to"},
      {"handle", "of a Bluesky account, which its repository does not name"},
      {"key", "did:key:…, the public key of a Bluesky account, to verify its signature with"},
  }};
};
BOOST_DESCRIBE_STRUCT(ArchiveImportRequest, (), (file, handle, key))

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

// The imported posts among the pages that a server shows; empty when there are none. Errors: those
// of Store.
Result<OtherPages> past_pages(const SiteView& view, const std::string& data_dir);

// Writes them into `out`, to stand at "/past/"; nothing when there are none. Errors: those of
// build_archive.
Result<std::optional<ArchiveBuilt>> build_past(const SiteView& view, const std::string& data_dir,
                                               const std::string& out, const Actor& actor);

// Newest first. Errors: invalid without a word, not_found when nothing was imported.
Result<std::vector<ArchiveFound>> archive_search(Hub& hub, const Actor& actor,
                                                 const ArchiveSearchRequest& request);

[[nodiscard]] std::vector<Operation<Hub>> archive_operations();

}  // namespace carillon
