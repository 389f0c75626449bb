// Repositories of the AT Protocol as they are exported: https://ipld.io/specs/transport/car/carv1/
// and https://atproto.com/specs/repository.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <span>

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/limits.hpp"
#include "retire/archive_bytes.hpp"
#include "retire/archive_car.hpp"
#include "text/dag_cbor.hpp"

namespace carillon {

namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20U;
constexpr std::size_t head_bytes = std::size_t{64} * 1024;
constexpr std::size_t cid_size = 36;
constexpr std::size_t digest_at = 4;  // in a CID

using Digest = std::array<char, 32>;

tl::unexpected<Error> damaged(std::string_view how) {
  return fail(Fault::corrupt, fmt::format("the repository {}", how),
              "Export it again, as a whole: `com.atproto.sync.getRepo` without `since`.");
}

struct Block {
  Digest digest;
  std::uint64_t at = 0;
  std::uint32_t bytes = 0;
};

// Small, for there may be a million: names stand one after the other in a text of their own.
struct Record {
  std::uint32_t name = 0;  // where its name begins
  std::uint32_t block = 0;
  std::uint16_t name_bytes = 0;
};

Digest digest_of(std::string_view bytes) {
  Digest out{};
  std::copy_n(bytes.begin(), out.size(), out.begin());
  return out;
}

// The bytes of a file in order, with one piece of them in memory.
class Cursor {
 public:
  explicit Cursor(const past::FileBytes& file) : file_(file) {}

  [[nodiscard]] std::uint64_t at() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == file_.size(); }

  // Valid until the next call.
  Result<std::string_view> take(std::uint64_t count) {
    if (count > file_.size() - at_) return damaged("is cut short");
    if (at_ - from_ + count > piece_.size()) {
      from_ = at_;
      TRY(piece_,
          file_.at(at_, std::min(std::max<std::uint64_t>(count, piece_bytes), file_.size() - at_)));
    }
    const std::string_view out = std::string_view(piece_).substr(at_ - from_, count);
    at_ += count;
    return out;
  }

  // An unsigned LEB128 of at most nine bytes.
  Result<std::uint64_t> number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      TRY(const std::string_view byte, take(1));
      const unsigned bits = static_cast<unsigned char>(byte.front());
      out |= std::uint64_t{bits & 0x7FU} << shift;
      if (bits < 0x80) return out;
    }
    return damaged("has a damaged length");
  }

 private:
  const past::FileBytes& file_;
  std::uint64_t at_ = 0;
  std::uint64_t from_ = 0;  // of the piece
  std::string piece_;
};

// {"$link": …} as the bytes of a CID.
Result<std::string> link_of(const json::value& in) {
  const json::object* object = in.if_object();
  const json::value* link = object == nullptr ? nullptr : object->if_contains("$link");
  const json::string* text = link == nullptr ? nullptr : link->if_string();
  auto out = text == nullptr ? std::nullopt : cid_bytes(std::string_view(*text));
  if (!out) return damaged("has something else where a link should stand");
  return std::move(*out);
}

const json::value& member(const json::object& in, std::string_view key) {
  static const json::value none;
  const json::value* found = in.if_contains(key);
  return found == nullptr ? none : *found;
}

class CarFiles final : public ArchiveFiles {
 public:
  CarFiles(past::FileBytes file, Allow allow) : file_(std::move(file)), allow_(allow) {}

  Result<void> open() {
    Cursor cursor(file_);
    CHECK_OK(read_head(cursor));
    while (!cursor.at_end()) CHECK_OK(read_block(cursor));
    std::sort(blocks_.begin(), blocks_.end(),
              [](const Block& a, const Block& b) { return a.digest < b.digest; });
    TRY(const Block* commit, find_block(root_));
    TRY(commit_, bytes_of_block(*commit));
    TRY(const json::value value, from_dag_cbor(commit_));
    if (!value.is_object()) return damaged("does not begin with a commit");
    TRY(const std::string tree, link_of(member(value.get_object(), "data")));
    CHECK_OK(walk(tree, 0));
    find_blobs();
    return {};
  }

  [[nodiscard]] std::optional<std::uint64_t> bytes_of(std::string_view name) const override {
    if (name == car_commit) return commit_.size();
    if (name.starts_with(car_blobs)) return bytes_of_blob(name);
    const Record* record = find(name);
    return record == nullptr ? std::nullopt : std::optional(std::uint64_t{block(*record).bytes});
  }

  [[nodiscard]] bool has_folder(std::string_view folder) const override {
    if (folder == car_blobs) return !blobs_.empty();
    const auto at = first_from(folder);
    return at != records_.end() && name_of(*at).starts_with(folder);
  }

  [[nodiscard]] std::vector<std::string> names_in(std::string_view folder) const override {
    std::vector<std::string> out;
    if (folder == car_blobs) return blob_names();
    for (auto at = first_from(folder); at != records_.end() && name_of(*at).starts_with(folder);
         ++at)
      if (name_of(*at).find('/', folder.size()) == std::string_view::npos)
        out.emplace_back(name_of(*at));
    return out;
  }

