// Reads the files of a tree or of a commit and hands them to the scanner, on all processors.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "base/limits.hpp"
#include "retire/scan.hpp"

namespace carillon {

namespace {

constexpr std::size_t batch_files = 64;
constexpr std::size_t binary_probe = 1024;

bool same_place(const Reference& a, const Reference& b) {
  return a.path < b.path || (a.path == b.path && a.line < b.line);
}

bool is_binary(std::string_view text) {
  return std::memchr(text.data(), 0, std::min(text.size(), binary_probe)) != nullptr;
}

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

struct Work {
  std::string folder;              // below the root; empty: the root
  std::vector<std::string> files;  // of the folder; empty: the folder itself is to be listed
};

// Folders and batches of files that wait, shared by the threads.
class Queue {
 public:
  void put(Work work) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    ++open_;
    changed_.notify_one();
  }
  // The next piece; nothing when all is done.
  std::optional<Work> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || open_ == 0; });
    if (waiting_.empty()) return std::nullopt;
    Work out = std::move(waiting_.back());
    waiting_.pop_back();
    return out;
  }
  void done() {
    const std::lock_guard lock(mutex_);
    if (--open_ == 0) changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> waiting_;
  std::size_t open_ = 0;
};

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

// One thread's part of a scan.
class TreeReader {
 public:
  TreeReader(const Scanner& scanner, int root, Queue& queue)
      : scanner_(scanner), root_(root), queue_(queue), buffer_(std::size_t{256} * 1024, '\0') {}

  void run() {
    while (auto work = queue_.take()) {
      const std::string where = work->folder.empty() ? "." : work->folder;
      const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
      if (work->files.empty()) {
        list(work->folder, ::openat(root_, where.c_str(), flags));
      } else {
        const OpenFile folder(::openat(root_, where.c_str(), O_PATH | flags));
        for (const std::string& name : work->files)
          read(folder.get(), name, joined(work->folder, name));
      }
      queue_.done();
    }
  }

  // Reads one file and scans it, in pieces of whole lines where it is large.
  void read(int folder, const std::string& name, const std::string& path) {
    const OpenFile file(
        ::openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) {
      out.unread.push_back(path);
      return;
    }
    ++out.files;
    std::vector<Reference> found;
    std::size_t held = 0;
    std::int64_t line = 1;
    bool first = true;
    while (true) {
      const ssize_t count = ::read(file.get(), buffer_.data() + held, buffer_.size() - held);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        out.unread.push_back(path);
        break;
      }
      out.bytes += count;
      held += static_cast<std::size_t>(count);
      const std::string_view text(buffer_.data(), held);
      if (first && is_binary(text)) {
        found.clear();
        break;
      }
      if (count == 0) {
        take(found, scanner_.scan_text(path, text, line));
        break;
      }
      first = false;
      if (held < buffer_.size()) continue;
      if (buffer_.size() < limits::scan_piece_bytes) {
        buffer_.resize(buffer_.size() * 4);
        continue;
      }
      const auto cut = text.rfind('\n');
      const std::size_t whole = cut == std::string_view::npos ? held : cut + 1;
      const std::string_view piece = text.substr(0, whole);
      take(found, scanner_.scan_text(path, piece, line));
      line += std::count(piece.begin(), piece.end(), '\n');
      held -= whole;
      std::memmove(buffer_.data(), buffer_.data() + whole, held);
    }
    add_findings(scanner_, path, std::move(found), out.findings);
  }

  Scanned out;

 private:
  static void take(std::vector<Reference>& all, std::vector<Reference> more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
  }

  void list(const std::string& folder, int fd) {
    DIR* dir = fd < 0 ? nullptr : ::fdopendir(fd);
    if (dir == nullptr) {
      if (fd >= 0) ::close(fd);
      out.unread.push_back(folder);
      return;
    }
    Work batch{folder, {}};
    while (const dirent* entry = ::readdir(dir)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      unsigned char type = entry->d_type;
      if (type == DT_UNKNOWN) type = type_of(fd, name);
      if (type == DT_DIR) {
        if (name != ".git" && name != ".hg" && name != ".svn")
          queue_.put({joined(folder, name), {}});
      } else if (type == DT_REG) {
        batch.files.push_back(name);
        if (batch.files.size() < batch_files) continue;
        queue_.put(std::exchange(batch, Work{folder, {}}));
      }
    }
    ::closedir(dir);
    if (!batch.files.empty()) queue_.put(std::move(batch));
  }

  static unsigned char type_of(int folder, const std::string& name) {
    struct stat info {};
    if (::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
    return S_ISDIR(info.st_mode) ? DT_DIR : S_ISREG(info.st_mode) ? DT_REG : DT_UNKNOWN;
  }

  const Scanner& scanner_;
  int root_;
  Queue& queue_;
  std::string buffer_;
};

void merge(Scanned& all, Scanned part) {
  all.files += part.files;
  all.bytes += part.bytes;
  std::move(part.unread.begin(), part.unread.end(), std::back_inserter(all.unread));
  std::move(part.findings.begin(), part.findings.end(), std::back_inserter(all.findings));
}

}  // namespace

Result<Scanned> scan_tree(const Scanner& scanner, const std::string& root) {
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0)
    return fail(Fault::not_found, fmt::format("{}: {}", root, std::strerror(errno)),
                "Name a folder or file that is there.");
  Queue queue;
  Scanned all;
  if (!S_ISDIR(info.st_mode)) {
    TreeReader reader(scanner, AT_FDCWD, queue);
    const auto slash = root.rfind('/');
    const std::string name = slash == std::string::npos ? root : root.substr(slash + 1);
    const OpenFile folder(
        ::open(slash == std::string::npos ? "." : root.substr(0, slash + 1).c_str(),
               O_PATH | O_DIRECTORY | O_CLOEXEC));
    reader.read(folder.get(), name, name);
    merge(all, std::move(reader.out));
    return all;
  }
  const OpenFile folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0)
    return fail(Fault::denied, fmt::format("{}: {}", root, std::strerror(errno)));
  const unsigned count = std::clamp(std::thread::hardware_concurrency(), 1U, limits::scan_threads);
  std::vector<std::unique_ptr<TreeReader>> readers;
  queue.put({});
  for (unsigned i = 0; i < count; ++i)
    readers.push_back(std::make_unique<TreeReader>(scanner, folder.get(), queue));
  {
    std::vector<std::jthread> threads;
    for (auto& reader : readers) threads.emplace_back([&reader] { reader->run(); });
  }
  for (auto& reader : readers) merge(all, std::move(reader->out));
  std::sort(all.findings.begin(), all.findings.end(), same_place);
  std::sort(all.unread.begin(), all.unread.end());
  return all;
}

}  // namespace carillon
