#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/limits.hpp"
#include "retire/archive_bytes.hpp"
#include "retire/archive_files.hpp"

namespace carillon {

namespace {

constexpr std::size_t zip_piece_bytes = std::size_t{256} * 1024;

// Little-endian numbers; the caller has checked the size.
std::uint64_t zip_number(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t out = 0;
  for (std::size_t i = width; i-- > 0;)
    out = (out << 8U) | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

// Small, for there may be a million: names stand one after the other in a text of their own.
struct Entry {
  std::uint64_t header = 0;  // where its local header is
  std::uint64_t packed = 0;
  std::uint64_t bytes = 0;
  std::uint32_t name = 0;  // where its name begins
  std::uint32_t crc = 0;
  std::uint16_t name_bytes = 0;
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  bool twice = false;     // another member has its name
  bool overlaps = false;  // another member has its bytes
};

struct Directory {
  std::uint64_t at = 0;
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
};

class ZipFiles final : public ArchiveFiles {
 public:
  explicit ZipFiles(past::FileBytes file) : file_(std::move(file)) {}

  Result<void> open(Allow allow) {
    TRY(const Directory directory, find_directory());
    if (directory.count > limits::archive_members)
      return fail(Fault::too_large, fmt::format("{} holds more than {} files", file_.path(),
                                                limits::archive_members));
    CHECK_OK(read_directory(directory, allow));
    settle();
    return {};
  }

  [[nodiscard]] std::optional<std::uint64_t> bytes_of(std::string_view name) const override {
    const Entry* entry = find(name);
    return entry == nullptr ? std::nullopt : std::optional(entry->bytes);
  }

  [[nodiscard]] bool has_folder(std::string_view folder) const override {
    const std::string prefix = root_ + std::string(folder);
    const auto at = first_from(prefix);
    return at != entries_.end() && name_of(*at).starts_with(prefix);
  }

  [[nodiscard]] std::vector<std::string> names_in(std::string_view folder) const override {
    const std::string prefix = root_ + std::string(folder);
    auto at = first_from(prefix);
    std::vector<std::string> out;
    for (; at != entries_.end() && name_of(*at).starts_with(prefix); ++at) {
      const std::string_view rest = name_of(*at).substr(prefix.size());
      const bool again = !out.empty() && out.back() == name_of(*at).substr(root_.size());
      if (rest.find('/') == std::string_view::npos && !again)
        out.emplace_back(name_of(*at).substr(root_.size()));
    }
    return out;
  }

  Result<void> read(std::string_view name, const ByteSink& sink) const override {
    const Entry* entry = find(name);
    if (entry == nullptr)
      return fail(Fault::not_found, fmt::format("{} does not hold {}", file_.path(), name));
    if (entry->twice) return damaged(fmt::format("holds {} twice", name));
    if (entry->overlaps)
      return damaged(fmt::format("holds {} and another file in one place", name));
    if ((entry->flags & 1U) != 0) return damaged(fmt::format("holds {} encrypted", name));
    if (entry->method != 0 && entry->method != 8)
      return damaged(fmt::format("holds {} in a compression that no archive uses", name));
    const bool dense = entry->bytes / limits::archive_density > entry->packed;
    if (dense && entry->bytes > limits::archive_dense_bytes)
      return fail(Fault::too_large,
                  fmt::format("{}: {} would grow from {} to {} bytes, as only a trap does",
                              file_.path(), name, entry->packed, entry->bytes));
    auto done = read_entry(*entry, sink);
    if (!done && done.error().fault == Fault::corrupt)
      return tl::unexpected<Error>(
          within(fmt::format("{}: {}", file_.path(), name), std::move(done).error()));
    return done;
  }

 private:
  [[nodiscard]] std::string_view name_of(const Entry& entry) const {
    return std::string_view(names_).substr(entry.name, entry.name_bytes);
  }

  [[nodiscard]] tl::unexpected<Error> damaged(const std::string& how) const {
    return fail(Fault::corrupt, fmt::format("{} {}", file_.path(), how),
                "Ask the platform for the archive again, or unpack it and name the folder.");
  }

  // The first entry whose name is not before that one.
  [[nodiscard]] std::vector<Entry>::const_iterator first_from(std::string_view name) const {
    return std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [this](const Entry& entry, std::string_view other) { return name_of(entry) < other; });
  }

  [[nodiscard]] const Entry* find(std::string_view name) const {
    const std::string whole = root_ + std::string(name);
    const auto at = first_from(whole);
    return at == entries_.end() || name_of(*at) != whole ? nullptr : &*at;
  }

  // Sections 4.3.14 to 4.3.16: the record at the end of the file, and its larger brother.
  Result<Directory> find_directory() const {
    constexpr std::size_t record_bytes = 22;
    constexpr std::size_t comment_bytes = 65535;
    const std::uint64_t tail_bytes =
        std::min<std::uint64_t>(file_.size(), record_bytes + comment_bytes);
    TRY(const std::string tail, file_.at(file_.size() - tail_bytes, tail_bytes));
    const auto at = tail.rfind("PK\x05\x06");
    if (at == std::string::npos || tail.size() - at < record_bytes)
      return damaged("is not a zip file, or is cut short");
    Directory out{zip_number(tail, at + 16, 4), zip_number(tail, at + 12, 4),
                  zip_number(tail, at + 10, 2)};
    constexpr std::size_t locator_bytes = 20;
    if (at < locator_bytes || tail.compare(at - locator_bytes, 4, "PK\x06\x07") != 0) return out;
    TRY(const std::string large, file_.at(zip_number(tail, at - locator_bytes + 8, 8), 56));
    if (!large.starts_with("PK\x06\x06")) return damaged("has a damaged table of contents");
    return Directory{zip_number(large, 48, 8), zip_number(large, 40, 8), zip_number(large, 32, 8)};
  }

  Result<void> read_directory(const Directory& directory, Allow allow) {
    constexpr std::size_t head_bytes = 46;
    std::uint64_t at = directory.at;
    const std::uint64_t end = directory.at + directory.bytes;
    if (end > file_.size() || end < at) return damaged("has a damaged table of contents");
    std::string piece;
    std::size_t used = 0;
    for (std::uint64_t i = 0; i < directory.count; ++i) {
      constexpr std::size_t largest = head_bytes + 3 * 65535;
      if (piece.size() - used < largest && at < end) {
        const std::uint64_t more = std::min<std::uint64_t>(end - at, std::size_t{1} << 20U);
        TRY(const std::string next, file_.at(at, more));
        piece = piece.substr(used) + next;
        used = 0;
        at += more;
      }
      const std::string_view rest = std::string_view(piece).substr(used);
      if (rest.size() < head_bytes || !rest.starts_with("PK\x01\x02"))
        return damaged("has a damaged table of contents");
      const std::size_t bytes =
          head_bytes + zip_number(rest, 28, 2) + zip_number(rest, 30, 2) + zip_number(rest, 32, 2);
      if (rest.size() < bytes) return damaged("has a damaged table of contents");
      if (!take(rest.substr(0, bytes), allow)) return damaged("has a damaged table of contents");
      used += bytes;
    }
    return {};
  }

  // Sections 4.3.12 and 4.5.3. False for what no zip holds.
  bool take(std::string_view record, Allow allow) {
    Entry entry;
    entry.flags = static_cast<std::uint16_t>(zip_number(record, 8, 2));
    entry.method = static_cast<std::uint16_t>(zip_number(record, 10, 2));
    entry.crc = static_cast<std::uint32_t>(zip_number(record, 16, 4));
    entry.packed = zip_number(record, 20, 4);
    entry.bytes = zip_number(record, 24, 4);
    entry.header = zip_number(record, 42, 4);
    entry.name_bytes = static_cast<std::uint16_t>(zip_number(record, 28, 2));
    const std::string_view name = record.substr(46, entry.name_bytes);
    if (!large_numbers(record.substr(46 + entry.name_bytes, zip_number(record, 30, 2)), entry))
      return false;
    const std::uint64_t kind = zip_number(record, 38, 4) >> 28U;  // of a Unix file; 8: a plain one
    const auto below = name.find('/');
    const bool wanted =
        allow(name) || (below != std::string_view::npos && allow(name.substr(below + 1)));
    if ((kind != 0 && kind != 8) || !past::is_plain_name(name) || !wanted) return true;
    if (names_.size() > std::numeric_limits<std::uint32_t>::max() - name.size()) return false;
    entry.name = static_cast<std::uint32_t>(names_.size());
    names_ += name;
    entries_.push_back(entry);
    return true;
  }

  static bool large_numbers(std::string_view extra, Entry& entry) {
    constexpr std::uint64_t elsewhere = 0xFFFFFFFF;
    while (extra.size() >= 4) {
      const std::uint64_t kind = zip_number(extra, 0, 2);
      const std::uint64_t bytes = zip_number(extra, 2, 2);
      if (bytes > extra.size() - 4) return false;
      std::string_view field = extra.substr(4, bytes);
      extra.remove_prefix(4 + bytes);
      if (kind != 1) continue;
      for (std::uint64_t* value : {&entry.bytes, &entry.packed, &entry.header}) {
        if (*value != elsewhere) continue;
        if (field.size() < 8) return false;
        *value = zip_number(field, 0, 8);
        field.remove_prefix(8);
      }
    }
    return true;
  }

  // Finds the folder the archive stands in, and who shares a name or bytes with another.
  void settle() {
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.header < b.header; });
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      Entry& before = entries_[i - 1];
      if (entries_[i].header - before.header >= before.packed + 30) continue;
      before.overlaps = true;
      entries_[i].overlaps = true;
    }
    std::sort(entries_.begin(), entries_.end(),
              [this](const Entry& a, const Entry& b) { return name_of(a) < name_of(b); });
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      if (name_of(entries_[i]) != name_of(entries_[i - 1])) continue;
      entries_[i].twice = true;
      entries_[i - 1].twice = true;
    }
    const bool at_top = !names_in("").empty() || !names_in("data/").empty() ||
                        !names_in("data/js/").empty() || !names_in("data/js/tweets/").empty();
    if (at_top || entries_.empty()) return;
    const std::string_view first = name_of(entries_.front());
    root_ = first.substr(0, first.find('/') + 1);
  }

  Result<void> read_entry(const Entry& entry, const ByteSink& sink) const {
    // A small member comes whole with its header.
    const std::uint64_t near = 30 + entry.name_bytes + std::uint64_t{64} + entry.packed;
    const std::uint64_t after = file_.size() - std::min(entry.header, file_.size());
    TRY(const std::string head,
        file_.at(entry.header, std::min({std::max<std::uint64_t>(near, 30), after,
                                         std::uint64_t{zip_piece_bytes}})));
    if (head.size() < std::size_t{30} + entry.name_bytes) return damaged("is cut short");
    const bool ours = head.starts_with("PK\x03\x04") && zip_number(head, 26, 2) == entry.name_bytes;
    if (!ours) return fail(Fault::corrupt, "the table of contents points elsewhere");
    if (std::string_view(head).substr(30, entry.name_bytes) != name_of(entry))
      return fail(Fault::corrupt, "it bears another name inside");
    std::uint64_t at = entry.header + 30 + entry.name_bytes + zip_number(head, 28, 2);
    std::uint64_t left = entry.packed;
    std::uint64_t came = 0;
    std::uint32_t crc = 0;
    const ByteSink counted = [&](std::string_view bytes) -> Result<void> {
      came += bytes.size();
      if (came > entry.bytes) return fail(Fault::corrupt, "it is larger than it says");
      crc = crc32_of(crc, bytes);
      return sink(bytes);
    };
    std::optional<Inflate> inflate;
    if (entry.method == 8) inflate.emplace(Inflate::Form::bare);
    while (left > 0) {
      const std::uint64_t wanted = std::min<std::uint64_t>(left, zip_piece_bytes);
      std::string more;
      std::string_view piece =
          std::string_view(head).substr(std::min<std::uint64_t>(at - entry.header, head.size()));
      piece = piece.substr(0, wanted);
      if (piece.empty()) {
        TRY(more, file_.at(at, wanted));
        piece = more;
      }
      CHECK_OK(inflate ? inflate->feed(piece, counted) : counted(piece));
      at += piece.size();
      left -= piece.size();
    }
    if (came != entry.bytes || crc != entry.crc) return fail(Fault::corrupt, "it is damaged");
    return {};
  }

  past::FileBytes file_;
  std::string root_;  // "twitter-2023-05/" where the archive stands in a folder of its own
  std::string names_;
  std::vector<Entry> entries_;  // by name
};

}  // namespace

Result<std::unique_ptr<ArchiveFiles>> open_zip(const std::string& path, ArchiveFiles::Allow allow) {
  TRY(auto file, past::FileBytes::open(path));
  auto zip = std::make_unique<ZipFiles>(std::move(file));
  CHECK_OK(zip->open(allow));
  return zip;
}

}  // namespace carillon