  Result<void> read(std::string_view name, const ByteSink& sink) const override {
    if (name == car_commit) return sink(commit_);
    if (name.starts_with(car_blobs)) return read_blob(name, sink);
    const Record* record = find(name);
    if (record == nullptr)
      return fail(Fault::not_found, fmt::format("{} does not hold {}", file_.path(), name));
    TRY(const std::string bytes, bytes_of_block(block(*record)));
    return sink(bytes);
  }

 private:
  Result<void> read_head(Cursor& cursor) {
    TRY(const std::uint64_t length, cursor.number());
    if (length > head_bytes) return damaged("has a damaged beginning");
    TRY(const std::string_view bytes, cursor.take(length));
    TRY(const json::value head, from_dag_cbor(bytes));
    const json::object* object = head.if_object();
    if (object == nullptr || member(*object, "version") != json::value(1))
      return damaged("is no CAR file of version 1");
    const json::array* roots = member(*object, "roots").if_array();
    if (roots == nullptr || roots->empty()) return damaged("does not say where it begins");
    TRY(root_, link_of(roots->front()));
    return {};
  }

  Result<void> read_block(Cursor& cursor) {
    TRY(const std::uint64_t length, cursor.number());
    if (length < cid_size) return damaged("has a block without a name");
    if (length - cid_size > limits::archive_record_bytes)
      return fail(Fault::too_large,
                  fmt::format("{} has a block of {} bytes; at most {} are read", file_.path(),
                              length, limits::archive_record_bytes));
    if (blocks_.size() >= limits::archive_blocks)
      return fail(Fault::too_large,
                  fmt::format("{} has more than {} blocks", file_.path(), limits::archive_blocks));
    TRY(const std::string_view whole, cursor.take(length));
    const std::string_view cid = whole.substr(0, cid_size);
    const std::string_view bytes = whole.substr(cid_size);
    if (!is_cid_bytes(cid)) return damaged("has a block of an unknown kind");
    if (sha256(bytes) != cid.substr(digest_at))
      return damaged(fmt::format("is damaged: block {} is not what its name says", cid_text(cid)));
    blocks_.push_back({digest_of(cid.substr(digest_at)), cursor.at() - bytes.size(),
                       static_cast<std::uint32_t>(bytes.size())});
    return {};
  }

  Result<const Block*> find_block(std::string_view cid) const {
    const Digest digest = digest_of(cid.substr(digest_at));
    const auto at =
        std::lower_bound(blocks_.begin(), blocks_.end(), digest,
                         [](const Block& block, const Digest& d) { return block.digest < d; });
    if (at == blocks_.end() || at->digest != digest)
      return damaged(fmt::format("is not whole: block {} is not in it", cid_text(cid)));
    return &*at;
  }

  [[nodiscard]] Result<std::string> bytes_of_block(const Block& block) const {
    return file_.at(block.at, block.bytes);
  }

  // A node of the Merkle search tree. Only what hangs in the tree is in the repository now: a
  // deleted record may still lie in the file. Keys must grow, so that no part is walked twice.
  Result<void> walk(std::string_view cid, int depth) {
    if (depth > limits::archive_tree_depth) return damaged("is deeper than any");
    TRY(const Block* found, find_block(cid));
    TRY(const std::string bytes, bytes_of_block(*found));
    TRY(const json::value value, from_dag_cbor(bytes));
    const json::object* node = value.if_object();
    const json::array* entries = node == nullptr ? nullptr : member(*node, "e").if_array();
    if (entries == nullptr) return damaged("has no tree where one should stand");
    CHECK_OK(walk_below(member(*node, "l"), depth));
    std::string key;
    for (const json::value& each : *entries) {
      const json::object* entry = each.if_object();
      if (entry == nullptr) return damaged("has a damaged tree");
      const std::int64_t* shared = member(*entry, "p").if_int64();
      const json::object* more = member(*entry, "k").if_object();
      const json::value& text = more == nullptr ? member({}, "") : member(*more, "$bytes");
      const auto rest =
          text.is_string() ? from_base64(std::string_view(text.get_string())) : std::nullopt;
      if (shared == nullptr || *shared < 0 || std::cmp_greater(*shared, key.size()) || !rest)
        return damaged("has a damaged tree");
      key = key.substr(0, static_cast<std::size_t>(*shared)) + *rest;
      TRY(const std::string record, link_of(member(*entry, "v")));
      CHECK_OK(take(key, record));
      CHECK_OK(walk_below(member(*entry, "t"), depth));
    }
    return {};
  }

  Result<void> walk_below(const json::value& link, int depth) {
    if (link.is_null()) return {};
    TRY(const std::string cid, link_of(link));
    return walk(cid, depth + 1);
  }

