#include "retire/archive_redirects.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

namespace carillon {

namespace {

constexpr std::size_t redirects_at_once = 5000;

void append_field(std::string& out, std::string_view field) {
  out += '"';
  for (const char c : field) {
    if (c == '"') out += c;
    out += c;
  }
  out += '"';
}

Result<void> write_account(ArchiveStore& store, const PastPlace& place,
                           const PastAccountRow& account, std::ofstream& out) {
  std::int64_t thread = 0;
  std::int64_t at = 0;
  while (true) {
    TRY(const auto rows, store.in_order(account.number, thread, at, redirects_at_once));
    if (rows.empty()) break;
    thread = rows.back().thread;
    at = rows.back().place;
    std::string lines;
    for (const PastRow& row : rows) append_redirect(lines, place, account, row.original, row);
    out << lines;
  }
  TRY(const auto editions, store.editions(account.number));
  std::string lines;
  for (const PastEdition& edition : editions) {
    PastRow row;
    row.thread = edition.thread;
    row.original = edition.latest;
    append_redirect(lines, place, account, edition.original, row);
  }
  out << lines;
  return {};
}

}  // namespace

void append_redirect(std::string& out, const PastPlace& place, const PastAccountRow& account,
                     std::string_view id, const PastRow& to) {
  append_field(out, id);
  out += ',';
  append_field(out, original_address(account, id));
  out += ',';
  append_field(out, place.local(post_path_of(place, account, to)));
  out += '\n';
}

std::optional<std::string> own_path(ArchiveStore& store, const PastPlace& place,
                                    const PastAccountRow& account, std::string_view address) {
  const auto id = original_of(account, address);
  if (!id) return std::nullopt;
  const auto row = store.post(account.number, *id);
  if (!row || !*row) return std::nullopt;
  return place.local(post_path_of(place, account, **row));
}

Result<void> write_redirects(ArchiveStore& store, const PastPlace& place, const std::string& file) {
  namespace fs = std::filesystem;
  const std::string beside = file + ".carillon-new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << "id,address,path\n";
  TRY(const auto accounts, store.accounts());
  for (const PastAccountRow& account : accounts)
    CHECK_OK(write_account(store, place, account, out));
  out.close();
  std::error_code error;
  if (out) fs::rename(beside, file, error);
  if (out && !error) return {};
  fs::remove(beside, error);
  return fail(Fault::unavailable, fmt::format("{} cannot be written", file),
              "Is the disk full, or the folder not yours?");
}

}  // namespace carillon
