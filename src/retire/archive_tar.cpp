// Archives as .tar.gz and .tar: POSIX.1-2017 pax (ustar with extended headers) and GNU's long
// names.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/archive_bytes.hpp"
#include "retire/archive_files.hpp"

namespace carillon {

namespace {

constexpr std::size_t block_bytes = 512;
constexpr std::size_t tar_piece_bytes = std::size_t{256} * 1024;
constexpr std::size_t extra_bytes = std::size_t{1} << 20U;  // of an extended header

tl::unexpected<Error> tar_damaged(std::string_view how) {
  return fail(Fault::corrupt, fmt::format("the tar {}", how),
              "Ask the platform for the archive again, or unpack it and name the folder.");
}

std::string_view field(std::string_view block, std::size_t at, std::size_t width) {
  const std::string_view whole = block.substr(at, width);
  return whole.substr(0, std::min(whole.find('\0'), whole.size()));
}

// Octal digits, or GNU's big-endian number after a byte 0x80.
std::optional<std::uint64_t> tar_number(std::string_view block, std::size_t at, std::size_t width) {
  std::string_view text = block.substr(at, width);
  std::uint64_t out = 0;
  if (text.front() == '\x80') {
    for (const char c : text.substr(1)) {
      if (out >> 55U != 0) return std::nullopt;
      out = out << 8U | static_cast<unsigned char>(c);
    }
    return out;
  }
  text = trim(field(block, at, width));
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 8);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// The sum of the header's bytes, its own field read as spaces.
bool is_sound(std::string_view block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block.size(); ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(block[i]);
  return tar_number(block, 148, 8) == sum;
}

struct Member {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t at = 0;  // of its first byte in what is kept
};

// Reads a tar as it comes, and tells of each plain file.
class Reader {
 public:
  // Says whether a file's bytes are wanted; then they come to `bytes`.
  using Begin = std::function<Result<bool>(const Member&)>;

  Reader(Begin begin, ByteSink bytes) : begin_(std::move(begin)), bytes_(std::move(bytes)) {}

  Result<void> feed(std::string_view in) {
    while (!in.empty()) {
      const std::size_t count = std::min<std::uint64_t>(in.size(), left_ > 0 ? left_ : rest());
      const std::string_view piece = in.substr(0, count);
      in.remove_prefix(count);
      at_ += count;
      if (left_ > 0) {
        left_ -= count;
        if (state_ == State::wanted) CHECK_OK(bytes_(piece));
        if (state_ == State::extra) extra_ += piece;
        if (left_ == 0) CHECK_OK(end_member());
      } else if (padding_ > 0) {
        padding_ -= count;
      } else {
        block_ += piece;
        if (block_.size() == block_bytes) CHECK_OK(header());
      }
    }
    return {};
  }

  [[nodiscard]] Result<void> finish() const {
    if (left_ > 0 || !block_.empty() || members_ == 0) return tar_damaged("is cut short, or none");
    return {};
  }

 private:
  enum class State { skipped, wanted, extra };

  [[nodiscard]] std::size_t rest() const {
    return padding_ > 0 ? padding_ : block_bytes - block_.size();
  }

  Result<void> header() {
    const std::string block = std::exchange(block_, {});
    if (block.find_first_not_of('\0') == std::string::npos) return {};  // two of them end it
    const auto bytes = tar_number(block, 124, 12);
    if (!is_sound(block) || !bytes || *bytes > std::uint64_t{1} << 55U)
      return tar_damaged("has a damaged header");
    const char type = block[156];
    const bool about_next = type == 'x' || type == 'L' || type == 'g' || type == 'K';
    // Links and devices have no bytes, whatever they say.
    left_ = about_next ? *bytes : size_.value_or(*bytes);
    if (type >= '1' && type <= '6') left_ = 0;
    padding_ = static_cast<std::size_t>((block_bytes - left_ % block_bytes) % block_bytes);
    if (about_next) {
      state_ = type == 'x' || type == 'L' ? State::extra : State::skipped;
      if (state_ == State::extra && left_ > extra_bytes)
        return tar_damaged("has a name longer than any");
      extra_.clear();
      long_name_ = type == 'L';
      return {};
    }
    ++members_;
    CHECK_OK(begin(block, type));
    size_.reset();
    name_.reset();
    return {};
  }