  Result<void> take(const std::string& key, std::string_view cid) {
    if (key <= last_ || key.size() > 1024) return damaged("has a tree in no order");
    last_ = key;
    if (!allow_(key) || !past::is_plain_name(key)) return {};
    if (records_.size() >= limits::archive_members ||
        names_.size() > std::numeric_limits<std::uint32_t>::max() - key.size())
      return fail(Fault::too_large, fmt::format("{} has more than {} records", file_.path(),
                                                limits::archive_members));
    TRY(const Block* found, find_block(cid));
    records_.push_back({static_cast<std::uint32_t>(names_.size()),
                        static_cast<std::uint32_t>(found - blocks_.data()),
                        static_cast<std::uint16_t>(key.size())});
    names_ += key;
    return {};
  }

  [[nodiscard]] std::string_view name_of(const Record& record) const {
    return std::string_view(names_).substr(record.name, record.name_bytes);
  }
  [[nodiscard]] const Block& block(const Record& record) const { return blocks_[record.block]; }

  [[nodiscard]] std::vector<Record>::const_iterator first_from(std::string_view name) const {
    return std::lower_bound(
        records_.begin(), records_.end(), name,
        [this](const Record& record, std::string_view other) { return name_of(record) < other; });
  }

  [[nodiscard]] const Record* find(std::string_view name) const {
    const auto at = first_from(name);
    return at == records_.end() || name_of(*at) != name ? nullptr : &*at;
  }

  // "blobs" or "<the file's name>_blobs" beside the file.
  void find_blobs() {
    namespace fs = std::filesystem;
    const fs::path file(file_.path());
    std::error_code error;
    for (const std::string& name : {file.stem().string() + "_blobs", std::string("blobs")}) {
      const fs::path folder = file.parent_path() / name;
      if (!fs::is_directory(folder, error)) continue;
      blobs_ = folder.string();
      return;
    }
  }

  [[nodiscard]] std::vector<std::string> blob_names() const {
    std::vector<std::string> out;
    std::error_code error;
    if (blobs_.empty()) return out;
    for (const auto& entry : std::filesystem::directory_iterator(blobs_, error)) {
      std::string name = std::string(car_blobs) + entry.path().filename().string();
      if (bytes_of_blob(name)) out.push_back(std::move(name));
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  // A blob's file bears its CID, alone or with what kind it is behind: "bafkrei….jpg". Never opens
  // a link.
  [[nodiscard]] int open_blob(std::string_view name) const {
    name.remove_prefix(car_blobs.size());
    const std::string_view cid = name.substr(0, name.find('.'));
    if (blobs_.empty() || !allow_(fmt::format("{}{}", car_blobs, name)) || !cid_bytes(cid))
      return -1;
    for (const std::string_view file : {cid, name}) {
      const int out =
          ::open(fmt::format("{}/{}", blobs_, file).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
      if (out >= 0) return out;
    }
    return -1;
  }

  [[nodiscard]] std::optional<std::uint64_t> bytes_of_blob(std::string_view name) const {
    const int file = open_blob(name);
    if (file < 0) return std::nullopt;
    struct stat info {};
    const bool plain = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    ::close(file);
    return plain ? std::optional(static_cast<std::uint64_t>(info.st_size)) : std::nullopt;
  }

  Result<void> read_blob(std::string_view name, const ByteSink& sink) const {
    const int file = open_blob(name);
    if (file < 0) return fail(Fault::not_found, fmt::format("{} is not there", name));
    Sha256 hash;
    std::string piece(std::size_t{256} * 1024, '\0');
    Result<void> done;
    while (done) {
      const ssize_t got = ::read(file, piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) done = fail(Fault::unavailable, fmt::format("{} cannot be read", name));
      if (got <= 0) break;
      const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
      hash.add(bytes);
      done = sink(bytes);
    }
    ::close(file);
    const std::string_view file_name = name.substr(car_blobs.size());
    const auto cid = cid_bytes(file_name.substr(0, file_name.find('.')));
    if (done && (!cid || hash.finish() != cid->substr(digest_at)))
      return fail(Fault::corrupt, "its bytes are not those that its name says");
    return done;
  }

  past::FileBytes file_;
  Allow allow_;
  std::string root_;           // the CID of the commit
  std::string commit_;         // its bytes
  std::vector<Block> blocks_;  // by digest
  std::string names_;
  std::vector<Record> records_;  // by name
  std::string last_;             // the key that was read last
  std::string blobs_;            // the folder of blobs; empty: there is none
};

}  // namespace

Result<std::unique_ptr<ArchiveFiles>> open_car(const std::string& path, ArchiveFiles::Allow allow) {
  TRY(auto file, past::FileBytes::open(path));
  auto out = std::make_unique<CarFiles>(std::move(file), allow);
  CHECK_OK(out->open());
  return out;
}

}  // namespace carillon
