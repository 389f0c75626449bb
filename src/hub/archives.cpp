#include "hub/archives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/moment.hpp"
#include "home/frame.hpp"
#include "retire/past_site.hpp"

namespace carillon {

namespace {

constexpr std::string_view default_place = "past";
constexpr std::size_t found_default = 20;

Result<void> only_here(const Actor& actor) {
  if (actor.local) return {};
  return fail(Fault::denied, "an archive is read and written only on the machine itself",
              "Sign in there and run the command.");
}

ArchiveProgress progress_of(const Actor& actor) {
  return [&actor](std::string_view what, std::uint64_t done, std::uint64_t of) {
    if (actor.advances) actor.advances(what, done, of);
  };
}

// "past" of "/past/"; letters, digits, "-", "_" and "." in each piece.
Result<std::string> place_of(std::string_view said) {
  while (said.starts_with('/')) said.remove_prefix(1);
  while (said.ends_with('/')) said.remove_suffix(1);
  for (const std::string& piece : split(said, '/')) {
    const bool plain = !piece.empty() && piece.front() != '.' &&
                       std::all_of(piece.begin(), piece.end(), [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                                (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
                       });
    if (!plain)
      return fail(Fault::invalid, fmt::format("--at {}: this is no path below your address", said),
                  "Such as `past` or `history/x`.");
  }
  return fmt::format("/{}/", said);
}

Result<std::size_t> limit_of(const std::string& said) {
  if (said.empty()) return found_default;
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), out);
  if (error != std::errc{} || end != said.data() + said.size() || out == 0)
    return fail(Fault::invalid, fmt::format("/limit: {} is no number of posts", said));
  return std::min(out, static_cast<std::size_t>(limits::archive_found_max));
}

// Where the pages stand, and the home's frame around them.
std::pair<PastPlace, PastFrame> around(const std::string& at, const SiteView& view) {
  const auto frame = std::make_shared<const SiteFrame>(view);
  PastPlace place{frame->origin(), frame->prefix(), at, view.organisation.name};
  return {std::move(place), [frame](const PastPage& page) {
            return frame->around(page.path, page.title, page.description, page.main, page.listed);
          }};
}

Result<ArchiveBuilt> build_at(const std::string& at, const SiteView& view,
                              const std::string& data_dir, const std::string& out,
                              const Actor& actor) {
  const auto [place, frame] = around(at, view);
  return build_archive(data_dir, out, place, frame, progress_of(actor));
}

int imported_code(const ArchiveImported& imported) {
  return imported.unreadable > 0 || imported.counts.refused_media > 0 ? 3 : 0;
}

}  // namespace

Result<ArchiveImported> archive_import(Hub& hub, const Actor& actor,
                                       const ArchiveImportRequest& request) {
  CHECK_OK(only_here(actor));
  return import_archive(request.file, hub.workspace().data_dir(), progress_of(actor),
                        {.handle = request.handle, .key = request.key});
}

Result<ArchiveBuilt> archive_build(Hub& hub, const Actor& actor,
                                   const ArchiveBuildRequest& request) {
  CHECK_OK(only_here(actor));
  TRY(const SiteView view, hub.view());
  TRY(const std::string at, place_of(request.at));
  const std::string out =
      request.out.empty() ? (hub.workspace().dir / "site" / at.substr(1)).string() : request.out;
  return build_at(at, view, hub.workspace().data_dir(), out, actor);
}

Result<std::optional<ArchiveBuilt>> build_past(const SiteView& view, const std::string& data_dir,
                                               const std::string& out, const Actor& actor) {
  if (view.past.empty()) return std::nullopt;
  TRY(ArchiveBuilt built, build_at(view.past, view, data_dir, out, actor));
  return built;
}

Result<OtherPages> past_pages(const SiteView& view, const std::string& data_dir) {
  if (view.past.empty()) return OtherPages();
  auto [place, frame] = around(view.past, view);
  TRY(std::shared_ptr<PastSite> site, PastSite::open(data_dir, std::move(place), std::move(frame)));
  return OtherPages([site](const std::string& path, std::string_view query) {
    auto found = site->find(path, query);
    if (!found) log(Level::error, found.error().what, {{"path", path}});
    if (!found || !*found) return std::optional<Page>();
    PastFound& it = **found;
    return std::optional(Page{std::move(it.path), std::move(it.type), std::move(it.body), 0,
                              it.immutable, std::move(it.file)});
  });
}

Result<std::vector<ArchiveFound>> archive_search(Hub& hub, const Actor&,
                                                 const ArchiveSearchRequest& request) {
  TRY(const auto store, ArchiveStore::open(hub.workspace().data_dir(), false));
  TRY(const std::size_t limit, limit_of(request.limit));
  std::string words;
  // A shell has taken the quotes off "two words".
  for (const std::string& word : request.words)
    words += word.find(' ') == std::string::npos || word.find('"') != std::string::npos
                 ? word + " "
                 : "\"" + word + "\" ";
  TRY(const auto rows, store->search(words, limit));
  TRY(const auto accounts, store->accounts());
  PastPlace place;
  place.at = fmt::format("/{}/", default_place);
  std::vector<ArchiveFound> out;
  for (const PastRow& row : rows) {
    TRY(const std::int64_t number, store->account_of(row.number));
    const auto account = std::find_if(accounts.begin(), accounts.end(),
                                      [&](const auto& each) { return each.number == number; });
    if (account == accounts.end()) continue;
    out.push_back({account_name(*account), row.original, iso_time(row.at), row.text,
                   original_address(*account, row.original), post_path_of(place, *account, row)});
  }
  return out;
}

std::vector<Operation<Hub>> archive_operations() {
  return {
      operation<Hub>(
          {.name = "archive import",
           .method = "",
           .path = "",
           .summary = "take in the archive that a platform gave you",
           .help = "Reads the public part of an archive of X, of any year, of Mastodon, or of "
                   "a Bluesky repository: posts, threads, long texts, pictures "
                   "and videos with their alt texts. Messages, e-mail addresses, "
                   "log-ins, deleted posts and posts for a few are never read into it. "
                   "Bluesky's pictures are taken from the folder `blobs` beside the file, named by "
                   "their CIDs. "
                   "Stopped half-way, the same command goes on where it was; a newer "
                   "archive brings it up to date.",
           .positional = {"file"},
           .valued = {{"handle", "HANDLE"}, {"key", "KEY"}}},
          &archive_import, &imported_code),
      operation<Hub>(
          {.name = "archive build",
           .method = "",
           .path = "",
           .summary = "write what was imported as pages for your own domain",
           .help = "Writes a page a day, lists by month and year, feeds and "
                   "`redirects.csv`, which names the new path of every old address. "
                   "`site build` writes them too, to past/, and `carillon serve` shows them "
                   "there as they are; this is for another place.",
           .valued = {{"out", "DIR"}, {"at", "PATH"}}},
          &archive_build),
      operation<Hub>({.name = "archive search",
                      .method = "GET",
                      .path = "/archive/posts",
                      .needs = Permission::author,
                      .summary = "find words in the posts that were imported",
                      .help = "Shows the newest posts that hold every word, in their text or in "
                              "the alt texts of their pictures.",
                      .positional = {"words"},
                      .valued = {{"limit", "N"}}},
                     &archive_search),
  };
}

}  // namespace carillon