  Result<void> begin(const std::string& block, char type) {
    state_ = State::skipped;
    if (type != '0' && type != '\0') return {};
    Member member{std::string(field(block, 0, 100)), left_, at_};
    const std::string_view prefix = field(block, 345, 155);
    if (block.substr(257, 6) == std::string_view("ustar\0", 6) && !prefix.empty())
      member.name = fmt::format("{}/{}", prefix, member.name);
    if (name_) member.name = *name_;
    TRY(const bool wanted, begin_(member));
    if (wanted) state_ = State::wanted;
    return {};
  }

  Result<void> end_member() {
    if (state_ != State::extra) return {};
    state_ = State::skipped;
    if (long_name_) {
      name_ = extra_.substr(0, extra_.find('\0'));
      return {};
    }
    // "27 path=media_attachments/…\n", its own length before it.
    std::string_view rest = extra_;
    while (!rest.empty()) {
      std::size_t length = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
      const auto head = static_cast<std::size_t>(end - rest.data());
      if (error != std::errc{} || length > rest.size() || length < head + 2 || *end != ' ')
        return tar_damaged("has a damaged header");
      const std::string_view record = rest.substr(head + 1, length - head - 2);
      rest.remove_prefix(length);
      if (record.starts_with("path=")) name_ = record.substr(5);
      if (!record.starts_with("size=")) continue;
      std::uint64_t size = 0;
      const std::string_view said = record.substr(5);
      const auto read = std::from_chars(said.data(), said.data() + said.size(), size);
      if (read.ec != std::errc{} || size > std::uint64_t{1} << 55U)
        return tar_damaged("has a damaged header");
      size_ = size;
    }
    return {};
  }

  Begin begin_;
  ByteSink bytes_;
  State state_ = State::skipped;
  std::string block_;        // a header that is not whole yet
  std::uint64_t at_ = 0;     // of the next byte
  std::uint64_t left_ = 0;   // of the member
  std::size_t padding_ = 0;  // behind it
  std::string extra_;
  bool long_name_ = false;
  std::optional<std::string> name_;  // of the next member, from an extended header
  std::optional<std::uint64_t> size_;
  std::uint64_t members_ = 0;
};

class TarFiles final : public ArchiveFiles {
 public:
  TarFiles(past::FileBytes kept, Allow allow) : kept_(std::move(kept)), allow_(allow) {}

  [[nodiscard]] std::optional<std::uint64_t> bytes_of(std::string_view name) const override {
    const Member* found = find(name);
    return found == nullptr ? std::nullopt : std::optional(found->bytes);
  }

  [[nodiscard]] bool has_folder(std::string_view folder) const override {
    const auto at = from(root_ + std::string(folder));
    return at != members_.end() && at->name.starts_with(root_ + std::string(folder));
  }

  [[nodiscard]] std::vector<std::string> names_in(std::string_view folder) const override {
    const std::string prefix = root_ + std::string(folder);
    std::vector<std::string> out;
    for (auto at = from(prefix); at != members_.end() && at->name.starts_with(prefix); ++at) {
      if (at->name.find('/', prefix.size()) != std::string::npos) continue;
      std::string name = at->name.substr(root_.size());
      if (out.empty() || out.back() != name) out.push_back(std::move(name));
    }
    return out;
  }

  Result<void> read(std::string_view name, const ByteSink& sink) const override {
    const Member* found = find(name);
    if (found == nullptr)
      return fail(Fault::not_found, fmt::format("{} does not hold {}", kept_.path(), name));
    const Member* last = &members_.back();
    if (found != last && (found + 1)->name == found->name)
      return tar_damaged(fmt::format("holds {} twice", name));
    for (std::uint64_t done = 0; done < found->bytes;) {
      TRY(const std::string piece,
          kept_.at(found->at + done,
                   std::min<std::uint64_t>(found->bytes - done, tar_piece_bytes)));
      done += piece.size();
      CHECK_OK(sink(piece));
    }
    return {};
  }

  // Reads a plain tar in place.
  Result<void> open_plain() {
    Reader reader([this](const Member& member) -> Result<bool> { return add(member, member.at); },
                  [](std::string_view) -> Result<void> { return {}; });
    for (std::uint64_t at = 0; at < kept_.size();) {
      TRY(const std::string piece,
          kept_.at(at, std::min<std::uint64_t>(kept_.size() - at, tar_piece_bytes)));
      at += piece.size();
      CHECK_OK(reader.feed(piece));
    }
    CHECK_OK(reader.finish());
    settle();
    return {};
  }

