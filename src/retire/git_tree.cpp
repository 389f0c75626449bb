// Reads one commit of a repository through git, whose arguments are a list and never a shell's
// text.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "retire/scan.hpp"

namespace carillon {

namespace {

// A running git with a pipe to it and one from it. What it says of errors is kept to its end.
class Git {
 public:
  Git() = default;
  Git(const Git&) = delete;
  Git& operator=(const Git&) = delete;
  ~Git() { wait(); }

  Result<void> start(const std::string& root, std::vector<std::string> words) {
    std::array<int, 2> in{-1, -1};
    std::array<int, 2> out{-1, -1};
    errors_ = ::memfd_create("git", MFD_CLOEXEC);
    if (errors_ < 0 || ::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
      return fail(Fault::unavailable, fmt::format("no process for git: {}", std::strerror(errno)));
    to_ = in[1];
    from_ = out[0];
    words.insert(words.begin(), {"git", "--no-optional-locks", "-C", root});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, errors_, 2);
    errno = ::posix_spawnp(&child_, "git", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    if (errno == 0) return {};
    child_ = -1;
    return fail(Fault::unavailable, fmt::format("git cannot be run: {}", std::strerror(errno)),
                "Install git, or scan a checkout without --commit.");
  }

  bool write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::write(to_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  // Up to and without `end`; false at the end of what git says.
  bool read_until(char end, std::string& out) {
    out.clear();
    while (true) {
      const auto at = buffer_.find(end, next_);
      if (at != std::string::npos) {
        out.append(buffer_, next_, at - next_);
        next_ = at + 1;
        return true;
      }
      out.append(buffer_, next_);
      if (!fill()) return false;
    }
  }

  bool read_exactly(std::size_t count, std::string& out) {
    out.clear();
    while (out.size() < count) {
      const std::size_t have = std::min(count - out.size(), buffer_.size() - next_);
      out.append(buffer_, next_, have);
      next_ += have;
      if (out.size() < count && !fill()) return false;
    }
    return true;
  }

  // Its exit code, once; closes the pipes.
  int wait() {
    for (int* fd : {&to_, &from_}) {
      if (*fd >= 0) ::close(*fd);
      *fd = -1;
    }
    int status = 0;
    if (child_ >= 0) {
      while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
      }
    }
    child_ = -1;
    if (errors_ >= 0) {
      std::array<char, 512> said{};
      const ssize_t count = ::pread(errors_, said.data(), said.size(), 0);
      if (count > 0) said_.assign(said.data(), static_cast<std::size_t>(count));
      ::close(errors_);
      errors_ = -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  [[nodiscard]] std::string said() const { return std::string(trim(said_)); }

 private:
  bool fill() {
    buffer_.resize(std::size_t{64} * 1024);
    next_ = 0;
    ssize_t count = -1;
    while ((count = ::read(from_, buffer_.data(), buffer_.size())) < 0 && errno == EINTR) {
    }
    buffer_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return count > 0;
  }

  pid_t child_ = -1;
  int to_ = -1;
  int from_ = -1;
  int errors_ = -1;
  std::string buffer_;
  std::size_t next_ = 0;
  std::string said_;
};

struct Blob {
  std::string id;
  std::string path;
};

// The regular files of the commit. An entry is `MODE TYPE ID<tab>PATH`.
Result<std::vector<Blob>> blobs_of(const std::string& root, const std::string& commit) {
  Git git;
  CHECK_OK(git.start(root, {"ls-tree", "-r", "-z", "--end-of-options", commit}));
  std::vector<Blob> out;
  std::string entry;
  while (git.read_until('\0', entry)) {
    const auto tab = entry.find('\t');
    const auto words = split(std::string_view(entry).substr(0, tab), ' ');
    if (tab == std::string::npos || words.size() < 3) continue;
    if (words[1] == "blob" && words[0] != "120000")
      out.push_back({words[2], entry.substr(tab + 1)});
  }
  if (git.wait() != 0)
    return fail(Fault::not_found, fmt::format("{} at {}: {}", root, commit, git.said()),
                "Name a repository, and a commit, branch or tag that is in it.");
  return out;
}

void take_blob(const Scanner& scanner, const std::string& path, const std::string& text,
               Scanned& all) {
  ++all.files;
  all.bytes += static_cast<std::int64_t>(text.size());
  std::vector<Reference> found;
  if (std::string_view(text).substr(0, 1024).find('\0') == std::string_view::npos)
    found = scanner.scan_text(path, text);
  add_findings(scanner, path, std::move(found), all.findings);
}

}  // namespace

Result<Scanned> scan_commit(const Scanner& scanner, const std::string& root,
                            const std::string& commit) {
  if (commit.empty() || commit.starts_with("-"))
    return fail(Fault::invalid, fmt::format("\"{}\" is no commit", commit));
  TRY(const auto blobs, blobs_of(root, commit));
  Git git;
  CHECK_OK(git.start(root, {"cat-file", "--batch"}));
  Scanned all;
  std::string head;
  std::string text;
  for (const Blob& blob : blobs) {
    // A reply is `ID blob SIZE`, the bytes, and a line break; or `ID missing`.
    if (!git.write(blob.id + "\n") || !git.read_until('\n', head)) {
      git.wait();
      return fail(Fault::unavailable, fmt::format("{}: git ended early: {}", root, git.said()));
    }
    const auto words = split(head, ' ');
    if (words.size() < 3) {
      all.unread.push_back(blob.path);
      continue;
    }
    const std::size_t size = std::strtoull(words[2].c_str(), nullptr, 10);
    if (size > limits::scan_blob_bytes)
      return fail(Fault::too_large,
                  fmt::format("{}: {} MB in one file", blob.path, size / 1'000'000),
                  "Scan a checkout without --commit: it is read in pieces.");
    if (!git.read_exactly(size, text) || !git.read_exactly(1, head)) {
      all.unread.push_back(blob.path);
      break;
    }
    take_blob(scanner, blob.path, text, all);
  }
  std::sort(all.findings.begin(), all.findings.end(), [](const Reference& a, const Reference& b) {
    return a.path < b.path || (a.path == b.path && a.line < b.line);
  });
  return all;
}

}  // namespace carillon