  // Keeps the members that may be read, one behind the other.
  Result<void> open_packed(const past::FileBytes& from) {
    std::uint64_t came = 0;
    std::uint64_t read = 0;
    Inflate inflate(Inflate::Form::gzip);
    Reader reader(
        [this](const Member& member) -> Result<bool> { return add(member, kept_.size()); },
        [this](std::string_view bytes) { return kept_.append(bytes); });
    const ByteSink counted = [&](std::string_view bytes) -> Result<void> {
      came += bytes.size();
      if (came / limits::archive_density > read && came > limits::archive_dense_bytes)
        return fail(Fault::too_large,
                    fmt::format("{} grows more than {} times, as only a trap does", from.path(),
                                limits::archive_density));
      return reader.feed(bytes);
    };
    for (std::uint64_t next_look = 0; read < from.size();) {
      TRY(const std::string piece,
          from.at(read, std::min<std::uint64_t>(from.size() - read, tar_piece_bytes)));
      read += piece.size();
      CHECK_OK(inflate.feed(piece, counted));
      if (kept_.size() < next_look) continue;
      next_look = kept_.size() + limits::archive_dense_bytes;
      CHECK_OK(check_space());
    }
    if (!inflate.ended()) return tar_damaged("is cut short");
    CHECK_OK(reader.finish());
    settle();
    return {};
  }

 private:
  [[nodiscard]] Result<void> check_space() const {
    std::error_code error;
    const auto space = std::filesystem::space(kept_.path(), error);
    if (error || space.available >= limits::disk_free_bytes) return {};
    return fail(Fault::unavailable,
                fmt::format("the disk that holds {} is nearly full", kept_.path()),
                "Make room: the archive is laid out there while it is read.");
  }

  Result<bool> add(const Member& member, std::uint64_t at) {
    std::string_view name = member.name;
    if (name.starts_with("./")) name.remove_prefix(2);
    const auto below = name.find('/');
    const bool wanted =
        allow_(name) || (below != std::string_view::npos && allow_(name.substr(below + 1)));
    if (!wanted || !past::is_plain_name(name)) return false;
    if (members_.size() >= limits::archive_members)
      return fail(Fault::too_large,
                  fmt::format("the tar holds more than {} files", limits::archive_members));
    members_.push_back({std::string(name), member.bytes, at});
    return true;
  }

  void settle() {
    std::stable_sort(members_.begin(), members_.end(),
                     [](const Member& a, const Member& b) { return a.name < b.name; });
    const bool at_top = std::any_of(members_.begin(), members_.end(),
                                    [this](const Member& m) { return allow_(m.name); });
    if (at_top || members_.empty()) return;
    root_ = members_.front().name.substr(0, members_.front().name.find('/') + 1);
  }

  [[nodiscard]] std::vector<Member>::const_iterator from(std::string_view name) const {
    return std::lower_bound(members_.begin(), members_.end(), name,
                            [](const Member& m, std::string_view n) { return m.name < n; });
  }

  [[nodiscard]] const Member* find(std::string_view name) const {
    const std::string whole = root_ + std::string(name);
    const auto at = from(whole);
    return at == members_.end() || at->name != whole ? nullptr : &*at;
  }

  past::FileBytes kept_;
  Allow allow_;
  std::string root_;             // where the archive stands in a folder of its own
  std::vector<Member> members_;  // by name
};

}  // namespace

Result<std::unique_ptr<ArchiveFiles>> open_tar(const std::string& path, ArchiveFiles::Allow allow,
                                               const std::string& scratch) {
  TRY(auto file, past::FileBytes::open(path));
  TRY(const std::string head, file.at(0, std::min<std::uint64_t>(file.size(), 2)));
  if (head != "\x1F\x8B") {
    auto out = std::make_unique<TarFiles>(std::move(file), allow);
    CHECK_OK(out->open_plain());
    return out;
  }
  TRY(auto kept, past::FileBytes::nameless(scratch));
  auto out = std::make_unique<TarFiles>(std::move(kept), allow);
  CHECK_OK(out->open_packed(file));
  return out;
}

}  // namespace carillon
